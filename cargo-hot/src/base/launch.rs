//! Starts `cargo run` so that it builds for patching and runs the program under the session.
//!
//! Cargo itself decides what is built and with which environment the program starts; `cargo hot` only stands in for
//! rustc (`RUSTC_WORKSPACE_WRAPPER`) and for the runner of the target. The runner tells the session which executable it
//! is about to become, and becomes it: the program has the process id, the terminal and the standard streams that
//! `cargo run` gave it.

use crate::base::displaced::{self, Displaced};
use crate::base::overrides::Overrides;
use crate::base::{profile, wrapper};
use crate::project::Project;
use crate::terminal::say;
use anyhow::{Context, Result, bail};
use hot_runtime::wire::{FromHost, SOCKET_VARIABLE, write_frame};
use std::collections::BTreeMap;
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
const WORKSPACE_WRAPPER: &str = "cargo-hot-rustc";
const HOLDING_WRAPPER: &str = "cargo-hot-holding-rustc";
const WRAPPER: &str = "cargo-hot-any-rustc";
const LAUNCHER: &str = "cargo-hot-launcher";

/// What `cargo-hot` is called as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Command,
    WorkspaceWrapper {
        /// For a session that holds panics.
        holds_panics: bool,
    },
    /// Where the user has a wrapper.
    Wrapper,
    Launcher,
}

impl Role {
    /// From the name of the called file.
    pub(crate) fn of(called: &Path) -> Self {
        match called.file_name().and_then(|name| name.to_str()) {
            Some(WORKSPACE_WRAPPER) => Self::WorkspaceWrapper { holds_panics: false },
            Some(HOLDING_WRAPPER) => Self::WorkspaceWrapper { holds_panics: true },
            Some(WRAPPER) => Self::Wrapper,
            Some(LAUNCHER) => Self::Launcher,
            _ => Self::Command,
        }
    }
}

/// The links by which cargo calls us, in a folder whose name tells this very `cargo-hot` from any other.
///
/// Cargo keeps artifacts apart by the wrapper's path, so another version never takes this one's for its own; nor do
/// builds with different wrappers of the user's.
#[derive(Debug)]
pub(crate) struct Tools {
    own: PathBuf,
    target_directory: PathBuf,
    folder: PathBuf,
    /// The name of the wrapper.
    wrapper: &'static str,
    displaced: Displaced,
    overrides: Overrides,
    /// What is set over the profile. Dependencies are shared with ordinary builds only where that is nothing.
    settings: BTreeMap<String, PathBuf>,
}

impl Tools {
    /// For builds of the project in this profile, in which calls that panic may be held.
    ///
    /// # Errors
    /// Cargo's configuration cannot be read.
    pub(crate) fn install(project: &Project, profile: &str, holds_panics: bool) -> Result<Self> {
        let overrides = project.overrides.clone();
        let displaced = Displaced::read(&overrides)?;
        let target_directory = project.target_directory.clone();
        let own = env::current_exe().context("failed to find the executable of cargo hot")?;
        let metadata = fs::metadata(&own).with_context(|| format!("failed to look at `{}`", own.display()))?;
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let wrapper = &displaced.workspace_wrapper;
        let identity = format!("{} {} {modified:?} {wrapper:?}", own.display(), metadata.len());
        let digest = xxhash_rust::xxh3::xxh3_64(identity.as_bytes());
        let folder = target_directory.join("hot").join(format!("{}-{digest:016x}", env!("CARGO_PKG_VERSION")));
        let mut settings = BTreeMap::new();
        // Fat or thin, it melts the crates into one another: there would be no crate to patch.
        if profile::has_lto(project, profile) {
            settings.insert(profile::variable(profile, "LTO"), "false".into());
            say(&format!(
                "link-time optimization, which the profile `{profile}` asks for, is off: it would melt the crates into one"
            ));
        }
        let wrapper = if holds_panics { HOLDING_WRAPPER } else { WORKSPACE_WRAPPER };
        Ok(Self { own, target_directory, folder, wrapper, displaced, overrides, settings })
    }

