//! Compiles a crate as a session does, but by hand: what no route through rustc can be faster than.
//!
//! Runs the command that the base build recorded, on the very shadow that the session edits, with an incremental cache
//! and an output folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

/// The recorded command of one crate.
#[derive(Debug)]
pub(crate) struct Replay {
    record: Value,
    /// Holds cache and output.
    folder: TempDir,
}

impl Replay {
    /// Of the binary crate with this name; its incremental cache is copied as it is now.
    pub(crate) fn of_crate(target: &Path, name: &str) -> Result<Self> {
        let record = find(&target.join("debug/hot/units"), name)?;
        let folder = tempfile::Builder::new().prefix("replay").tempdir_in(target).context("failed to make a folder")?;
        fs::create_dir(folder.path().join("out")).context("failed to make a folder for the output")?;
        let replay = Self { record, folder };
        let recorded = replay.options().find_map(|(_, value)| value?.strip_prefix("incremental="));
        let recorded = recorded.context("the crate was compiled without an incremental cache")?;
        let recorded = Path::new(replay.text("directory")).join(recorded);
        succeed(Command::new("cp").arg("-r").arg(&recorded).arg(replay.cache()))?;
        Ok(replay)
    }

    /// How long rustc takes for the shadow as it is now.
    pub(crate) fn run(&self) -> Result<Duration> {
        let mut command = self.command();
        let begun = Instant::now();
        succeed(&mut command)?;
        Ok(begun.elapsed())
    }

    fn command(&self) -> Command {
        let out = self.folder.path().join("out");
        let mut command = Command::new(self.text("rustc"));
        for (name, value) in self.options() {
            match (name, value) {
                ("--out-dir", _) => command.arg(name).arg(&out),
                ("-C", Some(value)) if value.starts_with("incremental=") => {
                    command.arg("-C").arg(format!("incremental={}", self.cache().display()))
                }
                _ => command.arg(name).args(value),
            };
        }
        command.arg("-L").arg(format!("dependency={}", out.display()));
        command.args(self.record["invocation"]["input"].as_str());
        let environment = self.record["environment"].as_object().into_iter().flatten();
        command.env_clear().envs(environment.filter_map(|(name, value)| Some((name, value.as_str()?))));
        command.current_dir(self.text("directory"));
        command
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("incremental")
    }

    fn text(&self, field: &str) -> &str {
        self.record[field].as_str().unwrap_or_default()
    }

    fn options(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let options = self.record["invocation"]["options"].as_array().into_iter().flatten();
        options.filter_map(|option| Some((option["name"].as_str()?, option["value"].as_str())))
    }
}

fn find(units: &Path, name: &str) -> Result<Value> {
    let entries = fs::read_dir(units).with_context(|| format!("failed to list `{}`", units.display()))?;
    for entry in entries.flatten() {
        let record = fs::read(entry.path()).context("failed to read a crate's record")?;
        let record: Value = serde_json::from_slice(&record).context("a crate's record is no JSON")?;
        if record["package"] == name && !record["program"].is_null() {
            return Ok(record);
        }
    }
    bail!("no record of `{name}` in `{}`", units.display())
}

/// Runs a command that must succeed, and keeps what it says to itself.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let name = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("failed to run `{name}`"))?;
    ensure!(output.status.success(), "`{name}`: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    Ok(())
}
