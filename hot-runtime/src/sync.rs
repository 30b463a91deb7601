//! What the slots are made of: the standard library's atomics and locks here, loom's in the slots' model (`tests/model`).

pub(crate) use std::sync::Mutex;
pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicU64, Ordering};

/// A static of the process. The model has many processes, one after the other.
macro_rules! process_wide {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = $initial:expr;) => {
        $(#[$attribute])*
        static $name: $type = $initial;
    };
}
pub(crate) use process_wide;

/// A static of a thread. It has no destructor, so it is there to the thread's very end.
macro_rules! per_thread {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = $initial:expr;) => {
        thread_local! {
            $(#[$attribute])*
            static $name: $type = const { $initial };
        }
    };
}
pub(crate) use per_thread;
