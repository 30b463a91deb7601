//# variant of-the-configuration: SET=
//# variant of-the-environment: RUSTC_WRAPPER=./any RUSTC_WORKSPACE_WRAPPER=./mine
//# stdout: hits=(?<more>\d+) out: v1 mine .*any$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 mine .*any$
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
    let called = if cfg!(called_by_mine) { "mine" } else { "rustc" };
    // What cargo itself would have given the program: nothing, or the user's own.
    let wrapper = std::env::var("RUSTC_WRAPPER").unwrap_or("no any".into());
    println!("hits={} out: v1 {called} {wrapper}", hit());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
