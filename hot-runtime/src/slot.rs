//! The slot of a hot function: which body its callers run.
//!
//! A slot starts as null, for "the body that the caller brings", so it needs no constructor at start-up and no relocation.
//! [`resolve`] reads it on every call of a hot function, `publish` writes it when a patch goes live. Whether the new body
//! fits the slot is settled before, by the name of the slot: it holds a hash of the signature. Where a function has a body
//! for each instance, the slot leads to a table of them.

use crate::instances::{Instance, Instances};
use crate::sync::{AtomicPtr, Ordering};
use std::mem;
use std::panic::Location;
use std::ptr;

/// One pointer, zero at start: cargo hot finds it by its symbol.
#[derive(Debug)]
#[repr(transparent)]
pub struct Slot {
    /// Null; or the entry of the newest body; or, with [`TABLE`], where an [`Instances`] lies.
    body: AtomicPtr<()>,
}

/// A bit that no address of a process has, on any system with 64 bits that there is.
const TABLE: usize = 1 << (usize::BITS - 1);

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
    let newest = match table(published) {
        None => published.cast_const(),
        Some(table) => {
            // SAFETY: `F` and the pointer have the same size: asserted above. It is compared alone, or comes back as it is.
            table.newest(unsafe { mem::transmute_copy::<F, *const ()>(&body) })
        }
    };
    // SAFETY:
    // - `F` and the pointer have the same size: asserted above.
    // - the address is a function of type `F`: it is `body`, or what was published, for which `publish` demands the type
    //   that the slot is called with. Truthfully, the compiler cannot check this: the expansion of `#[hot]` gives slot and
    //   call one signature, and `cargo hot` links a patch's body to the slot of the same signature, and to the instance of
    //   the same symbol.
    // - its code is still mapped: nothing that was loaded is ever unmapped.
    unsafe { mem::transmute_copy::<*const (), F>(&newest) }
}

/// Where a `#[track_caller]` function is called from.
pub type Place = &'static Location<'static>;

/// Where the `#[track_caller]` function that calls this is called from.
#[inline]
#[track_caller]
#[must_use]
pub fn place() -> Place {
    Location::caller()
}

/// The newest body of a `#[track_caller]` function, if there is a newer one than its callers have.
///
/// `F` is the type of a pointer to it that takes its caller's [`Place`] behind its arguments. rustc hands the place on so, but
/// makes of the function's name a pointer to code that puts its own: the body at hand has to be called by its name.
#[inline]
pub fn published<F: Copy>(slot: &'static Slot) -> Option<F> {
    const { assert!(size_of::<F>() == size_of::<*const ()>(), "`F` must be a function pointer") };
    // Acquire: as in `resolve`.
    let published = slot.body.load(Ordering::Acquire);
    if published.is_null() || table(published).is_some() {
        return None;
    }
    // SAFETY:
    // - size and lifetime: as in `resolve`.
    // - what was published is the entry of the function itself, not of a pointer's code for it: `cargo hot` goes by the
    //   function's symbol. It takes the place as an argument behind the others (`FnAbi` of an instance that
    //   `requires_caller_location`), and without an optimizer, for which nothing of the kind is expanded, it keeps that.
    Some(unsafe { mem::transmute_copy::<*mut (), F>(&published) })
}

/// The table that a slot's content leads to.
fn table(published: *mut ()) -> Option<&'static Instances> {
    if published.addr() & TABLE == 0 {
        return None;
    }
    let table = published.map_addr(|address| address & !TABLE).cast::<Instances>().cast_const();
    // SAFETY: `to_table` alone marks an address, of a table that it never gives back and nobody writes to. The load of the
    // pointer was an Acquire, or the reader is the thread that published it.
    Some(unsafe { &*table })
}

/// What a slot holds that leads to this table.
fn to_table(table: Instances) -> *mut () {
    ptr::from_mut(Box::leak(Box::new(table))).cast::<()>().map_addr(|address| address | TABLE)
}

/// Makes `instances` the newest ones of their kind, beside those that were published before.
///
/// # Safety
///
/// As for [`publish`], of every body; and the two bodies of an [`Instance`] have one signature.
#[cfg_attr(
    not(any(test, all(target_os = "linux", target_arch = "x86_64"))),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
pub(crate) unsafe fn publish_instances(slot: *const Slot, instances: &[Instance]) {
    // SAFETY: the caller vouches for a slot that outlives every use of it; all access to its content is atomic.
    let before = unsafe { &*slot };
    // Relaxed: patches are published by one thread.
    let before = table(before.body.load(Ordering::Relaxed));
    // SAFETY: the caller's word, and that for what was published before.
    unsafe { publish_table(slot, before.cloned().unwrap_or_default().with(instances)) };
}

/// Has every later call through `slot` run what `instances` says.
///
/// # Safety
///
/// As for [`publish_instances`].
#[cfg_attr(
    not(any(test, all(target_os = "linux", target_arch = "x86_64"))),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
pub(crate) unsafe fn publish_table(slot: *const Slot, instances: Instances) {
    // SAFETY: the caller vouches for a slot that outlives every use of it; all access to its content is atomic.
    let slot = unsafe { &*slot };
    // Release: pairs with the Acquire in `resolve`.
    slot.body.store(to_table(instances), Ordering::Release);
}

/// Makes `body` the one that every later call through `slot` runs, null the callers' own.
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
pub(crate) unsafe fn publish(slot: *const Slot, body: *const ()) {
    // SAFETY: the caller vouches for a slot that outlives every use of it; all access to its content is atomic.
    let slot = unsafe { &*slot };
    // Release: pairs with the Acquire in `resolve`.
    slot.body.store(body.cast_mut(), Ordering::Release);
}

#[cfg(test)]
mod tests {
    use super::{Place, Slot, place, publish, publish_instances, published, resolve};
    use crate::instances::Instance;
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
    fn instances_have_bodies_of_their_own() {
        static SLOT: Slot = Slot::new();
        fn size<T>() -> u32 {
            size_of::<T>() as u32
        }
        let address = |body: fn() -> u32| body as *const ();
        let of_byte = Instance { known: address(size::<u8>), newest: address(two) };
        // SAFETY: all have the type that the slot is resolved with, and are part of the program.
        unsafe { publish_instances(&raw const SLOT, &[of_byte]) };
        assert_eq!(resolve::<fn() -> _>(&SLOT, size::<u8>)(), 2);
        assert_eq!(resolve::<fn() -> _>(&SLOT, size::<u64>)(), 8);
    }

    #[test]
    fn a_published_body_is_given_the_place_that_the_function_is_called_from() {
        static SLOT: Slot = Slot::new();
        #[track_caller]
        fn line(offset: u32) -> u32 {
            match published::<fn(_, Place) -> _>(&SLOT) {
                Some(newest) => newest(offset, place()),
                None => offset,
            }
        }
        // As the function below has it where it is compiled.
        fn newest(offset: u32, place: Place) -> u32 {
            place.line() + offset
        }
        assert_eq!(line(7), 7);
        // SAFETY: it has the type that the slot is read with, and is part of the program.
        unsafe { publish(&raw const SLOT, newest as fn(u32, Place) -> u32 as *const ()) };
        assert_eq!(line(0), line!());
        assert_eq!(line(7), line!() + 7);
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
