//! Does something in a copy of the process that ends when it is done.
//!
//! Code of the program that runs there may wait for a lock for ever, use up its stack or change what it looks at: the process
//! itself goes on.

use crate::wire::{read_frame, write_frame};
use std::io;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// How long it may take.
const TIME: Duration = Duration::from_secs(30);

/// Gives back the frame that `work` makes in a copy of the process, with this thread alone.
///
/// # Errors
/// The system makes no copy, or it did not come to an end by itself.
pub(crate) fn in_copy(work: impl FnOnce() -> Vec<u8>) -> Result<Vec<u8>, String> {
    let failed = |error: io::Error| format!("failed to make a copy of the process: {error}");
    let (mut here, mut there) = UnixStream::pair().map_err(failed)?;
    here.set_read_timeout(Some(TIME)).map_err(failed)?;
    // SAFETY: Truthfully, what other threads hold stays held in the copy, and code of the program may come to wait for it: then the
    // copy is killed. The allocator is usable in a copy; glibc sees to that.
    match unsafe { libc::fork() } {
        -1 => Err(failed(io::Error::last_os_error())),
        0 => {
            // What cannot be written is missed at the other end.
            let _ = write_frame(&mut there, &work());
            // SAFETY: it takes a number alone, and runs nothing of the program.
            unsafe { libc::_exit(0) }
        }
        copy => {
            drop(there);
            let answer = read_frame(&mut here);
            let status = end(copy);
            match answer {
                Ok(Some(frame)) => Ok(frame),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(format!(
                    "that takes more than {} s: it may wait for a lock that a thread has which waits for a live value",
                    TIME.as_secs()
                )),
                Ok(None) | Err(_) if libc::WIFSIGNALED(status) => Err(format!(
                    "a copy of the process that was to do it was ended by signal {}",
                    libc::WTERMSIG(status)
                )),
                Ok(None) | Err(_) => Err("a copy of the process that was to do it has ended".into()),
            }
        }
    }
}

/// Ends the copy, if it has not ended, and tells how it did.
fn end(copy: libc::pid_t) -> libc::c_int {
    let mut status = 0;
    // SAFETY: it is a child of this process that nobody waits for but us, so its number is no other process's.
    let has_ended = unsafe { libc::waitpid(copy, &raw mut status, libc::WNOHANG) } == copy;
    if !has_ended {
        // SAFETY: as above.
        unsafe { libc::kill(copy, libc::SIGKILL) };
        // SAFETY: as above; `status` is valid for writes.
        unsafe { libc::waitpid(copy, &raw mut status, 0) };
    }
    status
}
