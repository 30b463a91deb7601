//# stdout: hits=(?<more>\d+) out: v1$
//# signal: STOP
//# edit 1: s/v1/v2/
//# no-event: 600ms
//# signal: CONT
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2$

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
