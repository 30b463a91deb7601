//# run: -p {case}
//# stdout: hits=(?<more>\d+) out: middle \[low v1 3\] 7$
//# edit 1 low/src/lib.rs: s/low v1/low v2/
//# patched: word@low/src/lib.rs; not main
//# stdout: hits=(?<more>\d+) out: middle \[low v2 3\] 7$
//# edit 2 low/src/lib.rs: s/FACTOR: u32 = 1/FACTOR: u32 = 2/
//# patched
//# stdout: hits=(?<more>\d+) out: middle \[low v2 6\] 14$
//# oracle
//# edit 3 low/src/lib.rs: s/n * FACTOR;/n * FACTOR + n;/
//# edit 3 middle/src/lib.rs: s/middle/centre/
//# patched
//# stdout: hits=(?<more>\d+) out: centre \[low v2 6\] 21$
//# oracle
//# edit 4 low/src/lib.rs: s/pub fn word/pub fn extra() -> u32 {\n    5\n}\n\npub fn word/
//# edit 4 app/src/main.rs: s/largest(7)/largest(7) + low::extra()/
//# patched: update, extra
//# stdout: hits=(?<more>\d+) out: centre \[low v2 6\] 26$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update() {
    println!("hits={} out: {} {}", hit(), middle::word(), middle::largest(7));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
