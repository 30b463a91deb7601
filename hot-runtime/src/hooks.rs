//! What a program does when other code is about to run, and when it does.
//!
//! Hooks run on a thread of their own, which is one of the program's: it has its descriptors, and none of its signals. The
//! agent waits for those that may object, and no longer than [`PATIENCE`].

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{mem, thread};

/// A hook that takes longer holds a person up who has saved a file.
const PATIENCE: Duration = if cfg!(test) { Duration::from_millis(100) } else { Duration::from_secs(5) };

/// What a hook says is shown in a line or two.
const LENGTH: usize = 1000;

/// The program goes over from one generation to another, an earlier one perhaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Commit {
    /// The generation that runs before.
    pub from: u32,
    /// The generation that runs after.
    pub to: u32,
}

/// Has `hook` called after each commit, on a thread of its own.
///
/// What is called there runs the new code. A panic ends the call, not the program, unless panics abort. Where `cargo hot` did
/// not start the program, the hook is dropped.
pub fn on_commit(hook: impl FnMut(&Commit) + Send + 'static) {
    register(|hooks| {
        hooks.after.push(Box::new(hook));
        hooks.has_after = true;
    });
}

/// Has `hook` called before each commit, on a thread of its own: an error stops the commit, and is shown to who saved the file.
///
/// A panic is an error, unless panics abort; and so is a hook that has not returned after five seconds. The same patch is tried
/// again with the next save. Where `cargo hot` did not start the program, the hook is dropped.
pub fn before_commit(hook: impl FnMut(&Commit) -> Result<(), String> + Send + 'static) {
    register(|hooks| {
        hooks.before.push(Box::new(hook));
        hooks.has_before = true;
    });
}

type Before = Box<dyn FnMut(&Commit) -> Result<(), String> + Send>;
type After = Box<dyn FnMut(&Commit) + Send>;

struct Hooks {
    before: Vec<Before>,
    after: Vec<After>,
    /// Whether there are any; while they run, they are not in their list.
    has_before: bool,
    has_after: bool,
    /// Where the thread of the hooks takes its orders, once there is one.
    orders: Option<Sender<Order>>,
}

enum Order {
    Before(Commit, SyncSender<Result<(), String>>),
    After(Commit),
}

/// Whether a session takes part.
static ATTENDED: AtomicBool = AtomicBool::new(false);
static HOOKS: Mutex<Hooks> =
    Mutex::new(Hooks { before: Vec::new(), after: Vec::new(), has_before: false, has_after: false, orders: None });

fn hooks() -> MutexGuard<'static, Hooks> {
    HOOKS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn register(add: impl FnOnce(&mut Hooks)) {
    if !is_attended() {
        return;
    }
    let mut hooks = hooks();
    add(&mut hooks);
    if hooks.orders.is_none() {
        hooks.orders = start();
    }
}

/// Starts the thread that runs hooks; without one, none of them is called.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn start() -> Option<Sender<Order>> {
    let (sender, orders) = channel();
    match crate::agent::without_signals(|| thread::Builder::new().name("cargo-hot-hooks".into()).spawn(|| run(orders)))
    {
        Ok(_) => Some(sender),
        Err(error) => {
            eprintln!("cargo hot: hooks are not called in this process, as no thread could be started: {error}");
            None
        }
    }
}

/// No session takes part anywhere else.
#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn start() -> Option<Sender<Order>> {
    None
}

fn run(orders: Receiver<Order>) {
    for order in orders {
        match order {
            // Who asked may have lost patience.
            Order::Before(commit, answer) => drop(answer.try_send(run_before(&commit))),
            Order::After(commit) => run_after(&commit),
        }
    }
}

/// Until the first that objects. A hook may register others meanwhile.
fn run_before(commit: &Commit) -> Result<(), String> {
    let mut before = mem::take(&mut hooks().before);
    let answer = before.iter_mut().try_for_each(|hook| {
        let answer = catch_unwind(AssertUnwindSafe(|| hook(commit)));
        let answer = answer.unwrap_or_else(|panic| Err(format!("a hook panicked: {}", message(&*panic))));
        answer.map_err(|message| message.chars().take(LENGTH).collect())
    });
    let mut hooks = hooks();
    before.append(&mut hooks.before);
    hooks.before = before;
    answer
}

