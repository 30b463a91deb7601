//! What hot calls do beside calling, where a program asks for it: they pin an epoch, and are watched.
//!
//! The outermost hot call of a thread pins the [`Epoch`] that it begins in; until it ends, every hot call of the thread is
//! resolved as of that. So slots must tell what they led to before: [`crate::commit`] keeps that from the moment on that calls
//! are pinned. A thread-local says what is pinned, and nothing looks at it unless calls were pinned once: words without a
//! version are older than all pins. In a program with live types they pass the gate ([`crate::gate`]), too.

use crate::commit::{Epoch, keep_history};
use crate::gate;
use crate::slot::Slot;
use crate::sync::{AtomicU8, Ordering, per_thread, process_wide};
use crate::watch;
use std::cell::Cell;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

process_wide! {
    /// What hot calls have to do beside calling: [`PIN`], [`WATCH`], [`PASS`], or nothing.
    static DUTIES: AtomicU8 = AtomicU8::new(0);
}

/// An outermost call pins its epoch.
const PIN: u8 = 1;
/// An outermost call is noted, for who wants to know what a thread is at.
const WATCH: u8 = 2;
/// An outermost call passes the gate, and is noted for who closes it.
const PASS: u8 = 4;

per_thread! {
    static PINNED: Cell<Option<Epoch>> = Cell::new(None);
}

/// The epoch that hot calls of this thread are resolved in: the pinned one, or the newest.
pub(crate) fn epoch() -> Epoch {
    PINNED.with(Cell::get).unwrap_or_else(Epoch::now)
}

/// Has calls that are outermost from now on pin their epoch, or no longer.
pub(crate) fn pin(is_wanted: bool) {
    if is_wanted {
        // The commits before have no history, and are before any pin: who sees the duty sees their epochs.
        keep_history(|| DUTIES.fetch_or(PIN, Ordering::Release));
    } else {
        DUTIES.fetch_and(!PIN, Ordering::Release);
    }
}

/// Has calls that are outermost from now on be noted.
pub(crate) fn watch() {
    // Relaxed: nothing else is read by it.
    DUTIES.fetch_or(WATCH, Ordering::Relaxed);
}

/// Has calls that are outermost from now on pass the gate.
#[cfg_attr(
    not(all(target_os = "linux", target_arch = "x86_64")),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
pub(crate) fn pass_gate() {
    // Relaxed: it is done before the program's own code runs.
    DUTIES.fetch_or(PASS, Ordering::Relaxed);
}

/// A hot call that may have more to do than to call, from before it is resolved until it has returned or unwound.
#[derive(Debug)]
pub struct Call {
    slot: &'static Slot,
    has_pinned: bool,
    is_noted: bool,
    has_passed: bool,
    /// Ends on the thread that it began on.
    _of_thread: PhantomData<*const ()>,
}

/// Whether calls may have more to do than to call.
#[inline]
pub(crate) fn have_duties() -> bool {
    // Relaxed: who sees it late is a call that began before.
    DUTIES.load(Ordering::Relaxed) != 0
}

/// Begins a call through `slot`.
#[cold]
#[inline(never)]
#[must_use]
pub fn enter(slot: &'static Slot) -> Call {
    // Acquire: pairs with the Release in `pin`.
    let duties = DUTIES.load(Ordering::Acquire);
    let (is_noted, has_passed) = note(slot, duties);
    // Inside another call that has pinned, that is done.
    let has_pinned = duties & PIN != 0 && PINNED.with(Cell::get).is_none();
    if has_pinned {
        PINNED.with(|pinned| pinned.set(Some(Epoch::now())));
    }
    Call { slot, has_pinned, is_noted, has_passed, _of_thread: PhantomData }
}

/// Notes an outermost call, and takes it through the gate: whether either was done.
fn note(slot: &'static Slot, duties: u8) -> (bool, bool) {
    let is_noted = duties & (WATCH | PASS) != 0 && watch::begin(slot, duties & WATCH != 0);
    let has_passed = is_noted && duties & PASS != 0;
    if has_passed {
        let note = || {
            // It is noted already, unless it had to wait.
            watch::begin(slot, duties & WATCH != 0);
        };
        gate::pass(note, watch::end);
    }
    (is_noted, has_passed)
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        if self.has_pinned || self.is_noted {
            self.pause();
        }
    }
}

impl Call {
    /// What it was called through.
    #[must_use]
    pub fn slot(&self) -> &'static Slot {
        self.slot
    }

    /// Undoes what [`enter`] did: the thread is in no call until it begins again.
    #[cold]
    #[inline(never)]
    pub fn pause(&self) {
        if self.has_pinned {
            PINNED.with(|pinned| pinned.set(None));
        }
        if self.is_noted {
            watch::end();
        }
        if self.has_passed {
            gate::leave();
        }
    }

    /// Begins what was paused, in the epoch of now, even inside a call that has pinned another: that would not let anything new
    /// run here.
    pub fn begin_again(&self) {
        if self.is_noted {
            let duties = if self.has_passed { WATCH | PASS } else { WATCH };
            let _: (bool, bool) = note(self.slot, duties);
        }
        if self.has_pinned || PINNED.with(Cell::get).is_some() {
            PINNED.with(|pinned| pinned.set(Some(Epoch::now())));
        }
    }
}

/// The future of a hot `async fn`, of which each poll is a call through its slot.
#[derive(Debug)]
pub struct Polled<F> {
    slot: &'static Slot,
    future: F,
}

/// Has each poll of a hot function's future begin as a call through `slot` does.
#[inline]
pub fn polled<F: IntoFuture>(slot: &'static Slot, future: F) -> Polled<F::IntoFuture> {
    Polled { slot, future: future.into_future() }
}

impl<F: Future + Unpin> Future for Polled<F> {
    type Output = F::Output;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let _call = have_duties().then(|| enter(self.slot));
        Pin::new(&mut self.future).poll(context)
    }
}
