//# stdout: hits=(?<more>\d+) out: v1 7$
//# edit 1: s/of() + 1/of() + 2/
//# patched: run; cold run; not update
//# stdout: 8$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

fn run<F: Fn() -> u32>(of: F) -> u32 {
    of() + 1
}

#[hot]
fn update() {
    let six = 6;
    println!("hits={} out: v1 {}", hit(), run(|| six));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
