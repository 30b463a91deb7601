//! The environment that every command of a case runs in.
//!
//! Like a user's shell: nothing of what `cargo test` set for the running test gets through, and temporary files and
//! sockets go to directories of the case, where they can be counted afterwards.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::binary;

/// At this variable the processes of a case are known; its value is [`Environment::token`].
pub const TOKEN_VARIABLE: &str = "HOT_CASE_TOKEN";

/// Variables that would change what a case sees.
const REMOVED: [&str; 6] =
    ["RUSTFLAGS", "RUSTDOCFLAGS", "RUST_BACKTRACE", "RUST_LOG", "LD_LIBRARY_PATH", "RUSTC_WRAPPER"];

/// Variables of cargo that a user sets, too.
const KEPT: [&str; 3] = ["CARGO_HOME", "CARGO_TERM_COLOR", "CARGO_INCREMENTAL"];

/// The directories and variables of one case.
#[derive(Debug)]
pub struct Environment {
    // Short, unlike a sentence: the path of a Unix socket has 108 bytes.
    scratch: TempDir,
    target: PathBuf,
    variables: Vec<(String, Option<String>)>,
}

impl Environment {
    /// Makes the directories. All cases share `target`, and with it their dependencies.
    pub fn new(target: &Path, variables: &[(String, Option<String>)]) -> Result<Self> {
        let scratch =
            tempfile::Builder::new().prefix("hot").tempdir().context("failed to make a directory for the case")?;
        for directory in ["tmp", "run"] {
            let path = scratch.path().join(directory);
            std::fs::create_dir(&path).with_context(|| format!("failed to make `{}`", path.display()))?;
        }
        Ok(Self { scratch, target: target.to_owned(), variables: variables.to_vec() })
    }

    /// What [`TOKEN_VARIABLE`] holds in this case's processes, and in no other.
    pub fn token(&self) -> String {
        self.scratch.path().display().to_string()
    }

    /// Where the harness keeps the events of the session with this number.
    pub fn events(&self, session: usize) -> PathBuf {
        self.scratch.path().join(format!("events-{session}.jsonl"))
    }

    /// The directories that must be empty in the end.
    pub fn temporary(&self) -> [PathBuf; 2] {
        ["tmp", "run"].map(|directory| self.scratch.path().join(directory))
    }

    /// A command in this environment.
    pub fn command(&self, program: &Path, directory: &Path) -> Command {
        let [tmp, run] = self.temporary();
        let mut command = Command::new(program);
        for (name, _) in env::vars_os() {
            let cargos = name.to_str().is_some_and(|name| name.starts_with("CARGO") && !KEPT.contains(&name));
            if cargos || REMOVED.iter().any(|removed| name == *removed) {
                command.env_remove(name);
            }
        }
        // As cargo does for a subcommand.
        command.env("CARGO", binary::cargo());
        command.env("CARGO_TARGET_DIR", &self.target).env("CARGO_NET_OFFLINE", "true");
        command.env("TMPDIR", tmp).env("XDG_RUNTIME_DIR", run).env(TOKEN_VARIABLE, self.token());
        for (name, value) in &self.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        // `PWD` is the shell's, and says where we are.
        command.current_dir(directory).env("PWD", directory);
        command
    }
}
