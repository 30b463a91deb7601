use hot_runtime::hot;
use std::sync::atomic::{AtomicU64, Ordering};

static CALLS: AtomicU64 = AtomicU64::new(0);

pub fn calls() -> u64 {
    CALLS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
pub fn part() -> String {
    "part 1".to_owned()
}

/// Compiled with whoever calls it, optimized or not.
pub fn mapped<T>(all: Vec<u64>, map: impl Fn(u64) -> T) -> Vec<T> {
    all.into_iter().map(|number| map(next(number))).collect()
}

#[inline]
fn next(number: u64) -> u64 {
    number + 1
}

#[hot]
pub fn sum(all: &[u64]) -> u64 {
    all.iter().copied().sum()
}
