//# variant built-without-incremental: CARGO_PROFILE_DEV_INCREMENTAL=false
//# variant of-one-codegen-unit: CARGO_PROFILE_DEV_CODEGEN_UNITS=1
//# variant that-aborts-on-panic: CARGO_PROFILE_DEV_PANIC=abort
//# variant that-is-slightly-optimized: CARGO_PROFILE_DEV_OPT_LEVEL=1
//# variant that-is-stripped: CARGO_PROFILE_DEV_STRIP=true
//# variant with-few-debug-lines: CARGO_PROFILE_DEV_DEBUG=line-tables-only CARGO_PROFILE_DEV_SPLIT_DEBUGINFO=unpacked
//# variant with-link-time-optimization: CARGO_PROFILE_DEV_OPT_LEVEL=2 CARGO_PROFILE_DEV_LTO=thin
//# variant without-debug-information: CARGO_PROFILE_DEV_DEBUG=0
//# stdout: hits=(?<more>\d+) out: v1 10$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 10$
//# edit 2: s/n * 2/n * 3/
//# patched
//# stdout: hits=(?<more>\d+) out: v2 15$
//# edit 3: s/n * 3/(0..n).map(|k| k * k).sum::<u32>()/
//# patched
//# stdout: hits=(?<more>\d+) out: v2 30$
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
    println!("hits={} out: v1 {}", hit(), double(5));
}

fn double(n: u32) -> u32 {
    n * 2
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
