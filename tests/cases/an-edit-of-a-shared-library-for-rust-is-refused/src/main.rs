//# env: RUSTFLAGS=-Cprefer-dynamic
//# stdout: hits=(?<more>\d+) out: v1 part 1 6$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 part 1 6$
//# edit 2 src/lib.rs: s/part 1/part 22/
//# refused: dependency-rebuilt; says shared_for_rust
//# edit 3: s/v2/v3/
//# refused: dependency-rebuilt; says shared_for_rust

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
    println!("hits={} out: v1 {} {}", hit(), shared_for_rust::part(), shared_for_rust::part_size());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