    /// Makes the links, unless they are there: `cargo clean` takes them away.
    fn link(&self) -> Result<()> {
        mark_as_output(&self.target_directory)?;
        let folder = &self.folder;
        fs::create_dir_all(folder).with_context(|| format!("failed to create `{}`", folder.display()))?;
        for name in [self.wrapper, WRAPPER, LAUNCHER] {
            match symlink(&self.own, folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(error).with_context(|| format!("failed to link `{name}` in `{}`", folder.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `cargo build` with our wrapper.
    ///
    /// # Errors
    /// The links cannot be made, or what the user has in the place of ours cannot be handed on.
    pub(crate) fn build(&self, options: &[OsString]) -> Result<Command> {
        self.cargo("build", options, BTreeMap::new())
    }

    /// `cargo run`, with our launcher between cargo and the program.
    pub(crate) fn run(&self, options: &[OsString], arguments: &[OsString], socket: &Path) -> Result<Child> {
        let launcher = (displaced::RUNNER.to_owned(), self.launcher(socket)?);
        let mut cargo = self.cargo("run", options, BTreeMap::from([launcher]))?;
        if !arguments.is_empty() {
            cargo.arg("--").args(arguments);
        }
        cargo.env(SOCKET_VARIABLE, socket).spawn().context("failed to start cargo")
    }

    /// Cargo splits what its variable holds at blanks: where there is one in our folder, we are called from that of the socket.
    fn launcher(&self, socket: &Path) -> Result<PathBuf> {
        let has_blank = |path: &Path| path.to_string_lossy().contains(char::is_whitespace);
        let (usual, other) = (self.folder.join(LAUNCHER), socket.with_file_name(LAUNCHER));
        if !has_blank(&usual) {
            return Ok(usual);
        }
        if has_blank(&other) {
            bail!(
                "cargo calls no runner with a blank in its path, as in `{}`; set TMPDIR to one without",
                other.display()
            );
        }
        match symlink(&self.own, &other) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(error).with_context(|| format!("failed to link `{}`", other.display()))
            }
            _ => Ok(other),
        }
    }

    fn cargo(&self, subcommand: &str, options: &[OsString], mut ours: BTreeMap<String, PathBuf>) -> Result<Command> {
        self.link()?;
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.arg(subcommand).args(options).args(self.overrides.words());
        ours.insert(displaced::WORKSPACE_WRAPPER.to_owned(), self.folder.join(self.wrapper));
        if self.displaced.wrapper.is_some() {
            ours.insert(displaced::WRAPPER.to_owned(), self.folder.join(WRAPPER));
        }
        ours.extend(self.settings.clone());
        self.displaced.clone().displace(ours, &mut cargo)?;
        Ok(cargo)
    }
}

/// The wrapper of all rustc calls: those of the workspace's crates are ours, the others the user's wrapper's.
pub(crate) fn wrap(words: impl Iterator<Item = OsString>) -> Result<ExitCode> {
    let mut words = words.peekable();
    if let Some(Role::WorkspaceWrapper { holds_panics }) = words.peek().map(|word| Role::of(Path::new(word))) {
        return wrapper::run(words.skip(1), holds_panics);
    }
    let wrapper = Displaced::handed_on().wrapper.context("a session of cargo hot alone calls this")?;
    let error = Command::new(&wrapper).args(words).exec();
    Err(error).with_context(|| format!("failed to run the wrapper of rustc `{}`", wrapper.display()))
}

/// Cargo tells backups that a target directory is build output only where its first build creates the directory, which
/// cargo hot has done before.
fn mark_as_output(target_directory: &Path) -> Result<()> {
    const TAG: &str =
        "Signature: 8a477f597d28d172789f06886806bc55\n# This folder holds what cargo and cargo hot build.\n";
    let is_first = |entry: fs::DirEntry| [".rustc_info.json", "hot"].iter().any(|name| entry.file_name() == *name);
    if fs::read_dir(target_directory).into_iter().flatten().flatten().all(is_first) {
        crate::shadow::replace_file(&target_directory.join("CACHEDIR.TAG"), TAG.as_bytes())?;
    }
    Ok(())
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
    let mut start = Displaced::handed_on().start_of(Path::new(&program));
    let error = start.args(arguments).exec();
    Err(error).with_context(|| format!("failed to start `{}`", start.get_program().display()))
}
