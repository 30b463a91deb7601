//# run: --target x86_64-unknown-linux-gnu
//# stdout: hits=(?<more>\d+) out: v1 8$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 8$
//# oracle
//# edit 2: s/cleaned(3)/cleaned(4)/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 9$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

/// With a destructor to run on the way out of a panic.
fn cleaned(left: usize) -> usize {
    let text = vec![left; left];
    text.iter().map(|each| each / left).sum::<usize>() + String::from("fixed").len()
}

#[hot]
fn update() {
    println!("hits={} out: v1 {}", hit(), cleaned(3));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
