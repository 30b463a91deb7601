//! What the slots are made of: the standard library's atomics here, loom's in the slots' model (`tests/model`).

pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// A static of the process. The model has many processes, one after the other.
macro_rules! process_wide {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = $initial:expr;) => {
        $(#[$attribute])*
        static $name: $type = $initial;
    };
}
pub(crate) use process_wide;
