//! Starts `cargo run` so that it builds for patching and runs the program under the session.
//!
//! Cargo itself decides what is built and with which environment the program starts; `cargo hot` only stands in for
//! rustc (`RUSTC_WORKSPACE_WRAPPER`) and for the runner of the target. The runner tells the session which executable it
//! is about to become, and becomes it: the program has the process id, the terminal and the standard streams that
//! `cargo run` gave it.

use anyhow::{Context, Result, bail};
use hot_runtime::wire::{FromHost, SOCKET_VARIABLE, write_frame};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};

/// `cargo-hot` is called by these names when cargo takes it for rustc and for the runner.
const WRAPPER: &str = "cargo-hot-rustc";
const LAUNCHER: &str = "cargo-hot-launcher";

/// What `cargo-hot` is called as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Command,
    Wrapper,
    Launcher,
}

impl Role {
    /// From the name of the called file.
    pub(crate) fn of(called: &Path) -> Self {
        match called.file_name().and_then(|name| name.to_str()) {
            Some(WRAPPER) => Self::Wrapper,
            Some(LAUNCHER) => Self::Launcher,
            _ => Self::Command,
        }
    }
}

/// The links by which cargo calls us, in a folder whose name tells this very `cargo-hot` from any other.
///
/// Cargo keeps artifacts apart by the wrapper's path, so another version never takes this one's for its own.
#[derive(Debug)]
pub(crate) struct Tools {
    folder: PathBuf,
}

impl Tools {
    pub(crate) fn install(target_directory: &Path) -> Result<Self> {
        let own = env::current_exe().context("failed to find the executable of cargo hot")?;
        let metadata = fs::metadata(&own).with_context(|| format!("failed to look at `{}`", own.display()))?;
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let identity = format!("{} {} {modified:?}", own.display(), metadata.len());
        let digest = xxhash_rust::xxh3::xxh3_64(identity.as_bytes());
        let folder = target_directory.join("hot").join(format!("{}-{digest:016x}", env!("CARGO_PKG_VERSION")));
        mark_as_output(target_directory)?;
        fs::create_dir_all(&folder).with_context(|| format!("failed to create `{}`", folder.display()))?;
        for name in [WRAPPER, LAUNCHER] {
            match symlink(&own, folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(error).with_context(|| format!("failed to link `{name}` in `{}`", folder.display()));
                }
                _ => {}
            }
        }
        Ok(Self { folder })
    }

    /// `cargo run` or `cargo build` with our wrapper.
    pub(crate) fn cargo(&self, subcommand: &str, options: &[OsString]) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.arg(subcommand).args(options);
        cargo.env("RUSTC_WORKSPACE_WRAPPER", self.folder.join(WRAPPER));
        // Fat or thin, LTO melts the crates into one another: there would be no crate to patch.
        for profile in ["DEV", "RELEASE"] {
            cargo.env(format!("CARGO_PROFILE_{profile}_LTO"), "off");
        }
        cargo
    }

    /// `cargo run`, with our launcher between cargo and the program.
    pub(crate) fn run(&self, options: &[OsString], arguments: &[OsString], socket: &Path) -> Result<Child> {
        let mut cargo = self.cargo("run", options);
        if !arguments.is_empty() {
            cargo.arg("--").args(arguments);
        }
        cargo.env(runner_variable(), self.folder.join(LAUNCHER)).env(SOCKET_VARIABLE, socket);
        cargo.spawn().context("failed to start cargo")
    }
}

/// Cargo tells backups that a target directory is build output only where it creates the directory itself.
fn mark_as_output(target_directory: &Path) -> Result<()> {
    const TAG: &str =
        "Signature: 8a477f597d28d172789f06886806bc55\n# This folder holds what cargo and cargo hot build.\n";
    if target_directory.exists() {
        return Ok(());
    }
    crate::shadow::replace_file(&target_directory.join("CACHEDIR.TAG"), TAG.as_bytes())
}

/// The only host we run on; with `--target` another triple, there is no patching to prepare for.
fn runner_variable() -> &'static str {
    "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER"
}

/// The runner: tells the session what will run, and becomes it.
pub(crate) fn launch(arguments: impl Iterator<Item = OsString>) -> Result<ExitCode> {
    let mut arguments = arguments.peekable();
    let Some(program) = arguments.next() else { bail!("cargo calls the launcher with the program to start") };
    let socket = env::var_os(SOCKET_VARIABLE).context("the launcher is started by a session of cargo hot alone")?;
    let absolute = std::path::absolute(&program).context("failed to ask for the working directory")?;
    let mut stream = UnixStream::connect(&socket)
        .with_context(|| format!("failed to reach the session at `{}`", Path::new(&socket).display()))?;
    write_frame(&mut stream, &FromHost::Launch { program: absolute }.encode())
        .context("failed to tell the session which program starts")?;
    drop(stream);
    let error = Command::new(&program)
        .args(arguments)
        .env_remove(runner_variable())
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("CARGO_PROFILE_DEV_LTO")
        .env_remove("CARGO_PROFILE_RELEASE_LTO")
        .exec();
    Err(error).with_context(|| format!("failed to start `{}`", Path::new(&program).display()))
}
