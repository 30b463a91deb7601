//! The way without patching: watch, rebuild, restart.
//!
//! For `--restart`, and for every system that patches cannot be made for.

use crate::cli::RunOptions;
use crate::events::{Event, EventLog};
use crate::inbox::{Inbox, Message};
use crate::program::{Program, end_like, exited, forward_signals};
use crate::project::Project;
use crate::terminal::{report, say};
use crate::watch::Watch;
use anyhow::{Context, Result};
use std::env;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Whether patches can be made and loaded here.
pub(crate) const CAN_PATCH: bool = cfg!(all(target_os = "linux", target_arch = "x86_64"));

/// How long a program may take to end after SIGTERM, before it is killed.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

pub(crate) fn run(options: &RunOptions) -> Result<ExitCode> {
    if !CAN_PATCH {
        say("patching works on Linux on x86-64; here every save rebuilds and restarts the program");
    } else {
        say("every save rebuilds and restarts the program (--restart)");
    }
    let project = Project::find(options)?;
    let mut events = EventLog::open(options.events.as_deref())?;
    let mut inbox = Inbox::new();
    let sender = inbox.sender();
    let mut watch = Watch::start(&project.target_directory, move |save| drop(sender.send(Message::Save(save))))?;
    for root in &project.package_roots {
        watch.add_package(root)?;
    }
    forward_signals(inbox.sender())?;
    let begun = Instant::now();
    let mut program = start(options, &inbox)?;
    events.write(&Event::Started {
        pid: program.process,
        generation: 0,
        build_ms: crate::events::milliseconds(begun.elapsed()),
    })?;
    loop {
        match inbox.next()? {
            Message::Exited(status) => {
                events.write(&exited(status))?;
                return Ok(end_like(status));
            }
            Message::Signal(signal) => program.signal(signal),
            Message::Save(save) if save.paths.iter().any(|path| is_source(path)) => {
                let mut cargo = cargo("build", options);
                let output = cargo.args(["--quiet"]).env("CARGO_TERM_COLOR", "always").stdin(Stdio::null()).output();
                let output = output.context("failed to run cargo")?;
                let event = if output.status.success() {
                    stop(&program, &mut inbox)?;
                    program = start(options, &inbox)?;
                    Event::Restarted { pid: program.process }
                } else {
                    Event::CompileError { rendered: String::from_utf8_lossy(&output.stderr).into_owned() }
                };
                report(&event);
                events.write(&event)?;
            }
            _ => {}
        }
    }
}

fn is_source(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs" || extension == "toml")
}

fn cargo(subcommand: &str, options: &RunOptions) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(subcommand).args(options.for_cargo());
    cargo
}

fn start(options: &RunOptions, inbox: &Inbox) -> Result<Program> {
    let mut cargo = cargo("run", options);
    let child = cargo.arg("--").args(&options.arguments).spawn().context("failed to start cargo")?;
    Program::watch(child, inbox.sender())
}

/// Ends the program: by SIGTERM, and if it does not listen, by SIGKILL.
pub(crate) fn stop(program: &Program, inbox: &mut Inbox) -> Result<()> {
    program.signal(signal_hook::consts::SIGTERM);
    let sender = inbox.sender();
    std::thread::spawn(move || {
        std::thread::sleep(GRACE);
        let _ = sender.send(Message::Done);
    });
    loop {
        match inbox.next_new()? {
            Message::Exited(_) => return Ok(()),
            Message::Done => program.signal(signal_hook::consts::SIGKILL),
            other => inbox.put_back(other),
        }
    }
}
