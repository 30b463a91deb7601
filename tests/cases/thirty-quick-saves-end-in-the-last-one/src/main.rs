//# stdout: hits=(?<more>\d+) out: v0$
//# saves 30 every 15ms: s/v0/v{n}/
//# stdout: hits=(?<more>\d+) out: v30$
//# stdout: hits=(?<more>\d+) out: v30$
//# patches: 700ms
//# oracle
//# edit 1: s/v30/v31/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v31$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u64) {
    *hits += 1;
    println!("hits={hits} out: v0");
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
