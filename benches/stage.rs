//! What the benches stand on: projects laid out below the target directory, and sessions on them.
//!
//! Target directories stay from run to run, as a user's would; projects, processes and temporary files do not.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tests::case::{Launch, Target};
use tests::environment::Environment;
use tests::session::Session;
use tests::{binary, remains};

use crate::tool;

/// A large crate is compiled and checked in its time, on a machine that may be busy.
const LIMIT: Duration = Duration::from_secs(300);

/// What all projects share.
#[derive(Debug)]
pub(crate) struct Stage {
    cargo_hot: PathBuf,
    /// Nothing else lies here.
    place: PathBuf,
}

impl Stage {
    pub(crate) fn set() -> Result<Self> {
        Ok(Self { cargo_hot: tool::cargo_hot()?, place: binary::target_directory()?.join("benches") })
    }

    /// Lays out a project with these files; no crate of it is asked of a registry.
    pub(crate) fn project(&self, name: &str, files: &[(PathBuf, String)]) -> Result<Project> {
        let root = self.place.join("projects").join(name);
        if root.exists() {
            fs::remove_dir_all(&root).with_context(|| format!("failed to remove `{}`", root.display()))?;
        }
        let environment = Environment::new(&self.place.join("target"), &[])?;
        let project = Project { root, cargo_hot: self.cargo_hot.clone(), environment };
        let lock = fs::read_to_string(binary::checkout().join("Cargo.lock")).context("failed to read Cargo.lock")?;
        project.write(Path::new("Cargo.lock"), &lock)?;
        files.iter().try_for_each(|(path, text)| project.write(path, text))?;
        Ok(project)
    }
}

/// The manifest of a package that depends on `hot-runtime` alone.
pub(crate) fn manifest(name: &str) -> (PathBuf, String) {
    let runtime = binary::checkout().join("hot-runtime");
    let package = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n");
    let rest = format!("[dependencies]\nhot-runtime = {{ path = \"{}\" }}\n\n[workspace]\n", runtime.display());
    ("Cargo.toml".into(), package + &rest)
}

/// A project on disk, until dropped.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) environment: Environment,
    cargo_hot: PathBuf,
}

impl Project {
    /// Saves a file, as an editor does that writes in place.
    pub(crate) fn write(&self, file: &Path, text: &str) -> Result<()> {
        let path = self.root.join(file);
        fs::create_dir_all(path.parent().unwrap_or(&self.root)).context("failed to make a folder of the project")?;
        fs::write(&path, text).with_context(|| format!("failed to write `{}`", path.display()))
    }

    /// Runs the project's program with `cargo hot run`.
    pub(crate) fn start(&self, options: &[&str], arguments: &[&str]) -> Result<Running<'_>> {
        let words = |words: &[&str]| words.iter().copied().map(str::to_owned).collect();
        let launch = Launch { run: words(options), args: words(arguments), ..Launch::default() };
        let events = self.environment.events(0);
        // Sessions append to it, and there may have been one before.
        fs::write(&events, "").context("failed to empty the event file")?;
        let session = Session::start(&self.cargo_hot, &self.root, &launch, &self.environment, events, None)?;
        let running = Running { project: self, session, heard: 1 };
        ensure!(running.first_event()?["event"] == "started", "the program was not started:\n{}", running.said());
        Ok(running)
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        // What cannot be removed now is removed when the project is laid out next.
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// A project whose program runs in a session.
#[derive(Debug)]
pub(crate) struct Running<'a> {
    project: &'a Project,
    pub(crate) session: Session,
    /// Events that were looked at.
    heard: usize,
}

impl Running<'_> {
    /// What is known of the program's start.
    pub(crate) fn first_event(&self) -> Result<Value> {
        self.session.record().seen().events.first().cloned().context("there is no event")
    }

    /// Saves a file and waits until the program runs it and nothing is left to do in the background; gives back the
    /// event that says what was patched.
    pub(crate) fn save(&mut self, file: &Path, text: &str) -> Result<Value> {
        self.project.write(file, text)?;
        let patched = self.next()?;
        ensure!(patched["event"] == "patched", "the save was not patched in: {patched}\n{}", self.said());
        let confirmed = self.next()?;
        ensure!(confirmed["event"] == "confirmed", "the patch was not confirmed: {confirmed}\n{}", self.said());
        ensure!(confirmed["generation"] == patched["generation"], "after {patched} comes {confirmed}");
        Ok(patched)
    }

    fn next(&mut self) -> Result<Value> {
        let heard = self.heard;
        let found = self.session.record().wait(LIMIT, |seen| {
            let mut events = seen.events.iter().enumerate().skip(heard);
            // One write of a file can be seen as two.
            let next = events.find(|(_, event)| event["event"] != "unchanged");
            next.map(|(index, event)| Some((index, event.clone()))).or(seen.events_closed.then_some(None))
        });
        let (index, event) =
            found.flatten().with_context(|| format!("there is no answer to a save:\n{}", self.said()))?;
        self.heard = index + 1;
        Ok(event)
    }

    /// Ends the session and sees that nothing is left of it.
    pub(crate) fn finish(self) -> Result<()> {
        self.session.signal("INT", Target::Group)?;
        self.session.end().context("after Ctrl-C")?;
        remains::check(&self.project.environment)
    }

    fn said(&self) -> String {
        self.session.record().seen().stderr.lines.join("\n")
    }
}
