//# env: RUSTC_WORKSPACE_WRAPPER=./wrapper
//# stdout: hits=(?<more>\d+) out: v1$
//# write: slow yes
//# edit 1: s/v1/v2/
//# hot: status; says not live; soon
//# hot: resume; fails
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2$
//# edit 2: s/v2/v3/
//# hot: status; says not live; soon
//# hot: redo; fails
//# patched: update; not main
//# edit 3: s/v3/v4/
//# hot: status; says not live; soon
//# hot: undo 9; fails
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v4$

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
