//! The slot of a hot function: which body its callers run.
//!
//! A slot starts as null, for "the body that the caller brings", so it needs no constructor at start-up and no relocation.
//! [`resolve`] reads it on every call of a hot function, `publish` writes it when a patch goes live. Whether the new body
//! fits the slot is settled before, by the name of the slot: it holds a hash of the signature.

use crate::sync::{AtomicPtr, Ordering};
use std::mem;
use std::ptr;

/// One pointer, zero at start: cargo hot finds it by its symbol.
#[derive(Debug)]
#[repr(transparent)]
pub struct Slot {
    /// Null, or the entry of the newest body.
    body: AtomicPtr<()>,
}

impl Slot {
    /// A slot whose callers run the body they bring.
    #[must_use]
    pub const fn new() -> Self {
        Self { body: AtomicPtr::new(ptr::null_mut()) }
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self::new()
    }
}

/// The body to call now: the newest one published, or else `body`.
///
/// `F` is the type of a function pointer; anything that is not as large as one does not compile.
#[inline]
pub fn resolve<F: Copy>(slot: &'static Slot, body: F) -> F {
    const { assert!(size_of::<F>() == size_of::<*const ()>(), "`F` must be a function pointer") };
    // Acquire: pairs with the Release in `publish`, so the code is mapped and relocated before it runs.
    let published = slot.body.load(Ordering::Acquire);
    if published.is_null() {
        return body;
    }
    // SAFETY:
    // - `F` and the pointer have the same size: asserted above.
    // - the address is a function of type `F`: `publish` demands the type that the slot is called with. Truthfully, the
    //   compiler cannot check this: the expansion of `#[hot]` gives slot and call one signature, and `cargo hot` links a
    //   patch's body to the slot of the same signature.
    // - its code is still mapped: nothing that was loaded is ever unmapped.
    unsafe { mem::transmute_copy::<*mut (), F>(&published) }
}

/// Makes `body` the one that every later call through `slot` runs, null the callers' own; gives back the one before.
///
/// # Safety
///
/// - `slot` points to a [`Slot`] that lives as long as the process.
/// - `body` is null, or the entry of a function with the type that the slot is resolved with, mapped and relocated, and
///   never to be unmapped.
#[cfg_attr(
    not(any(test, all(target_os = "linux", target_arch = "x86_64"))),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
pub(crate) unsafe fn publish(slot: *const Slot, body: *const ()) -> *const () {
    // SAFETY: the caller vouches for a slot that outlives every use of it; all access to its content is atomic.
    let slot = unsafe { &*slot };
    // Release: pairs with the Acquire in `resolve`. What it gives back is only published again, never read through.
    slot.body.swap(body.cast_mut(), Ordering::Release).cast_const()
}

/// Every type, but a pattern with this constant compiles only where the type has no parameters of the function around it.
///
/// The expansion of a `#[hot]` method asks for it: in a generic type, one slot would have to hold a body for each
/// instance. Lifetimes are no hindrance: instances that differ in them share their code.
pub trait OneType {
    /// Named for the error, which shows this line.
    const A_HOT_METHOD_NEEDS_A_TYPE_THAT_IS_NOT_GENERIC: ();
}

impl<T: ?Sized> OneType for T {
    // A value that no compiler can know before it knows `T`; a plain `()` would pass for every type.
    const A_HOT_METHOD_NEEDS_A_TYPE_THAT_IS_NOT_GENERIC: () = {
        let _ = mem::needs_drop::<T>();
    };
}

#[cfg(test)]
mod tests {
    use super::{Slot, publish, resolve};
    use std::thread;

    fn one() -> u32 {
        1
    }

    fn two() -> u32 {
        2
    }

    #[test]
    fn an_empty_slot_gives_the_callers_body() {
        static SLOT: Slot = Slot::new();
        assert_eq!(resolve::<fn() -> _>(&SLOT, one)(), 1);
    }

    #[test]
    fn a_published_body_runs_until_it_is_taken_back() {
        static SLOT: Slot = Slot::new();
        // SAFETY: `two` has the type that the slot is resolved with, and is part of the program.
        unsafe { publish(&raw const SLOT, two as fn() -> u32 as *const ()) };
        assert_eq!(resolve::<fn() -> _>(&SLOT, one)(), 2);
        // SAFETY: null is allowed.
        unsafe { publish(&raw const SLOT, std::ptr::null()) };
        assert_eq!(resolve::<fn() -> _>(&SLOT, one)(), 1);
    }

    #[test]
    fn another_thread_sees_the_new_body() {
        static SLOT: Slot = Slot::new();
        let caller = thread::spawn(|| while resolve::<fn() -> _>(&SLOT, one)() == 1 {});
        // SAFETY: `two` has the type that the slot is resolved with, and is part of the program.
        unsafe { publish(&raw const SLOT, two as fn() -> u32 as *const ()) };
        caller.join().expect("the caller ends once it runs the new body");
    }

    #[test]
    fn a_slot_is_one_pointer_of_zeros() {
        static SLOT: Slot = Slot::new();
        assert_eq!(size_of::<Slot>(), size_of::<usize>());
        assert!(SLOT.body.load(std::sync::atomic::Ordering::Relaxed).is_null());
    }
}
