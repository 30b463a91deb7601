//# run: -p {case}
//# stdout: hits=(?<more>\d+) out: low 3$
//# edit 1 low/src/lib.rs: s/low {}/lower {}/
//# patched: text; not main
//# stdout: hits=(?<more>\d+) out: lower 3$
//# edit 2 low/src/lib.rs: s/{}", n/{}", count(n)/
//# edit 2 low/src/lib.rs: s|// later|fn count(n: usize) -> usize {\n    alloc::collections::BTreeMap::from([(n, 1), (n + 1, 2)]).values().sum::<usize>() * 100\n}|
//# patched: text
//# stdout: hits=(?<more>\d+) out: lower 300$
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
    println!("hits={} out: {}", hit(), low::text(3));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
