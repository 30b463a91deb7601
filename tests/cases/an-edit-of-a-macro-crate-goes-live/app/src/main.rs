//# run: -p {case}
//# stdout: hits=(?<more>\d+) out: made v1$
//# edit 1 macros/src/lib.rs: s/made v1/made v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: made v2$
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
    println!("hits={} out: {}", hit(), macros::made!());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
