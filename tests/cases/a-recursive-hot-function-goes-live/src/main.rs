//# stdout: hits=(?<more>\d+) out: 120 true$
//# edit 1: s/=> 1,/=> 2,/
//# patched: product; not main
//# stdout: hits=(?<more>\d+) out: 240 true$
//# oracle
//# edit 2: s/n => n * product(n - 1)/n => n + product(n - 1)/
//# edit 2: s/n => even(n - 1)/n => even(n - 1) && n < 7/
//# patched: product, odd
//# stdout: hits=(?<more>\d+) out: 17 false$
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
fn product(n: u64) -> u64 {
    match n {
        0 => 1,
        n => n * product(n - 1),
    }
}

// One hot, one not, each calling the other.
#[hot]
fn even(n: u32) -> bool {
    match n {
        0 => true,
        n => odd(n - 1),
    }
}

fn odd(n: u32) -> bool {
    match n {
        0 => false,
        n => even(n - 1),
    }
}

#[hot]
fn update() {
    println!("hits={} out: {} {}", hit(), product(5), odd(7));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
