//! What benches and tests stand on that write their programs themselves: projects laid out below the target directory, and
//! sessions on them.
//!
//! Target directories stay from run to run, as a user's would; projects, processes and temporary files do not.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::case::{Launch, Target};
use crate::environment::Environment;
use crate::session::Session;
use crate::{binary, play, remains};

/// A large crate is compiled and checked in its time, on a machine that may be busy.
const LIMIT: Duration = Duration::from_secs(300);

/// What all projects share.
#[derive(Debug, Clone)]
pub struct Stage {
    cargo_hot: PathBuf,
    projects: PathBuf,
    target: PathBuf,
}

impl Stage {
    /// At a place where nothing else lies.
    pub fn at(place: &Path, cargo_hot: PathBuf) -> Self {
        Self { cargo_hot, projects: place.join("projects"), target: place.join("target") }
    }

    /// That of the cases, whose dependencies are built already.
    pub fn of_cases() -> Result<Self> {
        let play::Stage { cargo_hot, projects, target, .. } = play::Stage::set(None)?;
        Ok(Self { cargo_hot, projects, target })
    }

    /// Lays out a project with these files; no crate of it is asked of a registry.
    pub fn project(&self, name: &str, files: &[(PathBuf, String)]) -> Result<Project> {
        let root = self.projects.join(name);
        if root.exists() {
            fs::remove_dir_all(&root).with_context(|| format!("failed to remove `{}`", root.display()))?;
        }
        let environment = Environment::new(&self.target, &[])?;
        let project = Project { root, cargo_hot: self.cargo_hot.clone(), target: self.target.clone(), environment };
        let lock = fs::read_to_string(binary::checkout().join("Cargo.lock")).context("failed to read Cargo.lock")?;
        project.write(Path::new("Cargo.lock"), &lock)?;
        files.iter().try_for_each(|(path, text)| project.write(path, text))?;
        Ok(project)
    }
}

/// The manifest of a package that depends on `hot-runtime` alone.
pub fn manifest(name: &str) -> (PathBuf, String) {
    let runtime = binary::checkout().join("hot-runtime");
    let package = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n");
    let rest = format!("[dependencies]\nhot-runtime = {{ path = \"{}\" }}\n\n[workspace]\n", runtime.display());
    ("Cargo.toml".into(), package + &rest)
}

/// A project on disk, until dropped.
#[derive(Debug)]
pub struct Project {
    /// Where its manifest is.
    pub root: PathBuf,
    /// Of all its commands.
    pub environment: Environment,
    /// Where it is built.
    pub target: PathBuf,
    /// What is tested or measured.
    pub cargo_hot: PathBuf,
}

impl Project {
    /// Saves a file, as an editor does that writes in place.
    pub fn write(&self, file: &Path, text: &str) -> Result<()> {
        let path = self.root.join(file);
        fs::create_dir_all(path.parent().unwrap_or(&self.root)).context("failed to make a folder of the project")?;
        fs::write(&path, text).with_context(|| format!("failed to write `{}`", path.display()))
    }

    /// Where sessions have their folders.
    pub fn sessions(&self) -> PathBuf {
        self.target.join("hot/sessions")
    }

    /// Runs the project's program with `cargo hot run`.
    pub fn start(&self, options: &[&str], arguments: &[&str]) -> Result<Running<'_>> {
        let words = |words: &[&str]| words.iter().copied().map(str::to_owned).collect();
        self.launch(&Launch { run: words(options), args: words(arguments), ..Launch::default() })
    }

    /// The same, with all that a case may say of it.
    pub fn launch(&self, launch: &Launch) -> Result<Running<'_>> {
        let events = self.environment.events(0);
        // Sessions append to it, and there may have been one before.
        fs::write(&events, "").context("failed to empty the event file")?;
        let session = Session::start(&self.cargo_hot, &self.root, launch, &self.environment, events, None)?;
        let running = Running { project: self, session, heard: 1 };
        ensure!(running.first_event()?["event"] == "started", "the program was not started:\n{}", running.said());
        Ok(running)
    }
}

/// The only entry of a folder whose name begins like this.
fn only(folder: &Path, prefix: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
    let is_wanted = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix));
    let found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_wanted).collect();
    let [only] = &found[..] else { bail!("`{}` has {} of `{prefix}*`", folder.display(), found.len()) };
    Ok(only.clone())
}

impl Drop for Project {
    fn drop(&mut self) {
        // What cannot be removed now is removed when the project is laid out next.
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// A project whose program runs in a session.
#[derive(Debug)]
pub struct Running<'a> {
    project: &'a Project,
    /// What it shows.
    pub session: Session,
    /// Events that were looked at.
    heard: usize,
}

impl Running<'_> {
    /// What is known of the program's start.
    pub fn first_event(&self) -> Result<Value> {
        self.session.record().seen().events.first().cloned().context("there is no event")
    }

    /// Saves a file and waits until the program runs it and nothing is left to do in the background; gives back the
    /// event that says what was patched.
    pub fn save(&mut self, file: &Path, text: &str) -> Result<Value> {
        self.project.write(file, text)?;
        let patched = self.next_event()?;
        ensure!(patched["event"] == "patched", "the save was not patched in: {patched}\n{}", self.said());
        let confirmed = self.next_event()?;
        ensure!(confirmed["event"] == "confirmed", "the patch was not confirmed: {confirmed}\n{}", self.said());
        ensure!(confirmed["generation"] == patched["generation"], "after {patched} comes {confirmed}");
        Ok(patched)
    }

    /// The next event that is about more than a write which was seen twice.
    pub fn next_event(&mut self) -> Result<Value> {
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

    /// Asks the session as another shell does, which is told that it was done.
    pub fn ask(&self, command: &Value) -> Result<String> {
        let mut stream = UnixStream::connect(self.sockets()?.join("control")).context("failed to reach the session")?;
        writeln!(stream, "{command}").context("failed to ask the session")?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).context("failed to hear the session")?;
        let answer: Value = serde_json::from_str(&answer).context("the session ended before it answered")?;
        let done = answer["Ok"].as_str().with_context(|| format!("`{command}` was answered by {answer}"))?;
        Ok(done.to_owned())
    }

    /// The folder of its sockets.
    pub fn sockets(&self) -> Result<PathBuf> {
        let [temporary, _] = self.project.environment.temporary();
        only(&temporary, "cargo-hot-")
    }

    /// The folder of what it compiles and links.
    pub fn folder(&self) -> Result<PathBuf> {
        only(&self.project.sessions(), &format!("{}-", self.session.pid().as_raw_nonzero()))
    }

    /// Ends the session and sees that nothing is left of it.
    pub fn finish(self) -> Result<()> {
        self.session.signal("INT", Target::Group)?;
        self.session.end().context("after Ctrl-C")?;
        ensure!(self.folder().is_err(), "the session's folder is left");
        remains::check(&self.project.environment)
    }

    /// What cargo hot said so far, and the program on its standard error.
    pub fn said(&self) -> String {
        self.session.record().seen().stderr.lines.join("\n")
    }
}
