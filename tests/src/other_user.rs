//! What another user of the machine tries.
//!
//! A process changes its user as a whole, so the running test starts itself anew as that user, with an [`Act`] to try; what came
//! of it is what it prints.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use hot_runtime::wire::{FromHost, PROTOCOL, ToHost, read_frame, write_frame};
use tempfile::TempDir;

/// Nobody's, on every Linux.
pub const USER: u32 = 65534;

/// At this variable the test finds that it is to act.
const ACT_VARIABLE: &str = "HOT_OTHER_USER_ACT";

/// What is tried, with a path.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// Connect as a program does.
    SayHello,
    /// Connect as another shell does.
    AskStatus,
    /// Listen for a program as a session does, until told to end.
    Welcome,
    /// Listen for another shell as a session does, until told to end.
    AnswerStatus,
    /// Read a file.
    Read,
    /// Write a file.
    Write,
    /// Make a folder.
    MakeFolder,
}

const ACTS: [(&str, Act); 7] = [
    ("hello", Act::SayHello),
    ("ask", Act::AskStatus),
    ("welcome", Act::Welcome),
    ("answer", Act::AnswerStatus),
    ("read", Act::Read),
    ("write", Act::Write),
    ("folder", Act::MakeFolder),
];

/// Whether this process may become another user's.
pub fn is_possible() -> bool {
    rustix::process::geteuid().is_root()
}

/// The other user, with a copy of the test where that user may run it, and a folder of its own.
#[derive(Debug)]
pub struct OtherUser {
    folder: TempDir,
}

impl OtherUser {
    /// Moves in.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("hot").tempdir().context("failed to make a folder")?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).context("failed to open a folder")?;
        let own = env::current_exe().context("failed to find the running test")?;
        fs::copy(own, folder.path().join("test")).context("failed to copy the running test")?;
        let home = folder.path().join("home");
        fs::create_dir(&home).context("failed to make a folder")?;
        std::os::unix::fs::chown(&home, Some(USER), Some(USER)).context("failed to give a folder away")?;
        Ok(Self { folder })
    }

    /// A folder of that user's.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Tries it, and tells what came of it.
    pub fn act(&self, act: Act, path: &Path) -> Result<String> {
        let output = self.command(act, path).output().context("failed to start the other user's process")?;
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        if output.status.success() {
            Ok(said.trim().to_owned())
        } else {
            bail!("the other user's process failed: {said}")
        }
    }

    /// Begins it, and waits until it is under way.
    pub fn begin(&self, act: Act, path: &Path) -> Result<Acting> {
        let mut command = self.command(act, path);
        let mut child = command.stdout(Stdio::piped()).spawn().context("failed to start the other user's process")?;
        let stdout = child.stdout.take().context("a pipe is missing")?;
        let acting = Acting(child);
        BufReader::new(stdout).read_line(&mut String::new()).context("failed to hear the other user's process")?;
        Ok(acting)
    }

    fn command(&self, act: Act, path: &Path) -> Command {
        let name = ACTS.iter().find(|(_, known)| *known as u8 == act as u8).map_or("", |(name, _)| *name);
        let mut command = Command::new(self.folder.path().join("test"));
        command.arg(path).env(ACT_VARIABLE, name).uid(USER).gid(USER).current_dir("/");
        command
    }
}

/// A process of the other user's, until dropped.
#[derive(Debug)]
pub struct Acting(Child);

impl Drop for Acting {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Acts, if that is what this process is for; `None` where it is the test itself.
pub fn act() -> Option<io::Result<()>> {
    let name = env::var(ACT_VARIABLE).ok()?;
    let act = ACTS.iter().find(|(known, _)| *known == name)?.1;
    let path = PathBuf::from(env::args_os().nth(1)?);
    let came_of_it = match act {
        Act::SayHello => say_hello(&path),
        Act::AskStatus => ask_status(&path),
        Act::Welcome => return Some(welcome(&path)),
        Act::AnswerStatus => return Some(answer_status(&path)),
        Act::Read => fs::read(&path).map(|_| "read".to_owned()),
        Act::Write => fs::write(&path, "planted").map(|()| "written".to_owned()),
        Act::MakeFolder => fs::create_dir_all(&path).map(|()| "made".to_owned()),
    };
    println!("{}", came_of_it.unwrap_or_else(|error| error.kind().to_string()));
    Some(Ok(()))
}

fn say_hello(socket: &Path) -> io::Result<String> {
    let mut stream = connect(socket)?;
    // It may have hung up already.
    let _ = write_frame(&mut stream, &FromHost::Hello { protocol: PROTOCOL, build_id: 0 }.encode());
    Ok(answer(read_frame(&mut stream).map(|frame| frame.is_some())))
}

fn ask_status(socket: &Path) -> io::Result<String> {
    let mut stream = connect(socket)?;
    let _ = writeln!(stream, "\"status\"");
    Ok(answer(BufReader::new(stream).read_line(&mut String::new()).map(|length| length > 0)))
}

fn connect(socket: &Path) -> io::Result<UnixStream> {
    let stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    Ok(stream)
}

/// What a peer is told whose words are heard, and whose are not.
fn answer(is_answered: io::Result<bool>) -> String {
    match is_answered {
        Ok(true) => "answered",
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => "kept waiting",
        Ok(false) | Err(_) => "hung up on",
    }
    .to_owned()
}

fn welcome(socket: &Path) -> io::Result<()> {
    serve(socket, |mut stream| {
        let _ = read_frame(&mut stream)?;
        write_frame(&mut stream, &ToHost::Welcome { holds_panics: false, restore: None }.encode())?;
        let _ = read_frame(&mut stream)?;
        Ok(())
    })
}

fn answer_status(socket: &Path) -> io::Result<()> {
    serve(socket, |mut stream| {
        BufReader::new(stream.try_clone()?).read_line(&mut String::new())?;
        writeln!(stream, r#"{{"Ok":"the word of another user"}}"#)
    })
}

/// Anybody may come.
fn serve(socket: &Path, answer: impl Fn(UnixStream) -> io::Result<()>) -> io::Result<()> {
    let listener = UnixListener::bind(socket)?;
    fs::set_permissions(socket, fs::Permissions::from_mode(0o777))?;
    println!("listening");
    for stream in listener.incoming() {
        // Who hangs up is not served.
        let _ = answer(stream?);
    }
    Ok(())
}
