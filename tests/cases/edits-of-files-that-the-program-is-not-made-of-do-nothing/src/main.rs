//# stdout: hits=(?<more>\d+) out: v1$
//# write: README.txt more
//# no-event: 300ms
//# write: tests/check.rs #[test]\nfn other() {}\n
//# no-event: 300ms
//# write: src/unused.rs fn broken( {
//# no-event: 300ms
//# write: examples/shown.rs fn main() { syntax error }\n
//# no-event: 300ms
//# write: benches/slow.rs fn main() {}\n
//# no-event: 300ms
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2$
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
    println!("hits={} out: v1", hit());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
