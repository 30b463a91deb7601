//# stdout: hits=(?<more>\d+) out: v1
//# second start
//# second stdout: hits=(?<more>\d+) out: v1
//# edit 1: s/v1/v2/
//# patched: update
//# second patched: update
//# stdout: hits=(?<more>\d+) out: v2
//# second stdout: hits=(?<more>\d+) out: v2
//# signal: KILL
//# exit-signal: 9
//# edit 2: s/v2/v3/
//# second patched: update
//# second stdout: hits=(?<more>\d+) out: v3
//# second oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u64) {
    *hits += 1;
    println!("hits={hits} out: v1");
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
