//! A member of the workspace.

use std::sync::atomic::{AtomicU64, Ordering};

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

/// Counts.
pub fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

/// Goes live through its callers.
pub fn cold() -> String {
    String::from("v1 cold")
}

/// Goes live by itself.
#[hot]
pub fn warm() -> String {
    String::from("v1 hot")
}
