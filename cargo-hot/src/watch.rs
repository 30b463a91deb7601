//! Watches the workspace's folders and gives each save as one batch of paths.
//!
//! Folders are watched, not files: editors save by writing another file and renaming it. Which of the paths matter is
//! for the session to say.

use crate::shadow::is_build_output;
use anyhow::{Context, Result};
use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use walkdir::WalkDir;

/// Editors save in bursts of a few events within a few milliseconds; this catches them, unnoticed.
const QUIET: Duration = Duration::from_millis(5);

/// Something that writes without a pause must not hold a save up for ever.
const LONGEST: Duration = Duration::from_millis(60);

/// Who empties a source file and writes it anew may be interrupted between the two; half of a file is nobody's save.
const LONGEST_WRITE: Duration = Duration::from_millis(250);

/// The paths of one save, and when its first change was seen.
#[derive(Debug, Clone)]
pub(crate) struct Save {
    pub(crate) paths: BTreeSet<PathBuf>,
    pub(crate) seen: Instant,
}

/// Watches until dropped.
#[derive(Debug)]
pub(crate) struct Watch {
    watcher: RecommendedWatcher,
    /// Build output, which is written all the time.
    output: PathBuf,
    followed: BTreeSet<PathBuf>,
}

impl Watch {
    /// `deliver` is called with each save, on a thread of the watch's own; `output` is not watched.
    ///
    /// # Errors
    /// The system does not let us watch.
    pub(crate) fn start(output: &Path, deliver: impl Fn(Save) + Send + 'static) -> Result<Self> {
        let (sender, receiver) = channel();
        let watcher = notify::recommended_watcher(Forward(sender)).context("failed to start watching files")?;
        thread::Builder::new()
            .name("watch".into())
            .spawn(move || gather(&receiver, deliver))
            .context("failed to start the thread that gathers saves")?;
        Ok(Self { watcher, output: output.to_owned(), followed: BTreeSet::new() })
    }

    /// Watches the folders that are new in a save, and adds what was written there before anyone did.
    ///
    /// # Errors
    /// The system does not let us watch.
    pub(crate) fn complete(&mut self, save: &mut Save) -> Result<()> {
        let folders: Vec<PathBuf> = save.paths.iter().filter(|path| path.is_dir()).cloned().collect();
        for folder in folders {
            save.paths.extend(self.add_package(&folder)?);
        }
        Ok(())
    }

    /// Watches a package's folder and those below it, build output and hidden ones aside, and gives back their files.
    pub(crate) fn add_package(&mut self, root: &Path) -> Result<Vec<PathBuf>> {
        let output = self.output.clone();
        let entries = WalkDir::new(root).into_iter().filter_entry(|entry| {
            let hidden = entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
            !hidden && entry.path() != output && !is_build_output(entry.path())
        });
        let mut files = Vec::new();
        // A folder comes before it is read, so that nothing is written there unseen.
        for entry in entries.flatten() {
            if entry.file_type().is_dir() {
                self.add_folder(entry.path())?;
            } else {
                files.push(entry.into_path());
            }
        }
        Ok(files)
    }

    /// Watches the folders of a program's files, which may lie anywhere. Those that it was called with last are watched already.
    pub(crate) fn follow(&mut self, folders: BTreeSet<PathBuf>) -> Result<()> {
        let known = std::mem::take(&mut self.followed);
        folders.difference(&known).try_for_each(|folder| self.add_folder(folder))?;
        self.followed = folders;
        Ok(())
    }

    /// Watches a folder, which may be another one than when its path was watched before.
    ///
    /// Events have the path by which a folder was watched last, which is to be the one that people know.
    pub(crate) fn add_folder(&mut self, folder: &Path) -> Result<()> {
        let is_detour = folder.components().any(|part| part == Component::ParentDir);
        let real = if is_detour { folder.canonicalize().ok() } else { None };
        let folder = real.as_deref().unwrap_or(folder);
        self.watcher.watch(folder, RecursiveMode::NonRecursive).with_context(|| {
            format!(
                "failed to watch `{}` (if the system's limit is reached, raise fs.inotify.max_user_watches)",
                folder.display()
            )
        })
    }
}

/// Passes on events that may be part of a save.
struct Forward(Sender<Change>);

#[derive(Debug)]
struct Change {
    seen: Instant,
    paths: Vec<PathBuf>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Bytes were written or cut off; more may follow.
    Written,
    /// Who wrote is done.
    Closed,
    Other,
}

