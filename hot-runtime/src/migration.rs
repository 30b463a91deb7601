//! A commit that carries live values over: tried until nobody uses one.

use crate::commit::commit;
use crate::gate;
use crate::live::commit::{Types, is_quiet};
use crate::point::publish;
use crate::slot::Change;
use crate::watch::is_anybody_in_a_call;
use std::sync::{Arc, Mutex, PoisonError};
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

struct Trial {
    migration: Migration,
    time: Duration,
    outcome: Option<Result<(), Problem>>,
}

impl Migration {
    /// Has it happen, when it can; `None` if `tell` said that nobody waits for it any more. Gives the types back.
    pub(crate) fn run(self, tell: impl FnMut(Duration) -> bool) -> (Types, Option<Result<(), Problem>>) {
        let trial = Arc::new(Mutex::new(Trial { migration: self, time: TIME, outcome: None }));
        let attempt = {
            let trial = Arc::clone(&trial);
            move || trial.lock().unwrap_or_else(PoisonError::into_inner).attempt()
        };
        publish(Box::new(attempt), tell);
        let mut trial = trial.lock().unwrap_or_else(PoisonError::into_inner);
        (std::mem::take(&mut trial.migration.types), trial.outcome.take())
    }
}

impl Trial {
    /// False if somebody uses a live value, or is in a hot call.
    fn attempt(&mut self) -> bool {
        if gate::is_inside() {
            return false;
        }
        let Some(_closed) = gate::close(self.time, || !is_anybody_in_a_call() && is_quiet()) else {
            self.time = LONGEST_TIME.min(self.time * 2);
            return false;
        };
        let Migration { from, to, changed, types } = &mut self.migration;
        let there = || commit(to.0, &to.1);
        let back = || commit(from.0, &from.1);
        self.outcome = Some(types.migrate(to.0, changed, there, back));
        true
    }
}
