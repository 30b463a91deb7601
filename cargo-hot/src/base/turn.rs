//! Whose turn it is with a crate: two sessions of one project, and builds of it, compile to the same place.

use crate::terminal::say;
use anyhow::{Context, Result};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What a crate was compiled from: equal for equal texts of one session, else like no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Compiled(pub(crate) u128);

impl Compiled {
    /// What no session goes on with.
    pub(crate) const NOBODYS: Self = Self(0);
}

/// The right to write a crate's shadow, to compile it, and to read what came out. Dropped, it is the next one's.
#[derive(Debug)]
pub(crate) struct Turn {
    file: File,
    /// What the last one who had it compiled; `None` before the first build.
    pub(crate) last: Option<Compiled>,
}

impl Turn {
    /// Waits for the turn that is taken with the file at `path`.
    ///
    /// # Errors
    /// The file cannot be opened, locked or read.
    pub(crate) fn wait(path: &Path) -> Result<Self> {
        let wait = || -> Result<Self> {
            let file = open(path)?;
            lock(&file, path)?;
            Self::read(file)
        };
        wait().with_context(|| format!("failed to wait for the turn of `{}`", path.display()))
    }

    /// Takes the turn, if nobody has it; where there are no locks, somebody may.
    ///
    /// # Errors
    /// The file cannot be opened or read.
    pub(crate) fn try_take(path: &Path) -> Result<Option<Self>> {
        let take = || -> Result<Option<Self>> {
            let file = open(path)?;
            let is_ours = flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok();
            is_ours.then(|| Self::read(file)).transpose()
        };
        take().with_context(|| format!("failed to take the turn of `{}`", path.display()))
    }

    /// The same turn, which is over when both have ended.
    ///
    /// # Errors
    /// There are no more descriptors.
    pub(crate) fn share(&self) -> Result<File> {
        self.file.try_clone().context("failed to share a turn")
    }

    fn read(mut file: File) -> Result<Self> {
        let mut last = Vec::new();
        file.read_to_end(&mut last)?;
        let last = last.try_into().ok().map(|bytes| Compiled(u128::from_le_bytes(bytes)));
        Ok(Self { file, last })
    }

    /// Says what will be compiled from now on.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn claim(&mut self, compiled: Compiled) -> Result<()> {
        if self.last != Some(compiled) {
            self.file.rewind().context("failed to take a turn")?;
            self.file.write_all(&compiled.0.to_le_bytes()).context("failed to take a turn")?;
            self.file.set_len(size_of::<u128>() as u64).context("failed to take a turn")?;
            self.last = Some(compiled);
        }
        Ok(())
    }
}

fn open(path: &Path) -> Result<File> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    Ok(File::options().read(true).write(true).create(true).truncate(false).open(path)?)
}

/// Another may be at work for long: who waits for it shall know.
fn lock(file: &File, path: &Path) -> Result<()> {
    const SILENT: Duration = Duration::from_secs(1);
    const PAUSE: Duration = Duration::from_millis(1);
    let begun = Instant::now();
    while begun.elapsed() < SILENT {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => sleep(PAUSE),
            // There are file systems without locks; cargo goes on there, too.
            Err(Errno::NOTSUP | Errno::NOSYS | Errno::NOLCK | Errno::INVAL) => return Ok(()),
            locked => return Ok(locked?),
        }
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    say(&format!("waiting for another `cargo hot` that compiles `{name}`"));
    loop {
        match flock(file, FlockOperation::LockExclusive) {
            Err(Errno::INTR) => {}
            locked => return Ok(locked?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn a_turn_is_had_by_one_at_a_time_and_tells_what_was_compiled_last() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("turns").join("life");
        let mut first = Turn::wait(&path).unwrap();
        assert_eq!(first.last, None);
        let (has_had, had) = channel();
        let waiting = std::thread::spawn({
            let path = path.clone();
            move || {
                let turn = Turn::wait(&path).unwrap();
                has_had.send(()).unwrap();
                turn.last
            }
        });
        assert!(had.recv_timeout(Duration::from_millis(50)).is_err());
        assert!(Turn::try_take(&path).unwrap().is_none());
        first.claim(Compiled(7)).unwrap();
        drop(first);
        assert_eq!(waiting.join().unwrap(), Some(Compiled(7)));
        Turn::wait(&path).unwrap().claim(Compiled(8)).unwrap();
        assert_eq!(Turn::wait(&path).unwrap().last, Some(Compiled(8)));
        assert_eq!(Turn::try_take(&path).unwrap().unwrap().last, Some(Compiled(8)));
    }
}
