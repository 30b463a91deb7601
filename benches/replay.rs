//! Compiles a whole crate as a session does, but by hand: what no replay can be faster than.
//!
//! Runs the command that the base build recorded, on the very shadow that the session edits, with an incremental cache
//! and an output folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::recorded::{Recorded, time};

/// The recorded command of one crate.
#[derive(Debug)]
pub(crate) struct Replay {
    record: Recorded,
    /// Holds cache and output.
    folder: TempDir,
}

impl Replay {
    /// The crate's incremental cache is copied as it is now.
    pub(crate) fn of(record: Recorded, target: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("replay").tempdir_in(target).context("failed to make a folder")?;
        fs::create_dir(folder.path().join("out")).context("failed to make a folder for the output")?;
        let replay = Self { record, folder };
        let recorded = replay.record.options().find_map(|(_, value)| value?.strip_prefix("incremental="));
        let recorded = recorded.context("the crate was compiled without an incremental cache")?;
        let recorded = replay.record.directory().join(recorded);
        time(Command::new("cp").arg("-r").arg(&recorded).arg(replay.cache()))?;
        Ok(replay)
    }

    /// How long rustc takes for the shadow as it is now, in milliseconds.
    pub(crate) fn run(&self) -> Result<f64> {
        let out = self.folder.path().join("out");
        let mut command = self.record.rustc();
        for (name, value) in self.record.options() {
            match (name, value) {
                ("--out-dir", _) => command.arg(name).arg(&out),
                ("-C", Some(value)) if value.starts_with("incremental=") => {
                    command.arg("-C").arg(format!("incremental={}", self.cache().display()))
                }
                _ => command.arg(name).args(value),
            };
        }
        command.arg("-L").arg(format!("dependency={}", out.display()));
        time(command.arg(self.record.input()))
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("incremental")
    }
}
