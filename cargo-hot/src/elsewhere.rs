//! What the command line asks for, where no patch can be made: every run is one that restarts.

use crate::cli::{CoverageOptions, ProjectOptions, RunOptions, SessionCommand};
use crate::{restart as restarting, terminal};
use anyhow::{Result, bail};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// Cargo never takes us for anything else here.
pub(crate) enum Role {
    Command,
}

impl Role {
    pub(crate) fn of(_: &Path) -> Self {
        Self::Command
    }
}

pub(crate) fn stand_in(_: Role, _: impl Iterator<Item = OsString>) -> Result<ExitCode> {
    bail!("cargo hot stands in for no other program on this system")
}

/// `cargo hot run`.
pub(crate) fn run(options: &RunOptions) -> Result<ExitCode> {
    terminal::say("patching works on Linux on x86-64; here every save rebuilds and restarts the program");
    restarting::run(options)
}

/// `cargo hot coverage`.
pub(crate) fn coverage(_: &CoverageOptions) -> Result<ExitCode> {
    bail!("on this system nothing is patched, so no function is compiled alone")
}

/// `cargo hot undo` and the like.
pub(crate) fn ask(_: &ProjectOptions, _: SessionCommand) -> Result<ExitCode> {
    bail!("on this system every save restarts the program; there is no session to ask")
}
