//! Loom's atomic pointer, made in a constant.
//!
//! A loom object belongs to the run it was made in, so there is none before the first use; the slot of a program is there
//! before `main`.

use std::sync::OnceLock;

pub(crate) use loom::sync::atomic::Ordering;

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
