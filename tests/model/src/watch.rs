//! Nobody asks the models who is in which call.

use crate::slot::Slot;

pub(crate) fn begin(_slot: &'static Slot, _is_timed: bool) -> bool {
    false
}

pub(crate) fn end() {}
