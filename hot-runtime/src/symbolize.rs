//! Makes the standard library's backtraces see a new patch.

use crate::image::Images;
use crate::wire::Symbolizer;
use std::ptr;
use std::sync::{Mutex, PoisonError};

/// Puts the list of libraries back to what it was before the first backtrace, so that the next one makes it anew.
///
/// What the list held is not freed: there is no way to free it from here. That costs memory only where a backtrace was
/// taken since the patch before.
pub(crate) fn forget_libraries(symbolizer: &Symbolizer, images: &Images) {
    let (Some(lock), Some(list)) = (images.address(0, symbolizer.lock), images.address(0, symbolizer.list)) else {
        return;
    };
    // SAFETY:
    // - `cargo hot` found the address by the name of std's `static LOCK: Mutex<()>` in this very executable.
    // - this crate is compiled for the same std, so the type has the same layout; the static lives for ever.
    let lock = unsafe { &*ptr::with_exposed_provenance::<Mutex<()>>(lock) };
    let _held = lock.lock().unwrap_or_else(PoisonError::into_inner);
    let (initial, length) = (symbolizer.initial.as_ptr(), symbolizer.initial.len());
    // SAFETY:
    // - the static is `length` bytes long: both come from its symbol; it is in written data, and `initial` is ours.
    // - std reads and writes it only while it holds the lock, which we hold.
    // - the bytes are those that the executable starts with: the value `None`.
    unsafe { ptr::copy_nonoverlapping(initial, ptr::with_exposed_provenance_mut(list), length) };
}
