//! Calls that panicked and wait for other code.
//!
//! In a session that asks for it, the outermost hot call that can run again catches the panic that would leave it, and its
//! thread waits: for a commit, after which the call runs again, or for the word that lets the panic go on. Which calls can run
//! again, [`crate::again`] says. Who catches a panic while nobody is there to save a file lets it go on at once.

use crate::calls::{self, Call};
use crate::commit::Epoch;
use crate::point;
use std::any::Any;
use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::{process, ptr, thread};

/// Whether the session wants panics to be held.
static IS_WANTED: AtomicBool = AtomicBool::new(false);

thread_local! {
    static OUTER: Cell<Outer> = const { Cell::new(Outer::Nothing) };
    /// Whether the panic that a thread unwinds by was held before.
    static WAS_HELD: Cell<bool> = const { Cell::new(false) };
}

/// Of the hot calls that a thread is in, what becomes of a panic inside them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outer {
    Nothing,
    /// The outermost one cannot run again.
    Tells,
    /// One of them can.
    Holds,
}

/// Runs the body of a call by `run`: once, or again and again where the session holds panics and `is_repeatable`.
pub fn hold<R>(call: &Call, is_repeatable: bool, mut run: impl FnMut() -> R) -> R {
    let guard = Guard::take(call, is_repeatable);
    if guard.is_none() || !is_repeatable {
        return run();
    }
    loop {
        match catch_unwind(AssertUnwindSafe(&mut run)) {
            Ok(result) => return result,
            Err(panic) => wait(call, panic),
        }
    }
}

/// As long as a call is the one that decides what becomes of a panic.
struct Guard<'call> {
    call: &'call Call,
    before: Outer,
}

impl<'call> Guard<'call> {
    fn take(call: &'call Call, is_repeatable: bool) -> Option<Self> {
        let before = OUTER.get();
        let own = if is_repeatable { Outer::Holds } else { Outer::Tells };
        let is_decided = before == Outer::Holds || before == own;
        // While a thread unwinds, what it calls cannot wait: another panic is about to end it.
        if is_decided || !IS_WANTED.load(Ordering::Relaxed) || thread::panicking() {
            return None;
        }
        OUTER.set(own);
        WAS_HELD.set(false);
        Some(Self { call, before })
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let own = OUTER.replace(self.before);
        if own == Outer::Tells && thread::panicking() && !WAS_HELD.get() {
            // Nobody is told of a process that was forked off.
            let _ = tell(|_| News::NotHeld(Panicked::by(self.call)));
        }
    }
}

/// What the session is told of calls that panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum News {
    Held {
        number: u64,
        call: Panicked,
    },
    /// It is not held, as its arguments are gone.
    NotHeld(Panicked),
    /// The call of this number is held no longer.
    Ended {
        number: u64,
        /// Or it unwinds.
        runs_again: bool,
    },
}

/// A call that panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panicked {
    /// The thread's name.
    pub(crate) thread: Option<String>,
    /// The address of the called slot.
    pub(crate) slot: usize,
}

impl Panicked {
    fn by(call: &Call) -> Self {
        Self { thread: thread::current().name().map(str::to_owned), slot: ptr::from_ref(call.slot()).addr() }
    }
}

struct State {
    /// The process that a session listens to; none where nobody would save a file.
    process: Option<u32>,
    /// What the session was not told yet.
    news: VecDeque<News>,
    /// How many calls were ever held.
    held: u64,
    /// How often held calls were let go.
    releases: u64,
}

static STATE: Mutex<State> = Mutex::new(State { process: None, news: VecDeque::new(), held: 0, releases: 0 });
static CHANGED: Condvar = Condvar::new();

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait_for_change(state: MutexGuard<'static, State>) -> MutexGuard<'static, State> {
    CHANGED.wait(state).unwrap_or_else(PoisonError::into_inner)
}

/// Tells the session, if there is one: a process that was forked off has none.
fn tell<'state>(news: impl FnOnce(&mut State) -> News) -> Option<MutexGuard<'state, State>> {
    let mut state = state();
    if state.process != Some(process::id()) {
        return None;
    }
    let news = news(&mut state);
    state.news.push_back(news);
    CHANGED.notify_all();
    Some(state)
}

/// Returns when the call is to run again; otherwise the panic goes on.
#[cold]
#[inline(never)]
fn wait(call: &Call, panic: Box<dyn Any + Send>) {
    let epoch = Epoch::now();
    call.pause();
    let begun = tell(|state| {
        state.held += 1;
        News::Held { number: state.held, call: Panicked::by(call) }
    });
    let begun = begun.map(|state| (state.held, state.releases));
    let Some((number, releases)) = begun else { resume_unwind(panic) };
    let stay = point::stay();
    let mut state = state();
    while state.process.is_some() && state.releases == releases && Epoch::now() == epoch {
        state = wait_for_change(state);
    }
    drop(state);
    drop(stay);
    let runs_again = Epoch::now() != epoch;
    drop(tell(|_| News::Ended { number, runs_again }));
    if !runs_again {
        WAS_HELD.set(true);
        resume_unwind(panic);
    }
    call.begin_again();
}

/// A session of this process holds panics from now on.
pub(crate) fn attend() {
    calls::watch();
    // Relaxed: the program has not begun, or a call is not guarded that begins now.
    IS_WANTED.store(true, Ordering::Relaxed);
    state().process = Some(process::id());
}

/// The session has ended: panics go on.
pub(crate) fn forsake() {
    IS_WANTED.store(false, Ordering::Relaxed);
    state().process = None;
    CHANGED.notify_all();
}

/// Lets the panics of held calls go on.
pub(crate) fn release() {
    state().releases += 1;
    CHANGED.notify_all();
}

/// Has held calls run again if the program runs other code; the session is told of that before.
pub(crate) fn go_on() {
    // Whoever has looked at the epoch under the lock waits by now.
    drop(state());
    CHANGED.notify_all();
}

/// The next that the session is to be told; `None` when it has ended.
pub(crate) fn next_news() -> Option<News> {
    let mut state = state();
    loop {
        state.process?;
        if let Some(news) = state.news.pop_front() {
            return Some(news);
        }
        state = wait_for_change(state);
    }
}