impl notify::EventHandler for Forward {
    fn handle_event(&mut self, event: notify::Result<notify::Event>) {
        let Ok(event) = event else { return };
        let kind = match event.kind {
            EventKind::Modify(ModifyKind::Data(_)) => Kind::Written,
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => Kind::Closed,
            EventKind::Access(_) => return,
            _ => Kind::Other,
        };
        // The receiver is gone when the session ends.
        let _ = self.0.send(Change { seen: Instant::now(), paths: event.paths, kind });
    }
}

/// What is gathered for one save.
#[derive(Debug)]
struct Batch {
    save: Save,
    /// Source files that are being written.
    open: BTreeSet<PathBuf>,
}

impl Batch {
    /// `None` if nothing changed.
    fn begin(change: Change) -> Option<Self> {
        if change.kind == Kind::Closed {
            return None;
        }
        let mut batch = Self { save: Save { paths: BTreeSet::new(), seen: change.seen }, open: BTreeSet::new() };
        batch.add(change);
        Some(batch)
    }

    fn add(&mut self, change: Change) {
        if change.kind == Kind::Written {
            let sources = change.paths.iter().filter(|path| path.extension().is_some_and(|found| found == "rs"));
            self.open.extend(sources.cloned());
        } else {
            self.open.retain(|path| !change.paths.contains(path));
        }
        if change.kind != Kind::Closed {
            self.save.paths.extend(change.paths);
        }
    }

    /// How long to wait for the next change.
    fn left(&self) -> Duration {
        let age = self.save.seen.elapsed();
        if self.open.is_empty() { LONGEST.saturating_sub(age).min(QUIET) } else { LONGEST_WRITE.saturating_sub(age) }
    }
}

fn gather(changes: &Receiver<Change>, deliver: impl Fn(Save)) {
    while let Ok(change) = changes.recv() {
        let Some(mut batch) = Batch::begin(change) else { continue };
        loop {
            let left = batch.left();
            match changes.recv_timeout(left) {
                Ok(change) => batch.add(change),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return deliver(batch.save),
            }
            if left.is_zero() {
                break;
            }
        }
        deliver(batch.save);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::iter;

    /// The paths of each save that the changes make, a pause that ends a burst between them where `None` stands.
    fn saves(changes: &[Option<(Kind, &str)>]) -> Vec<Vec<String>> {
        let (sender, receiver) = channel();
        let (saves, gathered) = channel();
        let gatherer = thread::spawn(move || gather(&receiver, |save| drop(saves.send(save))));
        for change in changes {
            match change {
                Some((kind, path)) => {
                    let change = Change { seen: Instant::now(), paths: vec![path.into()], kind: *kind };
                    sender.send(change).expect("the gatherer listens");
                }
                None => thread::sleep(QUIET * 6),
            }
        }
        drop(sender);
        gatherer.join().expect("gathering goes on to the end");
        let names = |save: Save| save.paths.iter().map(|path| path.display().to_string()).collect();
        iter::from_fn(|| gathered.try_recv().ok()).map(names).collect()
    }

    #[test]
    fn a_pause_ends_a_save() {
        let found =
            saves(&[Some((Kind::Other, "a.rs")), Some((Kind::Other, "b.rs")), None, Some((Kind::Other, "c.rs"))]);
        assert_eq!(found, [vec!["a.rs", "b.rs"], vec!["c.rs"]]);
    }

    #[test]
    fn a_source_file_is_waited_for_while_it_is_written() {
        let (emptied, filled) = (Some((Kind::Written, "a.rs")), Some((Kind::Written, "a.rs")));
        assert_eq!(saves(&[emptied, None, filled, Some((Kind::Closed, "a.rs"))]), [vec!["a.rs"]]);
    }

    #[test]
    fn a_file_that_stays_open_holds_no_save_up_for_ever() {
        let many: Vec<_> = iter::repeat_n([Some((Kind::Written, "a.rs")), None], 20).flatten().collect();
        assert!(saves(&many).len() > 1);
    }

    #[test]
    fn what_is_no_source_file_may_stay_open() {
        let written = Some((Kind::Written, "server.log"));
        assert_eq!(saves(&[written, None, written]), [vec!["server.log"], vec!["server.log"]]);
    }

    #[test]
    fn that_a_file_is_closed_is_no_save() {
        assert!(saves(&[Some((Kind::Closed, "a.rs"))]).is_empty());
    }
}
