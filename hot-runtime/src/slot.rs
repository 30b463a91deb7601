//! The slot of a hot function: which body its callers run.
//!
//! A slot starts as null, for "the body that the caller brings", so it needs no constructor at start-up and no relocation.
//! [`direct`] reads it on every call of a hot function; a [`Change`] of a commit writes it ([`crate::commit`]). Whether the new
//! body fits the slot is settled before, by the name of the slot: it holds a hash of the signature. Where a function has a body
//! for each instance, the slot leads to a table of them.

use crate::calls;
use crate::commit::Epoch;
use crate::instances::{Instance, Instances};
use crate::sync::{AtomicPtr, Ordering};
use std::panic::Location;
use std::{mem, ptr};

/// One pointer, zero at start: cargo hot finds it by its symbol.
#[derive(Debug)]
#[repr(transparent)]
pub struct Slot {
    word: AtomicPtr<()>,
}

/// What a slot holds: null for the body that the caller brings; or the entry of a body; or, with [`TABLE`], where an
/// [`Instances`] lies; or, with [`VERSION`], where a [`Version`] lies.
type Word = *mut ();

/// Bits that no address of a process has, on any system with 64 bits that there is.
const TABLE: usize = 1 << (usize::BITS - 1);
const VERSION: usize = 1 << (usize::BITS - 2);

/// What a slot leads to since a commit, and what it led to before.
#[derive(Debug)]
struct Version {
    epoch: Epoch,
    /// No version.
    word: Word,
    previous: Word,
}

impl Slot {
    /// A slot whose callers run the body they bring.
    #[must_use]
    pub const fn new() -> Self {
        Self { word: AtomicPtr::new(ptr::null_mut()) }
    }

    #[inline]
    fn load(&self) -> Word {
        // Acquire: pairs with the Releases in `announce` and `settle`, so the code is mapped and relocated before it runs.
        self.word.load(Ordering::Acquire)
    }
}

impl Default for Slot {
    fn default() -> Self {
        Self::new()
    }
}

/// The body to call now, the newest one published or else `body`, where a load and a test tell; `None` where it takes
/// [`crate::calls::enter`], which is seldom, so that what an optimizer makes of a hot call is a jump.
///
/// `F` is the type of a function pointer; anything that is not as large as one does not compile.
#[inline]
pub fn direct<F: Copy>(slot: &'static Slot, body: F) -> Option<F> {
    if calls::have_duties() {
        return None;
    }
    let word = slot.load();
    if word.is_null() {
        return Some(body);
    }
    // SAFETY: as in `resolve`.
    (word.addr() & (TABLE | VERSION) == 0).then(|| unsafe { function(word.cast_const()) })
}

/// The body to call now: the newest one published for this thread, or else `body`.
///
/// `F` is the type of a function pointer; anything that is not as large as one does not compile.
#[inline]
pub fn resolve<F: Copy>(slot: &'static Slot, body: F) -> F {
    const { assert!(size_of::<F>() == size_of::<*const ()>(), "`F` must be a function pointer") };
    // SAFETY: `F` and the pointer have the same size: asserted above. It is compared alone, or comes back as it is.
    let known = unsafe { mem::transmute_copy::<F, *const ()>(&body) };
    // SAFETY:
    // - the address is a function of type `F`: it is `body`, or what was published, for which `Change` demands the type
    //   that the slot is called with. Truthfully, the compiler cannot check this: the expansion of `#[hot]` gives slot and
    //   call one signature, and `cargo hot` links a patch's body to the slot of the same signature, and to the instance of
    //   the same symbol.
    // - its code is still mapped: nothing that was loaded is ever unmapped.
    unsafe { function(newest(slot.load(), known)) }
}

/// An address as the function pointer that it is.
///
/// # Safety
/// It is the entry of a function of type `F`.
unsafe fn function<F: Copy>(address: *const ()) -> F {
    const { assert!(size_of::<F>() == size_of::<*const ()>(), "`F` must be a function pointer") };
    // SAFETY: `F` and the pointer have the same size: asserted above. The caller vouches for the type.
    unsafe { mem::transmute_copy::<*const (), F>(&address) }
}

/// What a word leads a caller to that brings `known`.
fn newest(word: Word, known: *const ()) -> *const () {
    let word = visible(word);
    match table(word) {
        Some(table) => table.newest(known),
        None if word.is_null() => known,
        None => word.cast_const(),
    }
}

/// What a word leads to for a call of this thread, past its versions.
fn visible(mut word: Word) -> Word {
    while let Some(version) = version(word) {
        word = if version.epoch <= calls::epoch() { version.word } else { version.previous };
    }
    word
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
    let word = visible(slot.load());
    if word.is_null() || table(word).is_some() {
        return None;
    }
    // SAFETY:
    // - type and lifetime: as in `resolve`.
    // - what was published is the entry of the function itself, not of a pointer's code for it: `cargo hot` goes by the
    //   function's symbol. It takes the place as an argument behind the others (`FnAbi` of an instance that
    //   `requires_caller_location`), and without an optimizer, for which nothing of the kind is expanded, it keeps that.
    Some(unsafe { function(word.cast_const()) })
}

