//! The folder of a session in the target directory: what it compiles and links, and the notice by which commands find it.
//!
//! It is locked as long as the session lives, so the next one knows what a killed one left: process numbers are given again,
//! and in another container they mean nothing.

use crate::control;
use crate::private;
use crate::project::Project;
use crate::terminal::say;
use anyhow::{Context, Result};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Gone when dropped.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Of the folder itself.
    lock: Option<File>,
}

impl Folder {
    /// Makes a folder for this session, and removes those of sessions that were killed.
    ///
    /// # Errors
    /// There is no room for it, or it would lie in a folder of another user.
    pub(crate) fn make(project: &Project) -> Result<Self> {
        let sessions = project.sessions();
        fs::create_dir_all(&sessions).with_context(|| format!("failed to create `{}`", sessions.display()))?;
        let above = sessions.ancestors().take_while(|folder| folder.starts_with(&project.target_directory));
        private::check_owners(&project.workspace_root, above)?;
        // Until ours is locked, nobody may take it for abandoned.
        let _turn = locked(&sessions, FlockOperation::LockExclusive);
        sweep(&sessions);
        let path = new_path(&sessions)?;
        let lock = locked(&path, FlockOperation::NonBlockingLockExclusive).ok();
        let folder = Self { path, lock };
        if !private::is_private(&folder.path) {
            say(&format!(
                "other users of this machine may read and replace what is in `{}`: its file system has no owners and modes",
                folder.path.display()
            ));
        }
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A folder in it, which is made where it is not there; both may be gone, by `cargo clean` say.
    ///
    /// # Errors
    /// There is no room for it.
    pub(crate) fn inner(&mut self, name: &Path) -> Result<PathBuf> {
        let inner = self.path.join(name);
        let made = self.make_again().and_then(|()| fs::create_dir_all(&inner));
        made.with_context(|| format!("failed to create `{}`", inner.display()))?;
        Ok(inner)
    }

    fn make_again(&mut self) -> io::Result<()> {
        if !self.path.is_dir() {
            fs::create_dir_all(self.path.parent().unwrap_or(&self.path))?;
            private::create_folder(&self.path)?;
            self.lock = locked(&self.path, FlockOperation::NonBlockingLockExclusive).ok();
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now, the next session sweeps.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// A folder by a name that nobody knows before, with our process's number for people to read.
fn new_path(sessions: &Path) -> Result<PathBuf> {
    let make = |path: &Path| private::create_folder(path);
    let made = tempfile::Builder::new().prefix(&format!("{}-", std::process::id())).make_in(sessions, make);
    let made = made.with_context(|| format!("failed to create a folder in `{}`", sessions.display()))?;
    made.into_temp_path().keep().context("failed to keep the session's folder")
}

/// Removes what killed sessions of this user left.
fn sweep(sessions: &Path) {
    for entry in fs::read_dir(sessions).into_iter().flatten().flatten() {
        let path = entry.path();
        if private::is_own_folder(&path) && is_abandoned(&path) {
            control::forget(&path);
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Whether the session that made the folder is gone.
pub(crate) fn is_abandoned(folder: &Path) -> bool {
    match locked(folder, FlockOperation::NonBlockingLockExclusive) {
        Ok(_) => true,
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => false,
        // Where there are no locks, its name tells the process.
        Err(_) => {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            !Path::new("/proc").join(name.split('-').next().unwrap_or_default()).exists()
        }
    }
}

/// The folder, locked until it is dropped.
fn locked(folder: &Path, operation: FlockOperation) -> io::Result<File> {
    let file = File::open(folder)?;
    loop {
        match flock(&file, operation) {
            Err(Errno::INTR) => {}
            locked => return locked.map(|()| file).map_err(io::Error::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_locked_is_swept_whatever_process_it_is_named_after() {
        let sessions = tempfile::tempdir().unwrap();
        let [killed, running] = ["1-killed", "999999999-running"].map(|name| sessions.path().join(name));
        for folder in [&killed, &running] {
            private::create_folder(folder).unwrap();
            fs::write(folder.join("patch-1.so"), "").unwrap();
        }
        let lock = locked(&running, FlockOperation::NonBlockingLockExclusive).unwrap();
        sweep(sessions.path());
        assert!(!killed.exists() && running.exists());
        drop(lock);
        sweep(sessions.path());
        assert!(!running.exists());
    }
}
