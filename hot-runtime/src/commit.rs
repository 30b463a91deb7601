//! The instant at which a program goes over to another generation: one number, written once for all slots of a commit.
//!
//! 1. Each slot of the commit gets a version: what it leads to from the commit's [`Epoch`] on, and what it led to before.
//! 2. The epoch becomes the process's: that is the instant.
//! 3. Each slot gets the plain word again, which is read without a look at the epoch; unless a thread may be pinned to an
//!    earlier one ([`crate::calls`]), for which the versions stay.
//!
//! A thread that has run new code of a commit found a version and read the epoch of the second step, or found a word of the
//! third. Either was an Acquire of a Release behind all of the first step. So in every other slot of the commit it finds a
//! version or what came later, and with a version an epoch that is no older: it never runs what was there before.
//!
//! Versions are never freed, as a reader may have just found one: 24 bytes for each slot of a commit, beside the patch.

use crate::calls;
use crate::slot::Change;
use crate::sync::{AtomicU64, Mutex, Ordering, process_wide};
use std::sync::PoisonError;

/// A commit: its number in the upper half, which only grows, and in the lower one the generation that it published, an earlier
/// one perhaps. In one word, so that nobody sees one without the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Epoch(u64);

impl Epoch {
    /// That of the last commit.
    pub(crate) fn now() -> Self {
        // Acquire: pairs with the Release in `commit`, so who sees an epoch sees its versions in all slots.
        Self(EPOCH.load(Ordering::Acquire))
    }

    fn next(self, generation: u32) -> Self {
        Self((((self.0 >> 32) + 1) << 32) | u64::from(generation))
    }

    fn generation(self) -> u32 {
        // The lower half.
        self.0 as u32
    }
}

process_wide! {
    static EPOCH: AtomicU64 = AtomicU64::new(0);
}

process_wide! {
    /// Whether slots tell what they led to before. Held by who writes slots.
    static KEEPS_HISTORY: Mutex<bool> = Mutex::new(false);
}

/// The generation that runs: 0 is the program as it was started, and any program that `cargo hot` did not start.
///
/// All hot functions go over to a generation at once: who reads its number runs its code from then on, and who runs its code
/// reads its number; in a call tree that is held to one generation, that one's. Code of two generations may run at the same
/// time: calls that began before a commit end in the code they began in.
#[must_use]
pub fn generation() -> u32 {
    calls::epoch().generation()
}

/// Has the process run a generation: every later call through a changed slot runs what the change says, unless it is pinned to
/// an earlier epoch.
#[cfg_attr(
    not(any(test, all(target_os = "linux", target_arch = "x86_64"))),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
pub(crate) fn commit(generation: u32, changes: &[Change]) {
    let keeps_history = KEEPS_HISTORY.lock().unwrap_or_else(PoisonError::into_inner);
    let epoch = Epoch::now().next(generation);
    changes.iter().for_each(|change| change.announce(epoch));
    // Release: pairs with the Acquire in `Epoch::now`.
    EPOCH.store(epoch.0, Ordering::Release);
    if !*keeps_history {
        changes.iter().for_each(Change::settle);
    }
}

/// Has slots tell from now on what they led to before; `begin` is called while no commit is under way. Nothing ends it: a thread
/// may be pinned for as long as it likes.
pub(crate) fn keep_history<T>(begin: impl FnOnce() -> T) {
    let mut keeps_history = KEEPS_HISTORY.lock().unwrap_or_else(PoisonError::into_inner);
    *keeps_history = true;
    begin();
}
