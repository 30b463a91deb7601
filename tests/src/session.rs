//! One running `cargo hot run`: starts it, waits for what it shows, ends it.

use std::io::Write;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::Value;

use crate::case::{Launch, Stream, Target};
use crate::environment::Environment;
use crate::expected::Kind;
use crate::pattern::{Memory, Pattern};
use crate::record::{Record, Seen};

/// The first build may compile the runtime, wait for another case's build, or be that of a bench's 100,000 lines, on two
/// busy cores.
const BUILD: Duration = Duration::from_secs(900);

/// Everything after it; a step takes under a second on an idle machine.
pub const STEP: Duration = Duration::from_secs(30);

/// A running session and how far its output was looked at.
#[derive(Debug)]
pub struct Session {
    record: Record,
    pid: Pid,
    stdin: Option<ChildStdin>,
    memory: Memory,
    stdout_at: usize,
    stderr_at: usize,
    events_at: usize,
}

impl Session {
    /// Starts `cargo hot run` in `directory` and waits until the program runs, or until there will be none.
    pub fn start(
        cargo_hot: &Path,
        directory: &Path,
        launch: &Launch,
        environment: &Environment,
        events: PathBuf,
        route: Option<&str>,
    ) -> Result<Self> {
        let mut words = launch.under.iter().map(Path::new).chain([cargo_hot]);
        let mut command = environment.command(words.next().unwrap_or(cargo_hot), directory);
        command.args(words).args(["hot", "run"]).arg("--events").arg(&events).args(&launch.run);
        command.args(route.into_iter().flat_map(|route| ["--route", route]));
        if !launch.args.is_empty() {
            command.arg("--").args(&launch.args);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn().with_context(|| format!("failed to start `{}`", cargo_hot.display()))?;
        let stdin = child.stdin.take();
        let pid = Pid::from_child(&child);
        let record = Record::follow(child, Some(events));
        let mut session = Self { record, pid, stdin, memory: Memory::new(), stdout_at: 0, stderr_at: 0, events_at: 0 };
        let started = session.record.wait(BUILD, |seen| match seen.events.first() {
            Some(event) => Some(event["event"] == "started"),
            None => seen.events_closed.then_some(false),
        });
        session.events_at = usize::from(started.context("the program was not started in time")?);
        Ok(session)
    }

    /// What was seen so far.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The process of `cargo hot`.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Waits for a line after those already looked at, and compares its named groups.
    pub fn line(&mut self, stream: Stream, pattern: &Pattern) -> Result<()> {
        let from = match stream {
            Stream::Stdout => self.stdout_at,
            Stream::Stderr => self.stderr_at,
        };
        let found = self.record.wait(STEP, |seen| {
            let lines = seen.lines(stream);
            let found = lines.lines.iter().enumerate().skip(from).find(|(_, line)| pattern.is_match(line));
            match found {
                Some((index, line)) => Some(Some((index, line.clone()))),
                None => lines.closed.then_some(None),
            }
        });
        let (index, line) = match found {
            Some(Some(found)) => found,
            Some(None) => bail!("the stream ended before a line matched"),
            None => bail!("no line matched within {} s", STEP.as_secs()),
        };
        match stream {
            Stream::Stdout => self.stdout_at = index + 1,
            Stream::Stderr => self.stderr_at = index + 1,
        }
        pattern.compare(&line, &mut self.memory)
    }

    /// Waits for the next event. `unchanged` ones are passed over unless they are `wanted`: an editor's save can be seen
    /// as two, and the second then changed nothing. So are `confirmed`, `old-code` and `waiting` ones, which come when nobody waits.
    pub fn event(&mut self, wanted: Kind) -> Result<Value> {
        let from = self.events_at;
        let found = self.record.wait(STEP, |seen| {
            let mut events = seen.events.iter().enumerate().skip(from);
            match events.find(|(_, event)| is_wanted(event, wanted)) {
                Some((index, event)) => Some(Some((index, event.clone()))),
                None => seen.events_closed.then_some(None),
            }
        });
        let (index, event) = match found {
            Some(Some(found)) => found,
            Some(None) => bail!("cargo hot ended before the event"),
            None => bail!("no event within {} s", STEP.as_secs()),
        };
        self.events_at = index + 1;
        Ok(event)
    }

    /// The next event, whatever it is; `None` if none comes within `limit`.
    pub fn next_event(&mut self, limit: Duration) -> Option<Value> {
        let from = self.events_at;
        let event = self.record.wait(limit, |seen| seen.events.get(from).cloned())?;
        self.events_at += 1;
        Some(event)
    }

    /// Sends a line to the program, and gives back the one that it answers with.
    pub fn ask(&mut self, line: &str) -> Result<String> {
        let from = self.record.seen().stdout.lines.len();
        self.send(&format!("{line}\n"))?;
        let answer = self.record.wait(STEP, |seen| match seen.stdout.lines.get(from) {
            Some(answer) => Some(Some(answer.clone())),
            None => seen.stdout.closed.then_some(None),
        });
        match answer {
            Some(Some(answer)) => Ok(answer),
            Some(None) => bail!("the program ended at `{line}`"),
            None => bail!("no answer to `{line}` within {} s", STEP.as_secs()),
        }
    }

    /// Passes over `patched` events until none has come for `time`; there must be one, and no other.
    pub fn patches(&mut self, time: Duration) -> Result<()> {
        let mut event = self.event(Kind::Patched)?;
        loop {
            ensure!(event["event"] == "patched", "there is another event: {event}");
            let from = self.events_at;
            let next = |seen: &Seen| {
                let mut events = seen.events.iter().enumerate().skip(from);
                events.find(|(_, event)| is_wanted(event, Kind::Patched)).map(|(index, event)| (index, event.clone()))
            };
            let Some((index, next)) = self.record.wait(time, next) else { return Ok(()) };
            (self.events_at, event) = (index + 1, next);
        }
    }

    /// Sees that no event comes for `time`.
    pub fn no_event(&mut self, time: Duration) -> Result<()> {
        let from = self.events_at;
        let next = |events: &[Value]| events.iter().skip(from).find(|event| !is_late(event)).cloned();
        match self.record.wait(time, |seen| next(&seen.events)) {
            Some(event) => bail!("there is an event: {event}"),
            None => Ok(()),
        }
    }

    /// Before something changes: everything said so far was expected, and lines from here on are new.
    pub fn begin_change(&mut self) -> Result<()> {
        let seen = self.record.seen();
        if let Some(event) = seen.events[self.events_at..].iter().find(|event| is_wanted(event, Kind::Answer)) {
            bail!("there is an event that no directive expects: {event}");
        }
        self.events_at = seen.events.len();
        self.stdout_at = seen.stdout.lines.len();
        self.stderr_at = seen.stderr.lines.len();
        Ok(())
    }

    /// Sends text to the program's standard input.
    pub fn send(&mut self, text: &str) -> Result<()> {
        let stdin = self.stdin.as_mut().context("standard input is closed")?;
        stdin.write_all(text.as_bytes()).context("failed to write to standard input")
    }

    /// Closes the program's standard input.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Sends the named signal.
    pub fn signal(&self, name: &str, target: Target) -> Result<()> {
        let signal = signal_named(name).context("there is no such signal")?;
        match target {
            Target::Program => kill_process(self.program()?, signal),
            Target::CargoHot => kill_process(self.pid, signal),
            Target::Group => kill_process_group(self.pid, signal),
        }
        .with_context(|| format!("failed to send {name}"))
    }

    /// The process of the last event that names one.
    pub fn program(&self) -> Result<Pid> {
        let seen = self.record.seen();
        let pid =
            seen.events.iter().rev().find_map(|event| event["pid"].as_i64()).context("no event names a process")?;
        Pid::from_raw(i32::try_from(pid)?).with_context(|| format!("{pid} is no process"))
    }

    /// Waits until `cargo hot` has ended by itself, and sees that its `exited` event says the same.
    pub fn exit(&mut self) -> Result<ExitStatus> {
        let status = self.end()?;
        if self.events_at > 0 {
            let event = self.event(Kind::Answer)?;
            ensure!(event["event"] == "exited", "the last event is not `exited` but {event}");
            let told = event["code"].as_i64().or(event["signal"].as_i64().map(|signal| signal + 128));
            ensure!(told == Some(shell_code(status).into()), "cargo hot ended with {status}, but its event is {event}");
        }
        Ok(status)
    }

    /// Ends the session as Ctrl-C does, unless it has ended.
    pub fn finish(&mut self) -> Result<()> {
        if self.record.seen().ended.is_some() {
            return Ok(());
        }
        self.begin_change()?;
        self.signal("INT", Target::Group)?;
        self.end().context("after Ctrl-C").map(drop)
    }

    /// Waits until `cargo hot` has ended.
    pub fn end(&self) -> Result<ExitStatus> {
        let ended = |seen: &Seen| seen.ended.filter(|_| seen.events_closed);
        self.record.wait(STEP, ended).with_context(|| format!("cargo hot did not end within {} s", STEP.as_secs()))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.record.seen().ended.is_none() {
            // It may end in this very moment; then nobody is there to be killed.
            let _ = kill_process_group(self.pid, Signal::KILL);
        }
    }
}

/// What a shell's `$?` is after this status.
pub fn shell_code(status: ExitStatus) -> i32 {
    status.code().or(status.signal().map(|signal| signal + 128)).unwrap_or(-1)
}

/// The signal that `kill -NAME` sends.
pub fn signal_named(name: &str) -> Option<Signal> {
    Some(match name {
        "INT" => Signal::INT,
        "TERM" => Signal::TERM,
        "KILL" => Signal::KILL,
        "HUP" => Signal::HUP,
        "ABRT" => Signal::ABORT,
        "USR1" => Signal::USR1,
        "STOP" => Signal::STOP,
        "CONT" => Signal::CONT,
        _ => return None,
    })
}

fn is_wanted(event: &Value, wanted: Kind) -> bool {
    match event["event"].as_str().unwrap_or_default() {
        "unchanged" => wanted == Kind::Unchanged,
        "confirmed" => wanted == Kind::Confirmed,
        "old-code" => wanted == Kind::OldCode,
        "waiting" => wanted == Kind::Waiting,
        _ => true,
    }
}

/// Whether it tells what the background came to.
fn is_late(event: &Value) -> bool {
    ["confirmed", "old-code", "waiting"].iter().any(|kind| event["event"] == *kind)
}
