//# env: RUSTC_WORKSPACE_WRAPPER=./slow
//# stdout: out: v1 1
//# edit 1 low/src/lib.rs: s/1 }/2 }/
//# no-event: 150ms
//# touch: app/src/main.rs
//# patched: number
//# stdout: hits=(?<more>\d+) out: v1 2
//# edit 2 low/src/lib.rs: s/2 }/3 }/
//# no-event: 150ms
//# edit 3: s/v1/v2/
//# patched: number, update
//# stdout: hits=(?<more>\d+) out: v2 3
//# edit 4 low/src/lib.rs: s/3 }/4 }/
//# no-event: 150ms
//# write: app/examples/other.rs fn main() {}
//# patched: number
//# stdout: hits=(?<more>\d+) out: v2 4
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 {}", low::number(*hits));
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
