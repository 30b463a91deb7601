//# run: -p {case}
//# stdout: hits=(?<more>\d+) out: v1 6$
//# edit 1 low/src/lib.rs: s/scale(n: u32) -> u32/scale(n: u32, by: u32) -> u64/
//# edit 1 low/src/lib.rs: s/n * 2/u64::from(n * by)/
//# compile-error: E0061; as cargo
//# stdout: hits=(?<more>\d+) out: v1 6$
//# edit 2 low/src/lib.rs: s|// later|// A comment in between.|
//# compile-error: E0061
//# edit 3 app/src/main.rs: s/low::scale(3)/low::scale(3, 5)/
//# patched: update, scale
//# stdout: hits=(?<more>\d+) out: v1 15$
//# oracle
//# edit 4 low/src/lib.rs: s|// A comment in between.|// Another.|
//# unchanged
//# edit 5 low/src/lib.rs: s/n * by/n + by/
//# patched: scale; not update
//# stdout: hits=(?<more>\d+) out: v1 8$
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
    println!("hits={} out: v1 {}", hit(), low::scale(3));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
