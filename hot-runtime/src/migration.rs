//! What is done with all live values at once, a commit that carries them over say: tried until nobody uses one.

use crate::commit::commit;
use crate::gate;
use crate::live::commit::{Types, is_quiet};
use crate::point::publish;
use crate::slot::Change;
use crate::watch::is_anybody_in_a_call;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long threads wait at the gate for those that are inside, at first; twice as long each time, as they may wait for each other.
const TIME: Duration = Duration::from_millis(5);
const LONGEST_TIME: Duration = Duration::from_millis(200);

/// From one generation to another, each with what it takes to be there.
pub(crate) struct Migration {
    pub(crate) from: (u32, Vec<Change>),
    pub(crate) to: (u32, Vec<Change>),
    /// The types that are laid out otherwise there.
    pub(crate) changed: Vec<String>,
    pub(crate) types: Types,
}

/// Why live values stay as they are.
pub(crate) type Problem = String;

impl Migration {
    /// Carries all values over, while nobody uses one. Gives the types back.
    pub(crate) fn run(self) -> (Types, Result<(), Problem>) {
        let Self { from, to, changed, mut types } = self;
        let there = || commit(to.0, &to.1);
        let back = || commit(from.0, &from.1);
        let migrated = types.migrate(to.0, &changed, there, back);
        (types, migrated)
    }
}

/// Does `work` when nobody uses a live value or is in a hot call, and lets nobody begin meanwhile: at a sync point, where the program
/// has such. `None` if `tell` said that nobody waits for it any more.
pub(crate) fn when_quiet<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
    tell: impl FnMut(Duration) -> bool,
) -> Option<T> {
    let outcome = Arc::new(Mutex::new(None));
    let (mut work, mut time) = (Some(work), TIME);
    let attempt = {
        let outcome = Arc::clone(&outcome);
        move || {
            if gate::is_inside() {
                return false;
            }
            let Some(_closed) = gate::close(time, || !is_anybody_in_a_call() && is_quiet()) else {
                time = LONGEST_TIME.min(time * 2);
                return false;
            };
            *lock(&outcome) = work.take().map(|work| work());
            true
        }
    };
    publish(Box::new(attempt), tell);
    lock(&outcome).take()
}

fn lock<T>(outcome: &Mutex<T>) -> MutexGuard<'_, T> {
    outcome.lock().unwrap_or_else(PoisonError::into_inner)
}