fn run_after(commit: &Commit) {
    let mut after = mem::take(&mut hooks().after);
    for hook in &mut after {
        // The panic has been printed.
        let _ = catch_unwind(AssertUnwindSafe(|| hook(commit)));
    }
    let mut hooks = hooks();
    after.append(&mut hooks.after);
    hooks.after = after;
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("with something that is no text")
}

/// A session will take part.
pub(crate) fn attend() {
    // Relaxed: no thread of the program runs yet.
    ATTENDED.store(true, Ordering::Relaxed);
}

pub(crate) fn is_attended() -> bool {
    // Relaxed: it is set before `main` begins.
    ATTENDED.load(Ordering::Relaxed)
}

/// Asks the hooks whether the program may go over to another generation.
///
/// # Errors
/// One of them objects, or does not answer.
pub(crate) fn ask(commit: Commit) -> Result<(), String> {
    let orders = match &*hooks() {
        Hooks { has_before: true, orders: Some(orders), .. } => orders.clone(),
        _ => return Ok(()),
    };
    let (sender, answer) = sync_channel(1);
    let gone = || Err("the thread that runs hooks has ended".to_owned());
    if orders.send(Order::Before(commit, sender)).is_err() {
        return gone();
    }
    match answer.recv_timeout(PATIENCE) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => Err(format!("a hook has not returned after {} s", PATIENCE.as_secs())),
        Err(RecvTimeoutError::Disconnected) => gone(),
    }
}

/// The program has gone over to another generation.
pub(crate) fn committed(commit: Commit) {
    if let Hooks { has_after: true, orders: Some(orders), .. } = &*hooks() {
        // Its thread never ends.
        let _ = orders.send(Order::After(commit));
    }
}

#[cfg(all(test, target_os = "linux", target_arch = "x86_64"))]
mod tests {
    use super::{Commit, attend, before_commit, committed, on_commit};
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    fn ask(to: u32) -> Result<(), String> {
        super::ask(Commit { from: to - 1, to })
    }

    /// One test, as there is one list of hooks.
    #[test]
    fn hooks_are_asked_before_and_told_after() {
        before_commit(|_| Err("no session takes part".into()));
        attend();
        assert_eq!(ask(1), Ok(()), "nobody is registered");
        let (sender, told) = channel();
        let seen = sender.clone();
        on_commit(move |commit| seen.send((commit.from, commit.to)).expect("the test waits for it"));
        on_commit(|commit| assert_ne!(commit.to, 2, "on purpose"));
        on_commit(move |commit| sender.send((commit.from, commit.to)).expect("the test waits for it"));
        before_commit(|commit: &Commit| if commit.to == 3 { Err("three".into()) } else { Ok(()) });
        before_commit(|commit| {
            assert_ne!(commit.to, 4, "on purpose");
            if commit.to == 5 {
                thread::sleep(Duration::from_millis(300));
            }
            Ok(())
        });
        for to in [1, 2] {
            assert_eq!(ask(to), Ok(()));
            committed(Commit { from: to - 1, to });
            for _ in 0..2 {
                assert_eq!(told.recv(), Ok((to - 1, to)), "a panic of one hook is none of the next one's");
            }
        }
        assert_eq!(ask(3), Err("three".into()));
        let panicked = ask(4).expect_err("it panics");
        assert!(panicked.starts_with("a hook panicked: ") && panicked.contains("on purpose"), "{panicked}");
        assert_eq!(ask(5), Err("a hook has not returned after 0 s".into()));
        assert_eq!(ask(6), Err("a hook has not returned after 0 s".into()), "it is still at work");
        thread::sleep(Duration::from_millis(400));
        assert_eq!(ask(6), Ok(()));
    }
}
