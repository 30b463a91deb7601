//! A counter that the program does not use at first.

use std::sync::atomic::{AtomicU64, Ordering};

static TICKS: AtomicU64 = AtomicU64::new(1000);

pub fn tick() -> u64 {
    TICKS.fetch_add(1, Ordering::Relaxed)
}
