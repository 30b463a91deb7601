#[path = "../shared.rs"]
mod shared;

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
    println!("hits={} out: one {}", hit(), shared::name());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
