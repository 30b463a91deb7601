//! Watches the workspace's folders and gives each save as one batch of paths.
//!
//! Folders are watched, not files: editors save by writing another file and renaming it. Which of the paths matter is
//! for the session to say.

use crate::shadow::is_build_output;
use anyhow::{Context, Result};
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

/// Passes on events that may be part of a save, with the time they came.
struct Forward(Sender<(Instant, Vec<PathBuf>)>);

impl notify::EventHandler for Forward {
    fn handle_event(&mut self, event: notify::Result<notify::Event>) {
        let Ok(event) = event else { return };
        if !matches!(event.kind, EventKind::Access(_)) {
            // The receiver is gone when the session ends.
            let _ = self.0.send((Instant::now(), event.paths));
        }
    }
}

fn gather(events: &Receiver<(Instant, Vec<PathBuf>)>, deliver: impl Fn(Save)) {
    while let Ok((seen, paths)) = events.recv() {
        let mut save = Save { paths: paths.into_iter().collect(), seen };
        loop {
            let left = LONGEST.saturating_sub(seen.elapsed()).min(QUIET);
            match events.recv_timeout(left) {
                Ok((_, paths)) => save.paths.extend(paths),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return deliver(save),
            }
            if left.is_zero() {
                break;
            }
        }
        deliver(save);
    }
}
