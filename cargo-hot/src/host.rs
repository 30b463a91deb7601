//! The running program, as the session talks to it: the socket it connects to, and what it says there.

use crate::inbox::Message;
use crate::private;
use anyhow::{Context, Result, bail};
use hot_runtime::wire::{FromHost, PROTOCOL, Patch, Store, ToHost, read_frame, write_frame};
use std::fs;
use std::io;
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::thread;

/// What the folders of sockets are called, before letters that nobody knows before.
pub(crate) const FOLDER_PREFIX: &str = "cargo-hot-";

/// A socket in a folder that only its user can enter.
///
/// Gone when dropped.
#[derive(Debug)]
pub(crate) struct Door {
    folder: PathBuf,
}

impl Door {
    /// Listens; whoever says something, it arrives at `messages`. Before there is anything, `announce` is told where the socket of
    /// other shells will be: who is killed in between leaves nothing that nobody knows of.
    ///
    /// # Errors
    /// There is no place for a socket, or `announce` fails.
    pub(crate) fn open(messages: Sender<Message>, announce: impl Fn(&Path) -> Result<()>) -> Result<Self> {
        let door = Self { folder: private_folder(|folder| announce(&folder.join(CONTROL)))? };
        let listener = UnixListener::bind(door.socket())
            .with_context(|| format!("failed to listen at `{}`", door.socket().display()))?;
        thread::Builder::new()
            .name("door".into())
            .spawn(move || listen(&listener, &messages))
            .context("failed to start the thread that listens to the program")?;
        Ok(door)
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join(HOST)
    }

    /// Where other shells ask.
    pub(crate) fn control(&self) -> PathBuf {
        self.folder.join(CONTROL)
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // What cannot be removed now, the next session sweeps.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

const HOST: &str = "host";
const CONTROL: &str = "control";

/// All that is in the folder.
pub(crate) const SOCKETS: [&str; 2] = [HOST, CONTROL];

/// A Unix socket's path must fit 108 bytes: where the folder for temporary files is too deep, `/tmp` serves.
fn private_folder(announce: impl Fn(&Path) -> Result<()>) -> Result<PathBuf> {
    const ROOM: usize = 80;
    let usual = std::env::temp_dir();
    let parent = if usual.as_os_str().len() < ROOM { usual.as_path() } else { Path::new("/tmp") };
    let make = |path: &Path| {
        announce(path).map_err(io::Error::other)?;
        private::create_folder(path)
    };
    let made = tempfile::Builder::new().prefix(FOLDER_PREFIX).make_in(parent, make);
    let made = made.with_context(|| format!("failed to create a folder for the socket in `{}`", parent.display()))?;
    made.into_temp_path().keep().context("failed to keep the folder for the socket")
}

fn listen(listener: &UnixListener, messages: &Sender<Message>) {
    for stream in private::peers(listener) {
        let messages = messages.clone();
        // A peer that says nothing holds up nobody else.
        let _ = thread::Builder::new().name("peer".into()).spawn(move || hear(stream, &messages));
    }
}

/// Until the peer hangs up. What it says that is not ours ends the conversation.
fn hear(mut stream: UnixStream, messages: &Sender<Message>) {
    let Ok(credentials) = rustix::net::sockopt::socket_peercred(&stream) else { return };
    let process = u32::try_from(credentials.pid.as_raw_nonzero().get()).unwrap_or(0);
    let mut is_host = false;
    while let Ok(Some(frame)) = read_frame(&mut stream) {
        let Ok(said) = FromHost::decode(&frame) else { break };
        let Ok(answer) = stream.try_clone() else { break };
        is_host |= matches!(said, FromHost::Hello { .. });
        if messages.send(Message::Host { process, said, answer: Host { process, stream: answer } }).is_err() {
            return;
        }
    }
    // The launcher only says a word in passing.
    if is_host {
        let _ = messages.send(Message::HungUp { process });
    }
}

/// Where the session answers the program.
#[derive(Debug)]
pub(crate) struct Host {
    /// The program's own, also where the user's runner started it as a child.
    pub(crate) process: u32,
    stream: UnixStream,
}

impl Host {
    /// With `restore`, it takes over live values first, and waits to be told to [go on](Self::go_on).
    ///
    /// # Errors
    /// The program speaks another version, or is gone.
    pub(crate) fn welcome(&mut self, protocol: u32, holds_panics: bool, restore: Option<Store>) -> Result<()> {
        if protocol != PROTOCOL {
            bail!(
                "the program's `hot-runtime` speaks protocol {protocol}, this cargo hot {PROTOCOL}: use the same version of both"
            );
        }
        self.send(&ToHost::Welcome { holds_panics, restore }).context("failed to welcome the program")
    }

    /// The process goes on without us.
    pub(crate) fn turn_away(self) {
        // It may be gone by itself.
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// # Errors
    /// The program is gone.
    pub(crate) fn patch(&mut self, patch: Patch) -> Result<()> {
        self.send(&ToHost::Patch(patch)).context("failed to send the patch to the program")
    }

    /// Has the program run a generation again that it ran before.
    ///
    /// # Errors
    /// The program is gone.
    pub(crate) fn publish(&mut self, generation: u32) -> Result<()> {
        self.send(&ToHost::Publish { generation }).context("failed to have the program run another generation")
    }

    /// Has the panics of held calls go on.
    ///
    /// # Errors
    /// The program is gone.
    pub(crate) fn resume(&mut self) -> Result<()> {
        self.send(&ToHost::Resume).context("failed to have the program let its held calls go")
    }

    /// Asks the program what lives.
    ///
    /// # Errors
    /// The program is gone.
    pub(crate) fn list(&mut self) -> Result<()> {
        self.send(&ToHost::List).context("failed to ask the program what lives")
    }

    /// Has the program write its live values, and wait with them.
    ///
    /// # Errors
    /// The program is gone.
    pub(crate) fn keep(&mut self, store: Store) -> Result<()> {
        self.send(&ToHost::Keep(store)).context("failed to ask the program for its live values")
    }

    /// Has the program go on that waits with its live values, or for those of another one.
    ///
    /// # Errors
    /// The program is gone.
    pub(crate) fn go_on(&mut self) -> Result<()> {
        self.send(&ToHost::GoOn).context("failed to have the program go on")
    }

    fn send(&mut self, message: &ToHost) -> Result<()> {
        write_frame(&mut self.stream, &message.encode()).context("the program does not listen")
    }
}
