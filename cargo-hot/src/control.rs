//! Commands from another shell: `cargo hot undo`, `redo`, `status` and `restart`.
//!
//! A running session leaves the path of its control socket in the target directory; a command finds the sessions of
//! its project there, and asks each.

use crate::cli::SessionCommand;
use crate::folder;
use crate::host::{FOLDER_PREFIX, SOCKETS};
use crate::inbox::Message;
use crate::private;
use crate::project::Project;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::thread;

/// A command, and where its answer goes.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) command: SessionCommand,
    stream: UnixStream,
}

impl Request {
    /// What was done, or why it could not be; who asked and left does not read it.
    pub(crate) fn answer(mut self, answer: &Answer) {
        let _ = serde_json::to_writer(&self.stream, answer);
        let _ = writeln!(self.stream);
    }
}

/// A text of one line or more.
pub(crate) type Answer = Result<String, String>;

/// What a session leaves for commands to find it; projects may share a target directory.
#[derive(Debug, Serialize, Deserialize)]
struct Notice {
    workspace: PathBuf,
    socket: PathBuf,
}

impl Notice {
    /// That of the session with this folder.
    fn read(session: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(session.join(NOTICE)).ok()?).ok()
    }
}

/// Leaves a notice in `folder` that a session of the workspace listens at `socket`.
///
/// # Errors
/// The notice cannot be written.
pub(crate) fn announce(socket: &Path, workspace: &Path, folder: &Path) -> Result<()> {
    let content = Notice { workspace: workspace.to_owned(), socket: socket.to_owned() };
    let text = serde_json::to_vec(&content).context("failed to write the socket's path as JSON")?;
    crate::shadow::replace_file(&folder.join(NOTICE), &text)
}

/// Listens at `socket` until the session ends.
///
/// # Errors
/// There is no place for the socket.
pub(crate) fn listen(socket: &Path, messages: Sender<Message>) -> Result<()> {
    let listener = UnixListener::bind(socket).with_context(|| format!("failed to listen at `{}`", socket.display()))?;
    thread::Builder::new()
        .name("control".into())
        .spawn(move || {
            for stream in private::peers(&listener) {
                if let Some(request) = read(stream)
                    && messages.send(Message::Request(request)).is_err()
                {
                    return;
                }
            }
        })
        .context("failed to start the thread that listens for commands")?;
    Ok(())
}

fn read(stream: UnixStream) -> Option<Request> {
    stream.set_read_timeout(Some(std::time::Duration::from_secs(1))).ok()?;
    let mut line = String::new();
    BufReader::new(stream.try_clone().ok()?.take(LONGEST_COMMAND)).read_line(&mut line).ok()?;
    Some(Request { command: serde_json::from_str(&line).ok()?, stream })
}

/// Asks every session of the project, and prints what each answers.
///
/// # Errors
/// There is no session, or one that does not answer or cannot do it.
pub(crate) fn ask(project: &Project, command: SessionCommand) -> Result<()> {
    let mut answers = Vec::new();
    for session in sessions(&project.sessions()) {
        let Some(notice) = Notice::read(&session) else { continue };
        if notice.workspace != project.workspace_root {
            continue;
        }
        let Ok(mut stream) = UnixStream::connect(&notice.socket) else {
            // A session that was killed leaves its notice behind.
            if private::is_own_folder(&session) && !folder::is_abandoned(&session) {
                answers.push(Err(unreachable(&notice)));
            }
            continue;
        };
        if !private::is_own_peer(&stream) {
            continue;
        }
        let request = serde_json::to_string(&command).context("failed to write the command as JSON")?;
        writeln!(stream, "{request}").context("failed to ask the session")?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).context("failed to read the session's answer")?;
        answers.push(serde_json::from_str::<Answer>(&answer).context("the session ended before it answered")?);
    }
    if answers.is_empty() {
        bail!("no session of this project is running; start one with `cargo hot run`");
    }
    answers.iter().flatten().for_each(|done| println!("{done}"));
    let failed: Vec<String> = answers.into_iter().filter_map(Result::err).collect();
    if failed.is_empty() { Ok(()) } else { bail!(failed.join("\n")) }
}

/// Removes the folder of sockets that a session of this user left which was killed.
pub(crate) fn forget(session: &Path) {
    let notice = Notice::read(session);
    let Some(folder) = notice.as_ref().and_then(|notice| notice.socket.parent()) else { return };
    let is_named = folder.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(FOLDER_PREFIX.as_bytes()));
    if !is_named || !private::is_own_folder(folder) {
        return;
    }
    // Anything may have written a file in the target directory: what it names is only removed where it is our sockets alone.
    let sockets = SOCKETS.map(|name| folder.join(name));
    for socket in sockets.iter().filter(|path| path.symlink_metadata().is_ok_and(|it| it.file_type().is_socket())) {
        let _ = fs::remove_file(socket);
    }
    let _ = fs::remove_dir(folder);
}

fn unreachable(notice: &Notice) -> String {
    format!(
        "a session of this project runs, and nobody reaches it at `{}`, which may have been removed: it goes on patching; for \
         commands, end it with Ctrl-C and start another",
        notice.socket.display()
    )
}

/// The folders of all.
fn sessions(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

/// In bytes, more than any has.
const LONGEST_COMMAND: u64 = 4096;

/// Name of the notice in a session's folder.
const NOTICE: &str = "control.json";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::check;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// What a session hears of these bytes.
    fn heard(said: &[u8]) -> Option<SessionCommand> {
        let (mut asks, hears) = UnixStream::pair().unwrap();
        asks.write_all(said).unwrap();
        drop(asks);
        read(hears).map(|request| request.command)
    }

    #[test]
    fn any_bytes_are_a_command_or_not_heard() {
        assert_eq!(heard(br#"{"undo":{"to":3}}"#), Some(SessionCommand::Undo { to: Some(3) }));
        check(500, (select(vec!["", "\"redo", "{\"undo\":{\"to\":"]), vec(any::<u8>(), 0..40)), |(near, bytes)| {
            let command = heard(&[near.as_bytes(), &bytes].concat());
            prop_assert!(near.len() > 5 || command.is_none(), "{:?}", command);
            Ok(())
        });
    }

    #[test]
    fn a_command_without_an_end_is_not_heard_to_the_end() {
        const MUCH: usize = 16 << 20;
        let (mut asks, hears) = UnixStream::pair().unwrap();
        let said =
            thread::spawn(move || (0..MUCH / 4096).take_while(|_| asks.write_all(&[b' '; 4096]).is_ok()).count());
        assert!(read(hears).is_none());
        assert!(said.join().unwrap() * 4096 < MUCH / 2);
    }

    #[test]
    fn of_a_session_that_was_killed_only_sockets_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| {
            let place = folder.path().join(name);
            fs::create_dir_all(&place).unwrap();
            place
        };
        let (session, left, users) = (place("session"), place("cargo-hot-left"), place("cargo-hot-notes"));
        fs::write(users.join("notes"), "of the user").unwrap();
        for place in [&left, &users] {
            drop(UnixListener::bind(place.join("control")).unwrap());
            announce(&place.join("control"), Path::new("/w"), &session).unwrap();
            forget(&session);
        }
        assert!(!left.exists());
        assert_eq!(fs::read_to_string(users.join("notes")).unwrap(), "of the user");
    }
}
