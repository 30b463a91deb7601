//! Loom's atomics and locks for what the slots take from `crate::sync`.
//!
//! A loom object belongs to the run it was made in: a static is made anew in each run, and a slot, which in a program is there
//! before `main`, has no atomic before its first use.

use std::sync::OnceLock;

pub(crate) use loom::sync::Mutex;
pub(crate) use loom::sync::atomic::{AtomicU8, AtomicU64, Ordering};

macro_rules! process_wide {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = $initial:expr;) => {
        loom::lazy_static! {
            $(#[$attribute])*
            static ref $name: $type = $initial;
        }
    };
}
pub(crate) use process_wide;

macro_rules! per_thread {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = $initial:expr;) => {
        loom::thread_local! {
            $(#[$attribute])*
            static $name: $type = $initial;
        }
    };
}
pub(crate) use per_thread;

#[derive(Debug)]
pub(crate) struct AtomicPtr<T> {
    initial: fn() -> *mut T,
    modelled: OnceLock<loom::sync::atomic::AtomicPtr<T>>,
}

impl<T> AtomicPtr<T> {
    pub(crate) const fn new(initial: *mut T) -> Self {
        assert!(initial.is_null(), "a slot starts empty");
        Self { initial: std::ptr::null_mut, modelled: OnceLock::new() }
    }

    pub(crate) fn load(&self, order: Ordering) -> *mut T {
        self.modelled().load(order)
    }

    pub(crate) fn store(&self, value: *mut T, order: Ordering) {
        self.modelled().store(value, order);
    }

    fn modelled(&self) -> &loom::sync::atomic::AtomicPtr<T> {
        self.modelled.get_or_init(|| loom::sync::atomic::AtomicPtr::new((self.initial)()))
    }
}
