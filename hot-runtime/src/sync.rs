//! The atomics a slot is made of: the standard library's here, loom's in the slot's model (`tests/model`).

pub(crate) use std::sync::atomic::{AtomicPtr, Ordering};
