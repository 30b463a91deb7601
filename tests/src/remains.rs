//! What a case left behind: there must be nothing.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::environment::{Environment, TOKEN_VARIABLE};

/// How long a process may take to go after the one that started it.
const GRACE: Duration = Duration::from_secs(3);

/// Sees that no process of the case is left, and nothing in its temporary directories.
pub fn check(environment: &Environment) -> Result<()> {
    let end = Instant::now() + GRACE;
    let mut left = processes(environment);
    while !left.is_empty() && Instant::now() < end {
        thread::sleep(Duration::from_millis(20));
        left = processes(environment);
    }
    kill(&left);
    let left: Vec<String> = left.into_iter().map(|(pid, command)| format!("{pid}: {command}")).collect();
    ensure!(left.is_empty(), "processes are left:\n  {}", left.join("\n  "));
    let mut files = Vec::new();
    for directory in environment.temporary() {
        let entries = fs::read_dir(&directory).with_context(|| format!("failed to read `{}`", directory.display()))?;
        files.extend(entries.filter_map(Result::ok).map(|entry| entry.path().display().to_string()));
    }
    ensure!(files.is_empty(), "temporary files are left:\n  {}", files.join("\n  "));
    Ok(())
}

/// Ends what a failed case may have left.
pub fn clear(environment: &Environment) {
    kill(&processes(environment));
}

fn kill(processes: &[(i32, String)]) {
    for pid in processes.iter().filter_map(|(pid, _)| Pid::from_raw(*pid)) {
        // It may be gone by now, which is what we want.
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// Number and command line of every process that was started with the case's token.
fn processes(environment: &Environment) -> Vec<(i32, String)> {
    let token = format!("{TOKEN_VARIABLE}={}", environment.token());
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries.filter_map(Result::ok).filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid: i32| {
        let process = PathBuf::from(format!("/proc/{pid}"));
        let variables = fs::read(process.join("environ")).ok()?;
        variables.split(|byte| *byte == 0).find(|variable| *variable == token.as_bytes())?;
        let command = fs::read(process.join("cmdline")).unwrap_or_default();
        Some((pid, String::from_utf8_lossy(&command).replace('\0', " ")))
    })
    .collect()
}
