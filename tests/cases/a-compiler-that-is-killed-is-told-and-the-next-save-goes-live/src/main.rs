//# env: RUSTC_WORKSPACE_WRAPPER=./wrapper
//# stdout: hits=(?<more>\d+) out: v1$
//# write: memory-is-short yes
//# edit 1: s/v1/v2/
//# refused: environment; says rustc was ended by a signal
//# stdout: hits=(?<more>\d+) out: v1$
//# delete: memory-is-short
//# edit 2: s/v2/v3/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v3$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

#[hot]
fn update() {
    println!("hits={} out: v1", HITS.fetch_add(1, Ordering::Relaxed));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
