//# never-stderr: panicked
//# stdout: hits=(?<more>\d+) out: v1 4$
//# edit 1: s/n + 10/n + 20/
//# patched: over; not main
//# stdout: hits=(?<more>\d+) out: v1 14$
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
    println!("hits={} out: v1 {}", hit(), over(std::hint::black_box(250)));
}

fn over(n: u8) -> u8 {
    n + 10
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
