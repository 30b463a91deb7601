//! The user's program as a process: signals go to it, its end is ours.

use crate::events::Event;
use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::low_level::siginfo::{Cause, Origin};
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ExitCode, ExitStatus};
use std::thread;
use std::time::Duration;

/// A started process; a thread waits for its end.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) process: u32,
}

impl Program {
    /// Reports the end of `child`.
    pub(crate) fn watch(mut child: Child, on_exit: impl FnOnce(u32, ExitStatus) + Send + 'static) -> Result<Self> {
        let process = child.id();
        thread::Builder::new()
            .name("wait".into())
            .spawn(move || {
                if let Ok(status) = child.wait() {
                    on_exit(process, status);
                }
            })
            .context("failed to start the thread that waits for the program")?;
        Ok(Self { process })
    }

    /// Whether `process` is this one or comes from it: a runner of the user's may start the program as a child.
    pub(crate) fn is_or_started(&self, process: u32) -> bool {
        std::iter::successors(Some(process), |process| parent(*process)).any(|process| process == self.process)
    }

    /// A process that is gone already needs no signal.
    pub(crate) fn signal(&self, signal: i32) {
        signal_process(self.process, signal);
    }
}

/// `None` for the first process, and for one that is gone.
fn parent(process: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()?;
    (parent != 0).then_some(parent)
}

/// How long a program may take to end after SIGTERM, before it is killed.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

/// Sends a signal to a process of ours.
pub(crate) fn signal_process(process: u32, signal: i32) {
    let pid = i32::try_from(process).ok().and_then(Pid::from_raw);
    if let (Some(pid), Some(signal)) = (pid, Signal::from_named_raw(signal)) {
        let _ = kill_process(pid, signal);
    }
}

/// Reports the signals that were meant for us alone.
///
/// What the terminal sends (Ctrl-C), it sends to the program as well, which decides what becomes of it; what a process
/// sends us, the program shall get from us.
pub(crate) fn forward_signals(mut on_signal: impl FnMut(i32) + Send + 'static) -> Result<()> {
    let signals = SignalsInfo::<WithOrigin>::new([SIGINT, SIGQUIT, SIGTERM, SIGHUP]);
    let mut signals = signals.context("failed to register for signals")?;
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            for Origin { signal, cause, .. } in &mut signals {
                let is_from_terminal = cause == Cause::Kernel && signal != SIGHUP;
                if !is_from_terminal {
                    on_signal(signal);
                }
            }
        })
        .context("failed to start the thread that receives signals")?;
    Ok(())
}

/// The event of a program's end.
pub(crate) fn exited(status: ExitStatus) -> Event {
    Event::Exited { code: status.code(), signal: status.signal() }
}

/// Ends as the program did: with its code, or by its signal.
pub(crate) fn end_like(status: ExitStatus) -> ExitCode {
    if let Some(signal) = status.signal() {
        // No core of ours beside the program's.
        let _ = rustix::process::setrlimit(
            rustix::process::Resource::Core,
            rustix::process::Rlimit { current: Some(0), maximum: Some(0) },
        );
        let _ = signal_hook::low_level::emulate_default_handler(signal);
        signal_process(std::process::id(), signal);
        return ExitCode::from(128_u8.saturating_add(u8::try_from(signal).unwrap_or(127)));
    }
    ExitCode::from(u8::try_from(status.code().unwrap_or(101)).unwrap_or(101))
}
