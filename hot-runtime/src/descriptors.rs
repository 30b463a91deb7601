//! A table of file descriptors for the agent's thread alone.
//!
//! The program may close whatever is open and open what it likes: a number of ours in its table would be another file some
//! day, and its own numbers would not be those of an ordinary build.

use std::ffi::c_uint;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd as _, OwnedFd, RawFd};

/// The first descriptor behind standard input, output and error.
const FIRST: c_uint = 3;

/// Gives this thread a table of its own, in which nothing but `kept` is open: what the program closes is closed then.
///
/// # Errors
/// Linux is older than 5.9, or a sandbox forbids it: the table is still that of the process.
pub(crate) fn part_from_process(kept: &impl AsRawFd) -> io::Result<()> {
    let kept = c_uint::try_from(kept.as_raw_fd()).map_err(io::Error::other)?;
    close_range(kept.saturating_add(1), c_uint::MAX, libc::CLOSE_RANGE_UNSHARE)?;
    if kept > FIRST {
        close_range(FIRST, kept - 1, 0)?;
    }
    // What a panic here would write must not go to a file that took the number of standard error.
    if let Ok(nowhere) = File::options().read(true).write(true).open("/dev/null") {
        for standard in 0..3 {
            // SAFETY: the table is this thread's alone, and nothing in it owns a standard descriptor.
            unsafe { libc::dup2(nowhere.as_raw_fd(), standard) };
        }
    }
    Ok(())
}

/// Closes in this thread's table what another thread has parted with.
pub(crate) fn close(descriptor: RawFd) {
    // SAFETY: its owner has a table of its own, so nobody owns it in this one.
    drop(unsafe { OwnedFd::from_raw_fd(descriptor) });
}

/// By number: not every C library has a function for it.
fn close_range(first: c_uint, last: c_uint, flags: c_uint) -> io::Result<()> {
    // SAFETY: the call takes no pointers, and `part_from_process` closes nothing in the table of the process.
    let answer = unsafe { libc::syscall(libc::SYS_close_range, first, last, flags) };
    if answer == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