/// The table that a word leads to.
fn table(word: Word) -> Option<&'static Instances> {
    // SAFETY: words with `TABLE` are made of `Instances` alone.
    (word.addr() & TABLE != 0).then(|| unsafe { leaked(word) })
}

/// The version that a word leads to.
fn version(word: Word) -> Option<&'static Version> {
    // SAFETY: words with `VERSION` are made of a `Version` alone.
    (word.addr() & VERSION != 0).then(|| unsafe { leaked(word) })
}

/// What a marked word leads to.
///
/// # Safety
/// [`leak`] made the word of a `T`.
unsafe fn leaked<T>(word: Word) -> &'static T {
    let address = word.map_addr(|address| address & !(TABLE | VERSION)).cast::<T>();
    // SAFETY: the caller says that a `T` lies there; nobody frees or writes it. Words come from a slot by an Acquire, or from
    // a version that did, or the reader is the thread that made them.
    unsafe { &*address }
}

/// A word that leads to `content`, which is never freed.
fn leak<T>(content: T, mark: usize) -> Word {
    ptr::from_mut(Box::leak(Box::new(content))).cast::<()>().map_addr(|address| address | mark)
}

/// What a commit makes of a slot.
#[derive(Debug)]
pub(crate) struct Change {
    slot: &'static Slot,
    word: Word,
}

// SAFETY: what its word leads to is never written again, and code may run on any thread.
unsafe impl Send for Change {}

#[cfg_attr(
    not(any(test, all(target_os = "linux", target_arch = "x86_64"))),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
impl Change {
    /// To one body for every caller, or, by null, to the callers' own.
    ///
    /// # Safety
    /// `body` is null, or the entry of a function with the type that the slot is resolved with, mapped and relocated, and
    /// never to be unmapped.
    pub(crate) unsafe fn to_body(slot: &'static Slot, body: *const ()) -> Self {
        Self { slot, word: body.cast_mut() }
    }

    /// To a body for each instance.
    ///
    /// # Safety
    /// As for [`Self::to_body`], of every body in the table; and those of one instance have one signature.
    pub(crate) unsafe fn to_table(slot: &'static Slot, instances: Instances) -> Self {
        Self { slot, word: leak(instances, TABLE) }
    }

    /// To these instances, beside those that the slot leads to now.
    ///
    /// # Safety
    /// As for [`Self::to_table`].
    pub(crate) unsafe fn to_more_instances(slot: &'static Slot, instances: &[Instance]) -> Self {
        let before = table(visible(slot.load())).cloned().unwrap_or_default();
        // SAFETY: the caller's word, and that for what the slot leads to.
        unsafe { Self::to_table(slot, before.with(instances)) }
    }

    /// Has callers run it from `epoch` on, which has not come yet.
    pub(crate) fn announce(&self, epoch: Epoch) {
        // Relaxed: slots are written by one thread at a time.
        let previous = self.slot.word.load(Ordering::Relaxed);
        let version = leak(Version { epoch, word: self.word, previous }, VERSION);
        // Release: pairs with the Acquire in `load`.
        self.slot.word.store(version, Ordering::Release);
    }

    /// Has callers run it, whatever epoch they are in.
    pub(crate) fn settle(&self) {
        // Release: pairs with the Acquire in `load`. It is behind that of the epoch, too, for who reads other slots.
        self.slot.word.store(self.word, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Place, Slot, place, published, resolve};
    use crate::commit::commit;
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
        commit(1, &[unsafe { Change::to_body(&SLOT, two as fn() -> u32 as *const ()) }]);
        assert_eq!(resolve::<fn() -> _>(&SLOT, one)(), 2);
        // SAFETY: null is allowed.
        commit(1, &[unsafe { Change::to_body(&SLOT, std::ptr::null()) }]);
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
        commit(1, &[unsafe { Change::to_more_instances(&SLOT, &[of_byte]) }]);
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
        commit(1, &[unsafe { Change::to_body(&SLOT, newest as fn(u32, Place) -> u32 as *const ()) }]);
        assert_eq!(line(0), line!());
        assert_eq!(line(7), line!() + 7);
    }

    #[test]
    fn another_thread_sees_the_new_body() {
        static SLOT: Slot = Slot::new();
        let caller = thread::spawn(|| while resolve::<fn() -> _>(&SLOT, one)() == 1 {});
        // SAFETY: `two` has the type that the slot is resolved with, and is part of the program.
        commit(1, &[unsafe { Change::to_body(&SLOT, two as fn() -> u32 as *const ()) }]);
        caller.join().expect("the caller ends once it runs the new body");
    }

    #[test]
    fn a_slot_is_one_pointer_of_zeros() {
        static SLOT: Slot = Slot::new();
        assert_eq!(size_of::<Slot>(), size_of::<usize>());
        assert!(SLOT.word.load(std::sync::atomic::Ordering::Relaxed).is_null());
    }
}
