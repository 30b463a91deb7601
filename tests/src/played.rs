//! The other half of a session, played by a test: it starts a program as `cargo hot` does, and says to it what it likes.

use std::fs;
use std::io::{self, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use hot_runtime::manifest::{ANCHOR_SYMBOL, MANIFEST_SYMBOL};
use hot_runtime::wire::{FromHost, Outcome, PROTOCOL, Patch, SOCKET_VARIABLE, ToHost, read_frame, write_frame};
use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSymbol};
use rustix::process::{Pid, Signal, kill_process};
use xxhash_rust::xxh3::xxh3_128;

use crate::record::Record;
use crate::stage::Project;

/// No answer takes longer on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

/// A program that was welcomed.
#[derive(Debug)]
pub struct Played {
    /// What it shows.
    pub record: Record,
    /// Its process.
    pub pid: Pid,
    /// The id of the build that it says it is of.
    pub build_id: u128,
    stream: UnixStream,
    /// Its standard input stays open.
    _stdin: Option<ChildStdin>,
}

impl Played {
    /// Starts an executable of the project.
    pub fn start(project: &Project, executable: &Path) -> Result<Self> {
        let [_, folder] = project.environment.temporary();
        let socket = folder.join("played");
        let listener = UnixListener::bind(&socket).context("failed to listen")?;
        let mut command = project.environment.command(executable, &project.root);
        command.env(SOCKET_VARIABLE, &socket);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().context("failed to start the program")?;
        let (pid, stdin) = (Pid::from_child(&child), child.stdin.take());
        let record = Record::follow(child, None);
        let (mut stream, _) = listener.accept().context("the program does not connect")?;
        fs::remove_file(&socket).context("failed to remove a socket")?;
        stream.set_read_timeout(Some(LIMIT)).context("failed to limit the time of an answer")?;
        let hello = read_frame(&mut stream).context("the program does not say hello")?.unwrap_or_default();
        let Ok(FromHost::Hello { protocol: PROTOCOL, build_id }) = FromHost::decode(&hello) else {
            bail!("the program's first words are {hello:?}");
        };
        let mut played = Self { record, pid, build_id, stream, _stdin: stdin };
        played.say(&ToHost::Welcome { holds_panics: false, restore: None })?;
        Ok(played)
    }

    /// Sends a message.
    pub fn say(&mut self, message: &ToHost) -> Result<()> {
        write_frame(&mut self.stream, &message.encode()).context("the program does not listen")
    }

    /// Sends what may be no message.
    pub fn say_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).context("the program does not listen")
    }

    /// What became of what was sent; `None` if the program hung up.
    pub fn hear(&mut self) -> Result<Option<Outcome>> {
        loop {
            let frame = match read_frame(&mut self.stream) {
                Ok(Some(frame)) => frame,
                Ok(None) => return Ok(None),
                // It hung up without having read all.
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
                Err(error) => return Err(error).context("the program does not answer"),
            };
            match FromHost::decode(&frame).context("the program's answer is malformed")? {
                FromHost::Outcome(outcome) => return Ok(Some(outcome)),
                FromHost::Waiting(_) => {}
                other => bail!("the program says {other:?}"),
            }
        }
    }

    /// Sends a patch, and hears what became of it.
    pub fn patch(&mut self, patch: Patch) -> Result<Outcome> {
        self.say(&ToHost::Patch(patch))?;
        self.hear()?.context("the program hung up")
    }

    /// Hangs up.
    pub fn hang_up(&self) -> Result<()> {
        self.stream.shutdown(std::net::Shutdown::Both).context("failed to hang up")
    }

    /// Waits for a line that the program writes from now on.
    pub fn line(&self, text: &str) -> Result<()> {
        let from = self.record.seen().stdout.lines.len();
        let is_there = self.record.wait(LIMIT, |seen| {
            seen.stdout.lines[from..]
                .iter()
                .any(|line| line.contains(text))
                .then_some(true)
                .or(seen.ended.map(|_| false))
        });
        ensure!(
            is_there == Some(true),
            "the program does not say `{text}`:\n{}",
            self.record.seen().stderr.lines.join("\n")
        );
        Ok(())
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        if self.record.seen().ended.is_none() {
            // It may end in this very moment.
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

/// A patch that a session made, to be sent by another.
#[derive(Debug, Clone)]
pub struct Prebuilt {
    /// The library.
    pub bytes: Vec<u8>,
    manifest: u64,
    /// Where the manifest stands in the library's bytes.
    manifest_at: usize,
    anchor: u64,
}

impl Prebuilt {
    /// Reads a patch of the program that this executable is.
    pub fn read(library: &Path, executable: &Path) -> Result<Self> {
        let bytes = read(library)?;
        let (manifest, manifest_at) = place_of(&bytes, MANIFEST_SYMBOL)?;
        let (anchor, _) = place_of(&read(executable)?, ANCHOR_SYMBOL)?;
        Ok(Self { bytes, manifest, manifest_at, anchor })
    }

    /// The same for another generation, written to `path`: what it refers to has to be in every process of the build.
    pub fn write(&self, path: PathBuf, generation: u32) -> Result<Patch> {
        let mut bytes = self.bytes.clone();
        // Behind the magic and the protocol.
        self.header(&mut bytes, 12, &generation.to_le_bytes())?;
        self.write_bytes(path, generation, &bytes)
    }

    /// These bytes in place of the library's, and a message that speaks of them.
    pub fn write_bytes(&self, path: PathBuf, generation: u32, bytes: &[u8]) -> Result<Patch> {
        fs::write(&path, bytes).with_context(|| format!("failed to write `{}`", path.display()))?;
        let Self { manifest, anchor, .. } = *self;
        let (types, changed) = (Vec::new(), Vec::new());
        Ok(Patch { generation, path, digest: xxh3_128(bytes), manifest, anchor, symbolizer: None, types, changed })
    }

    /// Overwrites a field of the manifest's header.
    pub fn header(&self, bytes: &mut [u8], offset: usize, field: &[u8]) -> Result<()> {
        let at = self.manifest_at + offset;
        let place = bytes.get_mut(at..at + field.len()).context("the manifest lies beyond the library's end")?;
        place.copy_from_slice(field);
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("failed to read `{}`", path.display()))
}

/// A symbol's address, and its place in the file.
fn place_of(file: &[u8], name: &str) -> Result<(u64, usize)> {
    let file: ElfFile64<'_> = ElfFile64::parse(file).context("failed to parse an executable or a library")?;
    let mut symbols = file.symbols().chain(file.dynamic_symbols());
    let address = symbols.find(|symbol| symbol.name() == Ok(name)).map(|symbol| symbol.address());
    let address = address.with_context(|| format!("there is no `{name}`"))?;
    let holds = |start: u64, size: u64| (start..start + size).contains(&address);
    let section = file.sections().find(|section| holds(section.address(), section.size()));
    let section = section.with_context(|| format!("`{name}` is in no section"))?;
    let at = section.file_range().map_or(0, |(start, _)| start) + address - section.address();
    Ok((address, usize::try_from(at)?))
}
