//! What the base build wrote down about a crate, as commands that run rustc by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// The record of one crate.
#[derive(Debug)]
pub(crate) struct Recorded(Value);

impl Recorded {
    /// Of the binary crate of the package with this name.
    pub(crate) fn find(target: &Path, package: &str) -> Result<Self> {
        let units = target.join("debug/hot/units");
        let entries = fs::read_dir(&units).with_context(|| format!("failed to list `{}`", units.display()))?;
        for entry in entries.flatten() {
            let record = fs::read(entry.path()).context("failed to read a crate's record")?;
            let record: Value = serde_json::from_slice(&record).context("a crate's record is no JSON")?;
            if record["package"] == package && !record["program"].is_null() {
                return Ok(Self(record));
            }
        }
        bail!("no record of `{package}` in `{}`", units.display())
    }

    /// rustc in the folder and the environment of the base build, without arguments.
    pub(crate) fn rustc(&self) -> Command {
        let mut command = Command::new(self.text("rustc"));
        let environment = self.0["environment"].as_object().into_iter().flatten();
        command.env_clear().envs(environment.filter_map(|(name, value)| Some((name, value.as_str()?))));
        command.current_dir(self.directory());
        command
    }

    pub(crate) fn options(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let options = self.0["invocation"]["options"].as_array().into_iter().flatten();
        options.filter_map(|option| Some((option["name"].as_str()?, option["value"].as_str())))
    }

    /// The root file, in the shadow.
    pub(crate) fn input(&self) -> &Path {
        Path::new(self.0["invocation"]["input"].as_str().unwrap_or_default())
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.text("directory").into()
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.text("library").into()
    }

    fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }
}

/// Runs a command that must succeed, keeps what it says to itself, and gives back how long it took, in milliseconds.
pub(crate) fn time(command: &mut Command) -> Result<f64> {
    let name = command.get_program().display().to_string();
    let begun = Instant::now();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("failed to run `{name}`"))?;
    let time = begun.elapsed();
    ensure!(output.status.success(), "`{name}`: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    Ok(time.as_secs_f64() * 1000.0)
}
