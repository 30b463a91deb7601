//! What the base build wrote down about a crate, as commands that run rustc by hand.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Pid;
use serde_json::Value;

/// The record of one crate.
#[derive(Debug)]
pub(crate) struct Recorded(Value);

impl Recorded {
    /// Of the binary crate that this process runs. Builds of other versions of cargo-hot leave records, too: only the
    /// file that runs tells them apart.
    pub(crate) fn of_program(target: &Path, process: Pid) -> Result<Self> {
        let program = file_id(&PathBuf::from(format!("/proc/{}/exe", process.as_raw_nonzero())))?;
        let units = target.join("debug/hot/units");
        let entries = fs::read_dir(&units).with_context(|| format!("failed to list `{}`", units.display()))?;
        for entry in entries.flatten() {
            let record = fs::read(entry.path()).context("failed to read a crate's record")?;
            let record: Value = serde_json::from_slice(&record).context("a crate's record is no JSON")?;
            let executable = record["program"]["executable"].as_str().map(Path::new);
            if executable.is_some_and(|executable| file_id(executable).is_ok_and(|found| found == program)) {
                return Ok(Self(record));
            }
        }
        bail!("no record in `{}` is of the program that runs", units.display())
    }

    /// rustc in the folder and the environment of the base build, without arguments.
    pub(crate) fn rustc(&self) -> Command {
        let mut command = Command::new(self.0["rustc"]["program"].as_str().unwrap_or_default());
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

/// Device and number: cargo gives an executable a second path.
fn file_id(path: &Path) -> Result<(u64, u64)> {
    let metadata = fs::metadata(path).with_context(|| format!("failed to look at `{}`", path.display()))?;
    Ok((metadata.dev(), metadata.ino()))
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
