//! The way without patching: watch, rebuild, restart.
//!
//! For `--restart`, and for every system that patches cannot be made for.

use crate::cli::RunOptions;
use crate::events::{Event, EventLog};
use crate::program::{GRACE, Program, end_like, exited, forward_signals};
use crate::project::Project;
use crate::terminal::{report, say_held};
use crate::watch::{Save, Watch};
use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGKILL, SIGTERM};
use std::env;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Instant;

/// What this way waits for.
enum Message {
    Save(Save),
    Exited(ExitStatus),
    Signal(i32),
}

pub(crate) fn run(options: &RunOptions) -> Result<ExitCode> {
    let project = Project::find(&options.project)?;
    let mut events = EventLog::open(options.events.as_deref())?;
    let (sender, inbox) = channel();
    let saves = sender.clone();
    let mut watch = Watch::start(&project.target_directory, move |save| drop(saves.send(Message::Save(save))))?;
    for root in &project.package_roots {
        watch.add_package(root)?;
    }
    let signals = sender.clone();
    forward_signals(move |signal| drop(signals.send(Message::Signal(signal))))?;
    let begun = Instant::now();
    let mut program = start(options, &sender)?;
    events.write(&Event::Started {
        pid: program.process,
        generation: 0,
        build_ms: crate::events::milliseconds(begun.elapsed()),
    })?;
    loop {
        match inbox.recv().context("the watch has stopped")? {
            Message::Exited(status) => {
                events.write(&exited(status))?;
                say_held();
                return Ok(end_like(status));
            }
            Message::Signal(signal) => program.signal(signal),
            Message::Save(mut save) => {
                watch.complete(&mut save)?;
                if !save.paths.iter().any(|path| is_source(path)) {
                    continue;
                }
                let mut cargo = cargo("build", options);
                let output = cargo.args(["--quiet"]).env("CARGO_TERM_COLOR", "always").stdin(Stdio::null()).output();
                let output = output.context("failed to run cargo")?;
                let event = if output.status.success() {
                    stop(&program, &inbox)?;
                    program = start(options, &sender)?;
                    Event::Restarted { pid: program.process, kept: None }
                } else {
                    Event::CompileError { rendered: String::from_utf8_lossy(&output.stderr).into_owned() }
                };
                report(&event);
                events.write(&event)?;
            }
        }
    }
}

/// Whether an edit of this file may make another program.
pub(crate) fn is_source(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs" || extension == "toml")
}

fn cargo(subcommand: &str, options: &RunOptions) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(subcommand).args(options.for_cargo());
    cargo.args(options.project.config.iter().flat_map(|value| ["--config", value]));
    cargo
}

fn start(options: &RunOptions, sender: &Sender<Message>) -> Result<Program> {
    let mut cargo = cargo("run", options);
    let child = cargo.arg("--").args(&options.arguments).spawn().context("failed to start cargo")?;
    let sender = sender.clone();
    // Nobody waits any more when the session has ended first.
    Program::watch(child, move |_, status| drop(sender.send(Message::Exited(status))))
}

/// Ends the program: by SIGTERM, and if it does not listen, by SIGKILL. Saves meanwhile are part of what is built.
fn stop(program: &Program, inbox: &Receiver<Message>) -> Result<()> {
    program.signal(SIGTERM);
    let deadline = Instant::now() + GRACE;
    loop {
        match inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Message::Exited(_)) => return Ok(()),
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => {
                program.signal(SIGKILL);
                while !matches!(inbox.recv().context("the watch has stopped")?, Message::Exited(_)) {}
                return Ok(());
            }
            Err(RecvTimeoutError::Disconnected) => bail!("the watch has stopped"),
        }
    }
}
