//! Which hot call each thread is in, and since when: to say who holds a commit up.
//!
//! A thread writes its own record and takes no lock for it; the agent reads them all. What it reads may be a moment old.

use crate::slot::Slot;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Of one thread.
#[derive(Debug)]
struct Record {
    thread: Option<String>,
    /// Of the outermost hot call; null outside of any.
    slot: AtomicPtr<Slot>,
    /// When that began, in nanoseconds since [`START`], or [`UNKNOWN`].
    since: AtomicU64,
    /// Whether the thread was seen at a sync point.
    comes_by: AtomicBool,
}

/// The clock is not asked for every call of programs that hold live values.
const UNKNOWN: u64 = u64::MAX;

static RECORDS: Mutex<Vec<Arc<Record>>> = Mutex::new(Vec::new());
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// In the list as long as its thread lives.
struct Own(Arc<Record>);

thread_local! {
    static OWN: Own = Own::register();
}

impl Own {
    fn register() -> Self {
        let thread = thread::current().name().map(str::to_owned);
        let record = Arc::new(Record {
            thread,
            slot: AtomicPtr::default(),
            since: AtomicU64::new(0),
            comes_by: AtomicBool::new(false),
        });
        records().push(Arc::clone(&record));
        Self(record)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        records().retain(|record| !Arc::ptr_eq(record, &self.0));
    }
}

fn records() -> MutexGuard<'static, Vec<Arc<Record>>> {
    RECORDS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now() -> u64 {
    u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// Notes that this thread begins a hot call, and when, if `is_timed`; false inside another one, and where the thread is about to be
/// gone.
pub(crate) fn begin(slot: &'static Slot, is_timed: bool) -> bool {
    let begin = |Own(record): &Own| {
        // Relaxed: nobody else writes it.
        let is_outermost = record.slot.load(Ordering::Relaxed).is_null();
        if is_outermost {
            record.since.store(if is_timed { now() } else { UNKNOWN }, Ordering::Relaxed);
            // Release: pairs with the Acquire in `busiest`, so the time is that of this call or of a later one.
            record.slot.store(ptr::from_ref(slot).cast_mut(), Ordering::Release);
        }
        is_outermost
    };
    OWN.try_with(begin).unwrap_or(false)
}

/// Notes that the call is over that was noted.
pub(crate) fn end() {
    // Release: pairs with the Acquire in `is_anybody_in_a_call`, so that who migrates sees what the call did. A thread that is
    // about to be gone is in no list any more.
    let _ = OWN.try_with(|Own(record)| record.slot.store(ptr::null_mut(), Ordering::Release));
}

/// Notes that this thread is at a sync point.
pub(crate) fn come_by() {
    // Relaxed: nothing else is read by it.
    let _ = OWN.try_with(|Own(record)| record.comes_by.store(true, Ordering::Relaxed));
}

/// Whether this thread was seen at a sync point.
pub(crate) fn comes_by() -> bool {
    // Relaxed: this thread wrote it.
    OWN.try_with(|Own(record)| record.comes_by.load(Ordering::Relaxed)).unwrap_or(false)
}

/// The hot call that a thread is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Busy {
    /// The thread's name.
    pub(crate) thread: Option<String>,
    /// The address of the called slot.
    pub(crate) slot: usize,
    /// Zero where it is not known.
    pub(crate) time: Duration,
}

/// Whether any thread is in a hot call.
#[cfg_attr(
    not(all(target_os = "linux", target_arch = "x86_64")),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
pub(crate) fn is_anybody_in_a_call() -> bool {
    // Acquire: pairs with the Release in `end`.
    records().iter().any(|record| !record.slot.load(Ordering::Acquire).is_null())
}

/// The longest outermost hot call, of the threads that were seen at sync points if there are any left: the others are waited for
/// by nobody.
#[cfg_attr(
    not(any(test, all(target_os = "linux", target_arch = "x86_64"))),
    expect(dead_code, reason = "patches are loaded on Linux on x86-64 alone")
)]
pub(crate) fn busiest() -> Option<Busy> {
    let (records, now) = (records(), now());
    let comes_by = |record: &Record| record.comes_by.load(Ordering::Relaxed);
    let anybody = !records.iter().any(|record| comes_by(record));
    let awaited = records.iter().filter(|record| anybody || comes_by(record));
    let busy = awaited.filter_map(|record| {
        // Acquire: pairs with the Release in `begin`.
        let slot = record.slot.load(Ordering::Acquire).addr();
        let time = Duration::from_nanos(now.saturating_sub(record.since.load(Ordering::Relaxed)));
        (slot != 0).then(|| Busy { thread: record.thread.clone(), slot, time })
    });
    busy.max_by_key(|busy| busy.time)
}

/// Runs a test that needs the list of threads for itself, on a thread that is out of it when the next begins.
#[cfg(test)]
pub(crate) fn alone(test: impl FnOnce() + Send) {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let ended = std::thread::scope(|scope| scope.spawn(test).join());
    ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

#[cfg(test)]
mod tests {
    use super::{alone, begin, busiest, come_by, end};
    use crate::slot::Slot;
    use std::ptr;
    use std::sync::mpsc::channel;
    use std::thread::{self, sleep};
    use std::time::Duration;

    /// One test, as there is one list of threads.
    #[test]
    fn the_longest_call_is_of_a_thread_that_comes_by() {
        alone(check_longest_call);
    }

    fn check_longest_call() {
        static OUTER: Slot = Slot::new();
        static INNER: Slot = Slot::new();
        let address = |slot: &'static Slot| ptr::from_ref(slot).addr();
        let slot = || busiest().map(|busy| busy.slot);
        assert_eq!(busiest(), None);
        let (go_on, wait) = channel::<()>();
        let (tell, told) = channel();
        let worker = thread::Builder::new().name("worker".into());
        let worker = worker.spawn(move || {
            assert!(begin(&INNER, true));
            tell.send(()).expect("the test waits for it");
            wait.recv().expect("the test says so");
        });
        told.recv().expect("the worker has begun");
        sleep(Duration::from_millis(2));
        let busy = busiest().expect("the worker is in a call");
        assert_eq!((busy.thread.as_deref(), busy.slot), (Some("worker"), address(&INNER)));
        assert!(busy.time >= Duration::from_millis(2));
        assert!(begin(&OUTER, true));
        assert!(!begin(&INNER, true), "it is inside the other");
        assert_eq!(slot(), Some(address(&INNER)), "the worker's is longer");
        come_by();
        assert_eq!(slot(), Some(address(&OUTER)));
        end();
        assert_eq!(slot(), None, "nobody waits for the worker");
        go_on.send(()).expect("the worker waits for it");
        worker.expect("a thread").join().expect("the worker ends well");
        assert_eq!(super::records().len(), 1);
    }
}
