//! The replay route: runs the recorded rustc command of a crate again.
//!
//! From a changed shadow to a library with new objects, without cargo, and with the incremental cache of the base build:
//! rustc does no work twice.

use crate::base::record::Record;
use crate::base::turn::Turn;
use crate::base::{Diagnostics, Invocation, Line};
use anyhow::{Context, Result, bail};
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
    /// Killed, since its result was of no use any more; or by somebody else.
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
        // It reads nothing there: where we are killed, the turn is no other's before rustc has ended, too.
        let started = Self::spawn(record, &record.invocation, record.library.clone(), turn.share()?.into())?;
        Ok(Self { _turn: Some(turn), ..started })
    }

    fn spawn(record: &Record, invocation: &Invocation, library: PathBuf, stdin: Stdio) -> Result<Self> {
        let child = command(record, invocation)
            .stdin(stdin)
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
        Self::spawn(record, invocation, output, Stdio::null())
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
        Self::spawn(record, &invocation, PathBuf::new(), Stdio::null())
    }

    /// For killing it.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// # Errors
    /// rustc cannot be heard, or the system did not do for it what it needs.
    pub(crate) fn finish(mut self) -> Result<Compiled> {
        let Said { errors, of_system } = self.read_errors()?;
        let status = self.child.wait().context("failed to wait for rustc")?;
        match (status.code(), of_system) {
            (Some(0), _) => Ok(Compiled::Library(self.library)),
            (Some(_), Some(error)) => bail!("rustc says: {error}"),
            (Some(_), None) => Ok(Compiled::Errors(errors)),
            (None, _) => Ok(Compiled::Cancelled),
        }
    }

    fn read_errors(&mut self) -> Result<Said> {
        let stderr = self.child.stderr.take().context("the pipe to rustc's stderr is missing")?;
        let mut diagnostics = Diagnostics::new(&self.directory);
        let mut said = Said::default();
        for line in BufReader::new(stderr).lines() {
            if let Line::Diagnostic { rendered, is_error: true, of_system, .. } =
                diagnostics.read(line.context("failed to read rustc's messages")?)
            {
                said.errors.push_str(&rendered);
                said.of_system = said.of_system.or(of_system);
            }
        }
        Ok(said)
    }
}

/// What rustc says of its errors.
#[derive(Debug, Default)]
struct Said {
    errors: String,
    /// The first that has nothing to do with any text.
    of_system: Option<String>,
}

fn command(record: &Record, invocation: &Invocation) -> Command {
    let mut command = record.rustc.command();
    command.args(invocation.arguments()).env_clear().envs(&record.environment).current_dir(&record.directory);
    command
}
