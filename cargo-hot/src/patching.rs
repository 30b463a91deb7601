//! What the command line asks for, where patches can be made.

pub(crate) use crate::base::launch::Role;
use crate::base::{launch, wrapper};
use crate::cli::{CoverageOptions, ProjectOptions, RunOptions, SessionCommand};
use crate::project::Project;
use crate::{base, control, coverage, restart as restarting, session, terminal};
use anyhow::Result;
use std::ffi::OsString;
use std::process::ExitCode;

/// Does what cargo expects of whoever it took us for.
pub(crate) fn stand_in(role: Role, words: impl Iterator<Item = OsString>) -> Result<ExitCode> {
    match role {
        Role::Launcher => launch::launch(words),
        Role::Wrapper => launch::wrap(words),
        role => wrapper::run(words, role == Role::WorkspaceWrapper { holds_panics: true }),
    }
}

/// `cargo hot run`.
pub(crate) fn run(options: &RunOptions) -> Result<ExitCode> {
    let overrides = base::Overrides::read(&options.project.config)?;
    if let Some(other) = base::other_target(options.cargo.target(), &overrides)? {
        terminal::say(&format!("patching works for {}; for {other}, every save rebuilds and restarts", base::TARGET));
        if options.hold_on_panic {
            terminal::say("so nothing that panics is held");
        }
        return restarting::run(options);
    }
    session::run(options)
}

/// `cargo hot coverage`.
pub(crate) fn coverage(options: &CoverageOptions) -> Result<ExitCode> {
    coverage::run(options)
}

/// `cargo hot undo` and the like.
pub(crate) fn ask(options: &ProjectOptions, command: SessionCommand) -> Result<ExitCode> {
    control::ask(&Project::find(options)?, command)?;
    Ok(ExitCode::SUCCESS)
}
