//# variant that-becomes-it: RUN=exec
//# variant that-starts-it: RUN=
//# stdout: hits=(?<more>\d+) pid=(?<same_pid>\d+) out: v1 started$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) pid=(?<same_pid>\d+) out: v2 started$
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
    let by = std::env::var("BY").unwrap_or_default();
    println!("hits={} pid={} out: v1 {by}", hit(), std::process::id());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
