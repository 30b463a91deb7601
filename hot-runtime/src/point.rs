//! Where a program takes commits, if it says where.
//!
//! From the first [`sync_point`] on, the agent leaves a commit for the next thread that comes by one, and waits.

use crate::commit::commit;
use crate::hooks::is_attended;
use crate::slot::Change;
use crate::{calls, watch};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
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

/// A commit that is to happen at a sync point.
struct Prepared {
    generation: u32,
    changes: Vec<Change>,
}

struct Point {
    prepared: Option<Prepared>,
    /// How many threads are there, and stay.
    staying: u32,
}

impl Point {
    /// A thread is there.
    fn take(&mut self) {
        if let Some(Prepared { generation, changes }) = self.prepared.take() {
            STATE.store(NOTHING_WAITS, Ordering::Relaxed);
            commit(generation, &changes);
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
    STATE.store(NOTHING_WAITS, Ordering::Relaxed);
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

/// Has the process run a generation: at once, or where sync points are in use, at the next one. False if `tell`, which is called
/// now and then meanwhile with the time since, said that nobody waits for it any more: then it does not happen.
#[cfg_attr(
    not(any(test, all(target_os = "linux", target_arch = "x86_64"))),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
pub(crate) fn publish(generation: u32, changes: Vec<Change>, mut tell: impl FnMut(Duration) -> bool) -> bool {
    let mut waiting = point();
    // Relaxed: it is written by who holds the lock.
    if STATE.load(Ordering::Relaxed) == UNUSED || waiting.staying > 0 {
        commit(generation, &changes);
        return true;
    }
    waiting.prepared = Some(Prepared { generation, changes });
    STATE.store(WAITS, Ordering::Relaxed);
    let begun = Instant::now();
    let mut patience = PATIENCE;
    while waiting.prepared.is_some() {
        let Some(left) = patience.checked_sub(begun.elapsed()) else {
            patience *= 5;
            drop(waiting);
            let is_awaited = tell(begun.elapsed());
            waiting = point();
            if !is_awaited && waiting.prepared.take().is_some() {
                STATE.store(NOTHING_WAITS, Ordering::Relaxed);
                return false;
            }
            continue;
        };
        waiting = DONE.wait_timeout(waiting, left).unwrap_or_else(PoisonError::into_inner).0;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{publish, sync_point};
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
        let to = |body: fn() -> u32| {
            // SAFETY: it has the type that the slot is resolved with, and is part of the program.
            #[expect(unsafe_code, reason = "what is published is of the type that is called")]
            let change = unsafe { Change::to_body(&SLOT, body as *const ()) };
            vec![change]
        };
        let runs = || resolve::<fn() -> u32>(&SLOT, one)();
        assert!(publish(1, to(two), |_| panic!("nothing waits")));
        assert_eq!(runs(), 2, "no sync point is in use");
        attend();
        sync_point();
        let agent = thread::spawn(move || {
            let mut times = Vec::new();
            assert!(publish(2, to(one), |time| {
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
        assert!(!publish(3, to(two), |_| false), "nobody waits for it");
        sync_point();
        assert_eq!(runs(), 1);
    }
}
