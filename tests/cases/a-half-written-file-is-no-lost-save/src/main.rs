//# stdout: hits=(?<more>\d+) out: v1
//# edit 1 by half: s/v1/v2/
//# compile-error
//# stdout: hits=(?<more>\d+) out: v1
//# rest
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2
//# oracle

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
