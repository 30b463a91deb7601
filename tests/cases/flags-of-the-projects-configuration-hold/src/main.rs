//# never-stderr: warning
//# stdout: hits=(?<more>\d+) out: v1 yes$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 yes$
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
    println!("hits={} out: v1 {}", hit(), if cfg!(special) && option_env!("SET") == Some("by config") { "yes" } else { "no" });
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
