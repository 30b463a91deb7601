//! Lets nobody begin to use live values while they are migrated, and finds out whether somebody does.
//!
//! A thread *passes* before it uses a live value or calls a hot function from outside of any, and is *inside* until it is done
//! with all that it began. Who migrates *closes* the gate, so that threads which are not inside wait there, and looks whether any
//! are. If one stays too long, the gate opens again: it may wait for one that waits at the gate.
//!
//! Passing costs no barrier: what a thread wrote of itself before it looked at the gate, the closing one sees behind the barrier
//! that it has the system make on all threads.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering, compiler_fence, fence};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Whether threads say when they pass: where no session takes part, nobody closes the gate.
static WATCHED: AtomicU8 = AtomicU8::new(NOBODY);
const NOBODY: u8 = 0;
/// The system makes barriers on all threads.
const CHEAPLY: u8 = 1;
/// Each thread makes its own.
const DEARLY: u8 = 2;

static IS_CLOSED: AtomicBool = AtomicBool::new(false);
/// Held by who closes or opens.
static GATE: Mutex<()> = Mutex::new(());
static OPENED: Condvar = Condvar::new();

/// How long to sleep between two looks at who is inside.
const PAUSE: Duration = Duration::from_micros(50);

thread_local! {
    /// How much this thread has begun, and is not done with.
    static BEGUN: Cell<u32> = const { Cell::new(0) };
}

/// From now on, threads say when they pass. Called before the program's own code runs.
pub(crate) fn watch() {
    WATCHED.store(if barrier::prepare() { CHEAPLY } else { DEARLY }, Ordering::Relaxed);
}

/// Whether threads say when they pass.
#[inline]
pub(crate) fn is_watched() -> bool {
    WATCHED.load(Ordering::Relaxed) != NOBODY
}

/// Takes this thread inside. `note` has others see it there, `forget` takes that back.
#[inline]
pub(crate) fn pass(note: impl Fn(), forget: impl Fn()) {
    note();
    if WATCHED.load(Ordering::Relaxed) == DEARLY {
        // Pairs with that in `barrier::make`.
        fence(Ordering::SeqCst);
    } else {
        // Pairs with the system's, which is between what the closing thread wrote and what it reads.
        compiler_fence(Ordering::SeqCst);
    }
    let begun = BEGUN.with(Cell::get);
    if begun == 0 && IS_CLOSED.load(Ordering::Relaxed) {
        wait(&note, &forget);
    }
    BEGUN.with(|count| count.set(begun + 1));
}

/// Whether this thread is inside.
#[cfg_attr(
    not(all(target_os = "linux", target_arch = "x86_64")),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
pub(crate) fn is_inside() -> bool {
    BEGUN.with(Cell::get) > 0
}

/// This thread is done with something that it passed for. What others know it by, is forgotten.
#[inline]
pub(crate) fn leave() {
    BEGUN.with(|count| count.set(count.get() - 1));
}

#[cold]
#[inline(never)]
fn wait(note: &dyn Fn(), forget: &dyn Fn()) {
    forget();
    let mut gate = gate();
    while IS_CLOSED.load(Ordering::Relaxed) {
        gate = OPENED.wait(gate).unwrap_or_else(PoisonError::into_inner);
    }
    // Who closes it next, does so behind this.
    note();
}

fn gate() -> MutexGuard<'static, ()> {
    GATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The gate is closed, and nobody is inside but this thread. It opens when this is dropped.
#[derive(Debug)]
pub(crate) struct Closed(());

/// Closes the gate, if nobody is inside or everybody comes out in time; `is_empty` says whether nobody is. To this thread it is
/// open.
#[cfg_attr(
    not(any(test, all(target_os = "linux", target_arch = "x86_64"))),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
pub(crate) fn close(time: Duration, mut is_empty: impl FnMut() -> bool) -> Option<Closed> {
    {
        let _gate = gate();
        IS_CLOSED.store(true, Ordering::Relaxed);
    }
    BEGUN.with(|count| count.set(count.get() + 1));
    let closed = Closed(());
    barrier::make();
    let begun = Instant::now();
    while !is_empty() {
        if begun.elapsed() > time {
            return None;
        }
        sleep(PAUSE);
    }
    Some(closed)
}

impl Drop for Closed {
    fn drop(&mut self) {
        leave();
        let _gate = gate();
        IS_CLOSED.store(false, Ordering::Relaxed);
        OPENED.notify_all();
    }
}

/// Of all threads of the process, by the system.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod barrier {
    use std::sync::atomic::{Ordering, fence};

    /// As `linux/membarrier.h` has them.
    const PRIVATE_EXPEDITED: libc::c_int = 1 << 3;
    const REGISTER_PRIVATE_EXPEDITED: libc::c_int = 1 << 4;

    fn ask(command: libc::c_int) -> bool {
        // SAFETY: it takes numbers alone, and touches no memory of ours.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
    }

    /// Whether [`make`] makes barriers on all threads.
    pub(super) fn prepare() -> bool {
        ask(REGISTER_PRIVATE_EXPEDITED)
    }

    /// Each thread's stores before it are seen behind it, and its loads behind it see what was stored before.
    pub(super) fn make() {
        fence(Ordering::SeqCst);
        ask(PRIVATE_EXPEDITED);
    }
}

/// There is no such service.
#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod barrier {
    use std::sync::atomic::{Ordering, fence};

    pub(super) fn prepare() -> bool {
        false
    }

    pub(super) fn make() {
        fence(Ordering::SeqCst);
    }
}
