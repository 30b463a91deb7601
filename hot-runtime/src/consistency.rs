//! What a program may ask of its hot calls: how far a commit reaches into calls that are under way.

use crate::calls;
use crate::hooks::is_attended;

/// Which generation the hot calls inside a hot call run.
///
/// A call itself always ends in the body that it began in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Consistency {
    /// Each call runs the newest generation there is when it begins.
    ///
    /// The default, as most programs have a call that never ends: `main`'s loop, an event loop, a worker. Where it is hot, all
    /// that it calls is new at once, and it costs nothing. Between two calls of such a function a save may come, so its data
    /// may have been seen by older code a moment ago.
    #[default]
    EachCall,
    /// All hot calls of a thread inside an outermost one run the generation that this began in, until it returns or unwinds.
    ///
    /// For threads that share data, a request or a frame being an outermost call: whatever a save changes, one of them is
    /// handled by code of one generation from its beginning to its end. The next one runs all of the new. Other threads are
    /// in calls of their own, and may be a generation ahead.
    ///
    /// An outermost call that never ends never runs anything new: what loops forever must not be hot itself. Of an `async fn`,
    /// whose body stays the one that it began with, each poll is a call: from one `.await` to the next one generation runs, and
    /// perhaps a newer one after that.
    CallTree,
}

/// Has the hot calls of all threads that are outermost from now on be as consistent as this; those under way end as they began.
///
/// It may be called at any time. In ordinary builds, and where `cargo hot` did not start the program, it does nothing.
pub fn set_consistency(consistency: Consistency) {
    if is_attended() {
        calls::pin(consistency == Consistency::CallTree);
    }
}
