//! Where a program takes commits, if it says where.
//!
//! From the first [`sync_point`] on, the agent leaves a commit for the next thread that comes by one, and waits.

use crate::hooks::is_attended;
use crate::{calls, watch};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Lets a commit happen here, and from the first call on nowhere else.
///
/// A program that calls it, between two frames say, or where no request is under way, gets patches only there: what is saved is
/// loaded and waits until some thread comes by, and all hot functions change while that thread is in this call. Who takes long
/// to come by is named in the terminal. Hooks of `before_commit` are asked before that, when the patch is loaded. Other
/// threads are not stopped: what they call next is new.
///
/// Inside a call that [`Consistency::CallTree`](crate::Consistency::CallTree) holds to a generation, the commit happens as
/// well, and the call goes on in the generation that it began in.
///
/// It costs a load and a test where nothing waits. In ordinary builds, and where `cargo hot` did not start the program, it does
/// nothing.
#[inline]
pub fn sync_point() {
    // Relaxed: what waits is behind a lock.
    if STATE.load(Ordering::Relaxed) != NOTHING_WAITS {
        arrive();
    }
}

static STATE: AtomicU8 = AtomicU8::new(UNUSED);
/// No sync point has been called.
const UNUSED: u8 = 0;
const NOTHING_WAITS: u8 = 1;
const WAITS: u8 = 2;

/// A commit: whether it is over, or has to be tried again, as somebody uses what it is about.
pub(crate) type Commit = Box<dyn FnMut() -> bool + Send>;

struct Point {
    /// To happen at a sync point.
    prepared: Option<Commit>,
    /// How many threads are there, and stay.
    staying: u32,
}

impl Point {
    /// A thread is there.
    fn take(&mut self) {
        let Some(commit) = &mut self.prepared else { return };
        if commit() {
            self.prepared = None;
            STATE.store(NOTHING_WAITS, Ordering::Relaxed);
            DONE.notify_one();
        }
    }
}

/// Held by who writes [`STATE`].
static POINT: Mutex<Point> = Mutex::new(Point { prepared: None, staying: 0 });
static DONE: Condvar = Condvar::new();

fn point() -> MutexGuard<'static, Point> {
    POINT.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cold]
#[inline(never)]
fn arrive() {
    let mut point = point();
    if point.prepared.is_none() {
        STATE.store(NOTHING_WAITS, Ordering::Relaxed);
    }
    if !is_attended() {
        return;
    }
    calls::watch();
    watch::come_by();
    point.take();
}

/// Has a thread that comes by sync points count as one that is at one, for as long as it is held ([`crate::hold`]).
pub(crate) fn stay() -> Option<Stay> {
    watch::comes_by().then(|| {
        let mut point = point();
        point.staying += 1;
        point.take();
        Stay
    })
}

/// Until it is dropped, a thread is at a sync point.
pub(crate) struct Stay;

impl Drop for Stay {
    fn drop(&mut self) {
        point().staying -= 1;
    }
}

/// How long who saved a file waits before it is told why: a second, and then five times as long each time.
const PATIENCE: Duration = if cfg!(test) { Duration::from_millis(10) } else { Duration::from_secs(1) };

/// How long to wait before a commit is tried again, at first; twice as long each time.
const PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Has a commit happen: at once, or where sync points are in use, at the next one. False if `tell`, which is called now and then
/// meanwhile with the time since, said that nobody waits for it any more: then it does not happen.
#[cfg_attr(
    not(any(test, all(target_os = "linux", target_arch = "x86_64"))),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
pub(crate) fn publish(mut commit: Commit, tell: impl FnMut(Duration) -> bool) -> bool {
    let mut patience = Patience { begun: Instant::now(), left: PATIENCE, tell };
    let mut pause = PAUSE;
    let mut waiting = point();
    // Relaxed: it is written by who holds the lock.
    while STATE.load(Ordering::Relaxed) == UNUSED || waiting.staying > 0 {
        if commit() {
            return true;
        }
        drop(waiting);
        if !patience.lasts() {
            return false;
        }
        sleep(pause);
        pause = LONGEST_PAUSE.min(pause * 2);
        waiting = point();
    }
    waiting.prepared = Some(commit);
    STATE.store(WAITS, Ordering::Relaxed);
    while waiting.prepared.is_some() {
        if patience.left().is_zero() {
            drop(waiting);
            let is_awaited = patience.lasts();
            waiting = point();
            if !is_awaited && waiting.prepared.take().is_some() {
                STATE.store(NOTHING_WAITS, Ordering::Relaxed);
                return false;
            }
            continue;
        }
        waiting = DONE.wait_timeout(waiting, patience.left()).unwrap_or_else(PoisonError::into_inner).0;
    }
    true
}

/// Tells who waits how long it has been, now and then.
struct Patience<F> {
    begun: Instant,
    /// Since then, until it is to be told next.
    left: Duration,
    tell: F,
}

impl<F: FnMut(Duration) -> bool> Patience<F> {
    fn left(&self) -> Duration {
        self.left.saturating_sub(self.begun.elapsed())
    }

    /// False if nobody waits any more.
    fn lasts(&mut self) -> bool {
        let is_over = self.left().is_zero();
        if is_over {
            self.left *= 5;
        }
        !is_over || (self.tell)(self.begun.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::{Commit, publish, sync_point};
    use crate::commit::commit;
    use crate::hooks::attend;
    use crate::slot::{Change, Slot, resolve};
    use crate::watch::alone;
    use std::thread::{self, sleep};
    use std::time::Duration;

    fn one() -> u32 {
        1
    }

    fn two() -> u32 {
        2
    }

    /// One test, as a process uses sync points or does not.
    #[test]
    fn a_commit_waits_for_the_next_sync_point() {
        alone(check_sync_points);
    }

    fn check_sync_points() {
        static SLOT: Slot = Slot::new();
        let to = |generation: u32, body: fn() -> u32| -> Commit {
            // SAFETY: it has the type that the slot is resolved with, and is part of the program.
            #[expect(unsafe_code, reason = "what is published is of the type that is called")]
            let change = unsafe { Change::to_body(&SLOT, body as *const ()) };
            Box::new(move || {
                commit(generation, std::slice::from_ref(&change));
                true
            })
        };
        let runs = || resolve::<fn() -> u32>(&SLOT, one)();
        assert!(publish(to(1, two), |_| panic!("nothing waits")));
        assert_eq!(runs(), 2, "no sync point is in use");
        attend();
        sync_point();
        let agent = thread::spawn(move || {
            let mut times = Vec::new();
            assert!(publish(to(2, one), |time| {
                times.push(time);
                true
            }));
            times
        });
        sleep(Duration::from_millis(100));
        assert_eq!(runs(), 2, "nobody has come by");
        sync_point();
        assert_eq!(runs(), 1);
        let times = agent.join().expect("the agent ends well");
        assert!(times.len() >= 2 && times.len() <= 3, "after 10 ms, 50 ms, and 250 ms on a busy machine: {times:?}");
        sync_point();
        assert!(!publish(to(3, two), |_| false), "nobody waits for it");
        sync_point();
        assert_eq!(runs(), 1);
    }
}
