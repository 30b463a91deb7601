//! The replay route: runs the recorded rustc command of a crate again.
//!
//! From a changed shadow to a library with new objects, without cargo, and with the incremental cache of the base build:
//! rustc does no work twice.

use crate::base::record::Record;
use crate::base::turn::Turn;
use crate::base::{Diagnostics, Invocation, Line};
use anyhow::{Context, Result};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What a replay ended in.
#[derive(Debug)]
pub(crate) enum Compiled {
    /// The library, or the object of a slice, at this path.
    Library(PathBuf),
    /// rustc's own words about the user's text.
    Errors(String),
    /// Killed, since its result was of no use any more.
    Cancelled,
}

/// rustc at work on one crate.
#[derive(Debug)]
pub(crate) struct Compilation {
    child: Child,
    directory: PathBuf,
    library: PathBuf,
    /// Nobody else compiles the crate meanwhile.
    _turn: Option<Turn>,
}

impl Compilation {
    /// Compiles one crate again. Its library takes the place of the one before: where rustc writes to is part of what
    /// its incremental cache goes by, and another place would have it compile everything anew.
    ///
    /// # Errors
    /// rustc cannot be run.
    pub(crate) fn start(record: &Record, turn: Turn) -> Result<Self> {
        let started = Self::spawn(record, &record.invocation, record.library.clone())?;
        Ok(Self { _turn: Some(turn), ..started })
    }

    fn spawn(record: &Record, invocation: &Invocation, library: PathBuf) -> Result<Self> {
        let child = command(record, invocation)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("failed to run `{}`", record.rustc))?;
        Ok(Self { child, directory: record.directory.clone(), library, _turn: None })
    }

    /// Compiles a slice of the crate to the object at `output`.
    ///
    /// # Errors
    /// rustc cannot be run.
    pub(crate) fn slice(record: &Record, invocation: &Invocation, output: PathBuf) -> Result<Self> {
        Self::spawn(record, invocation, output)
    }

    /// Checks the crate as the user wrote it, for rustc's own words about it.
    ///
    /// # Errors
    /// rustc cannot be run.
    pub(crate) fn check_original(record: &Record, out_dir: &Path) -> Result<Self> {
        let mut invocation = record.invocation.clone();
        invocation.set("--out-dir", out_dir.to_string_lossy());
        let shadow = Path::new(invocation.input.as_deref().unwrap_or_default());
        let original = record.shadow.original_of(shadow);
        let relative = original.strip_prefix(&record.directory).unwrap_or(&original);
        invocation.input = Some(relative.to_string_lossy().into_owned());
        invocation.remove("--remap-path-prefix").set("--emit", "metadata");
        invocation.set_codegen("incremental", &out_dir.join("incremental").to_string_lossy());
        Self::spawn(record, &invocation, PathBuf::new())
    }

    /// For killing it.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// # Errors
    /// rustc cannot be heard.
    pub(crate) fn finish(mut self) -> Result<Compiled> {
        let errors = self.read_errors()?;
        let status = self.child.wait().context("failed to wait for rustc")?;
        Ok(match status.code() {
            Some(0) => Compiled::Library(self.library),
            Some(_) => Compiled::Errors(errors),
            None => Compiled::Cancelled,
        })
    }

    fn read_errors(&mut self) -> Result<String> {
        let stderr = self.child.stderr.take().context("the pipe to rustc's stderr is missing")?;
        let mut diagnostics = Diagnostics::new(&self.directory);
        let mut errors = String::new();
        for line in BufReader::new(stderr).lines() {
            if let Line::Diagnostic { rendered, is_error: true, .. } =
                diagnostics.read(line.context("failed to read rustc's messages")?)
            {
                errors.push_str(&rendered);
            }
        }
        Ok(errors)
    }
}

fn command(record: &Record, invocation: &Invocation) -> Command {
    let mut command = record.rustc.command();
    command.args(invocation.arguments()).env_clear().envs(&record.environment).current_dir(&record.directory);
    command
}
