//# stdout: hits=(?<more>\d+) out: v1 3001$
//# edit 1 src/wide.rs: s/{ 1 }/{ 2 }/
//# patched: second@src/wide.rs:1; not main
//# stdout: hits=(?<more>\d+) out: v1 3002$
//# edit 2 src/wide.rs: s/, 3000, /, 7000, /
//# patched: wide
//# stdout: hits=(?<more>\d+) out: v1 7002$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod wide;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update() {
    println!("hits={} out: v1 {}", hit(), wide::all(3000));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
