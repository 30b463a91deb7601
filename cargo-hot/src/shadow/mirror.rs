//! Lays out a shadow: a package's folders, its Rust files rewritten, links to all else.

use super::closed::{Closed, Scope, asked};
use super::{is_build_output, link_or_copy, publicize::publicize, replace_file};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use walkdir::{DirEntry, WalkDir};

/// Appended to a binary's root file: inside the crate, so that it may call a private `main`.
const CALL_MAIN: &str =
    "\n#[doc(hidden)] pub mod __cargo_hot { pub fn main() -> impl ::std::process::Termination { super::main() } }\n";

/// The copy of one crate's sources.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Shadow {
    /// A folder for this crate alone: in the shadow of another the same path may be a link to the original.
    pub(crate) root: PathBuf,
    pub(crate) text: Text,
    /// The root file of a binary, in which the generated `main` finds what it calls.
    pub(crate) program: Option<PathBuf>,
    /// What stays private all the same.
    closed: Closed,
}

/// Which text a copied Rust file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Text {
    /// Everything in it public.
    Public,
    /// As the user wrote it.
    Original,
}

impl Shadow {
    /// Where the copy of `original`, an absolute path, stands.
    pub(crate) fn copy_of(&self, original: &Path) -> PathBuf {
        self.root.join(original.strip_prefix("/").unwrap_or(original))
    }

    /// What a path below the root is the copy of; any other path is itself.
    pub(crate) fn original_of(&self, copy: &Path) -> PathBuf {
        copy.strip_prefix(&self.root).map_or_else(|_| copy.to_owned(), |relative| Path::new("/").join(relative))
    }

    pub(crate) fn new(root: PathBuf, text: Text, program: Option<PathBuf>) -> Self {
        Self { root, text, program, closed: Closed::default() }
    }

    /// Takes in what a file of the package says of what must stay private, and tells whether that was news.
    pub(crate) fn close(&mut self, path: &Path, source: &[u8]) -> bool {
        let file = std::str::from_utf8(source).ok().and_then(|source| syn::parse_file(source).ok());
        let is_news = file.is_some_and(|file| self.closed.add(path, &file));
        proc_macro2::extra::invalidate_current_thread_spans();
        is_news
    }

    /// Whether a text may name something that stays private, and that it could name where it stands: elsewhere the program
    /// cannot name it either.
    pub(crate) fn hides(&self, text: &str, scope: &Scope) -> bool {
        let tokens = text.parse().unwrap_or_default();
        asked(tokens).iter().any(|name| self.closed.hides(name, scope))
    }

    /// The same for every file of the package.
    pub(crate) fn close_package(&mut self, package: &Path) {
        let files = self.entries(package).into_iter().flatten().map(DirEntry::into_path);
        for file in files.filter(|file| is_rust(file)) {
            fs::read(&file).map(|source| self.close(&file, &source)).ok();
        }
    }

    /// Brings the copy of the package at `package` up to date.
    ///
    /// What stands beside the package in the folders above it, up to the `workspace` root, is linked whole, so that
    /// paths that leave the package still arrive.
    pub(crate) fn mirror(&self, workspace: &Path, package: &Path) -> Result<()> {
        for above in package.ancestors().skip(1).take_while(|above| above.starts_with(workspace)) {
            self.link_siblings(above, package)?;
        }
        for entry in self.entries(package) {
            let entry = entry.with_context(|| format!("failed to walk the package `{}`", package.display()))?;
            self.mirror_entry(&entry)?;
        }
        self.remove_orphans(package)
    }

    /// The files and folders of a package, each folder before what it holds. What a link leads to belongs to it where that is a
    /// folder of modules.
    fn entries(&self, package: &Path) -> Vec<walkdir::Result<DirEntry>> {
        let walk =
            |folder: &Path| WalkDir::new(folder).min_depth(1).into_iter().filter_entry(|it| !self.is_left_out(it));
        let mut found = Vec::new();
        let mut open: Vec<PathBuf> = vec![package.to_owned()];
        let mut known: Vec<PathBuf> = package.canonicalize().into_iter().collect();
        while let Some(folder) = open.pop() {
            for entry in walk(&folder) {
                if let Ok(entry) = &entry
                    && entry.path_is_symlink()
                    && holds_modules(entry.path())
                    && let Ok(real) = entry.path().canonicalize()
                    && !known.iter().any(|known| known.starts_with(&real))
                {
                    open.push(entry.path().to_owned());
                    known.push(real);
                }
                found.push(entry);
            }
        }
        found
    }

    /// Links what stands beside the package in all folders above it: a text that names those may leave the workspace.
    fn link_above(&self, file: &Path, source: &str) {
        let package = file.ancestors().find(|folder| folder.join("Cargo.toml").is_file());
        for above in package.filter(|_| source.contains("../")).into_iter().flat_map(|it| it.ancestors().skip(1)) {
            // What cannot be listed is missed by rustc, if by anyone.
            let _ = self.link_siblings(above, file);
        }
    }

    /// Brings the copy of one file up to date, from its text where that is known already.
    pub(crate) fn write(&self, original: &Path, bytes: &[u8], modified: Option<SystemTime>) -> Result<()> {
        match std::str::from_utf8(bytes) {
            Ok(source) if is_rust(original) => self.write_source(original, source, modified),
            _ if self.copy_of(original).is_file() => Ok(()),
            _ => self.link(original),
        }
    }

    /// Removes the copy of a file whose original is gone.
    pub(crate) fn forget(&self, original: &Path) -> Result<()> {
        let copy = self.copy_of(original);
        if copy.parent().is_some_and(|folder| self.is_behind_link(folder)) {
            return Ok(());
        }
        match fs::remove_file(&copy) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("failed to remove `{}`", copy.display()))
            }
            _ => Ok(()),
        }
    }

    /// Keeps the copies of a package's Rust files as they are now, whatever sessions write to the shadow later.
    pub(crate) fn keep(&self, package: &Path, kept: &Path) -> Result<()> {
        let keep = || -> io::Result<()> {
            if kept.exists() {
                fs::remove_dir_all(kept)?;
            }
            for entry in WalkDir::new(self.copy_of(package)).into_iter().flatten() {
                if entry.file_type().is_file() {
                    let to = kept.join(entry.path().strip_prefix(&self.root).unwrap_or(entry.path()));
                    fs::create_dir_all(to.parent().unwrap_or(kept))?;
                    link_or_copy(entry.path(), &to)?;
                }
            }
            Ok(())
        };
        keep().with_context(|| format!("failed to keep what is compiled in `{}`", kept.display()))
    }

    /// The copy that a compilation begun at `begun` found, if the original, which holds `bytes`, is another one since; of a
    /// linked file nothing is left of what it was.
    pub(crate) fn outdated(&self, original: &Path, bytes: &[u8], kept: &Path, begun: SystemTime) -> Option<Vec<u8>> {
        let kept = kept.join(original.strip_prefix("/").unwrap_or(original));
        if !kept.is_file() {
            return modified(original).is_none_or(|modified| modified >= begun).then(Vec::new);
        }
        if modified(original) == modified(&kept) {
            return None;
        }
        let copy = fs::read(kept).ok()?;
        // Touched, or put back.
        let is_same = std::str::from_utf8(bytes).is_ok_and(|text| self.copy_text(original, text).as_bytes() == copy);
        (!is_same).then_some(copy)
    }

    /// The text that a file has in a public copy; `None` if it does not parse.
    pub(crate) fn public_text(&self, original: &Path, source: &str) -> Option<String> {
        let rewritten = publicize(source, &self.closed).ok();
        // Every text that was parsed is kept for its spans until told otherwise, and no span outlives this.
        proc_macro2::extra::invalidate_current_thread_spans();
        rewritten.map(|text| self.with_call(original, text))
    }

    /// The text of a copy; one that does not parse is as it is, for rustc to complain about.
    fn copy_text(&self, original: &Path, source: &str) -> String {
        let rewritten = match self.text {
            Text::Public => self.public_text(original, source),
            Text::Original => None,
        };
        rewritten.unwrap_or_else(|| self.with_call(original, source.to_owned()))
    }

    fn with_call(&self, original: &Path, mut text: String) -> String {
        if self.program.as_deref() == Some(original) {
            text.push_str(CALL_MAIN);
        }
        text
    }

    fn write_source(&self, original: &Path, source: &str, modified: Option<SystemTime>) -> Result<()> {
        let text = self.copy_text(original, source);
        self.link_above(original, source);
        let copy = self.copy_of(original);
        if copy.parent().is_some_and(|folder| self.is_behind_link(folder)) {
            return Ok(());
        }
        if fs::read(&copy).is_ok_and(|present| present == text.as_bytes()) && !copy.is_symlink() {
            return stamp(&copy, modified);
        }
        replace_file(&copy, text.as_bytes())?;
        stamp(&copy, modified)
    }

    /// Whether a folder below the root, or one on the way there, is a link: behind it stand the user's own files, where nothing
    /// may be written, and which are what they are a copy of.
    pub(crate) fn is_behind_link(&self, folder: &Path) -> bool {
        folder.ancestors().take_while(|folder| *folder != self.root).any(Path::is_symlink)
    }

    /// Build output and version control are not part of a package's sources.
    fn is_left_out(&self, entry: &DirEntry) -> bool {
        let holds_shadow = self.root.starts_with(entry.path());
        let hidden = entry.file_name().to_str().is_some_and(|name| name.starts_with('.'));
        hidden || holds_shadow || (entry.file_type().is_dir() && is_build_output(entry.path()))
    }

    fn mirror_entry(&self, entry: &DirEntry) -> Result<()> {
        let path = entry.path();
        if !entry.file_type().is_dir() && !holds_modules(path) {
            let modified = modified(path);
            return match fs::read(path) {
                Ok(bytes) if is_rust(path) => self.write(path, &bytes, modified),
                _ => self.link(path),
            };
        }
        let folder = self.copy_of(path);
        if folder.is_symlink() {
            fs::remove_file(&folder).with_context(|| format!("failed to remove the link `{}`", folder.display()))?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("failed to create `{}`", folder.display()))
    }

    /// Links all in `folder` that is not on the way to the package.
    fn link_siblings(&self, folder: &Path, package: &Path) -> Result<()> {
        let entries = fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            if !package.starts_with(&path) && self.copy_of(&path).symlink_metadata().is_err() {
                self.link(&path)?;
            }
        }
        Ok(())
    }

    /// Removes copies and links whose original is gone: rustc must not find a module that the user deleted.
    pub(crate) fn remove_orphans(&self, package: &Path) -> Result<()> {
        for entry in WalkDir::new(self.copy_of(package)).contents_first(true).into_iter().flatten() {
            let copy = entry.path();
            if self.original_of(copy).symlink_metadata().is_ok() {
                continue;
            }
            let removed = if entry.file_type().is_dir() { fs::remove_dir(copy) } else { fs::remove_file(copy) };
            removed.with_context(|| format!("failed to remove `{}`, whose original is gone", copy.display()))?;
        }
        Ok(())
    }

    fn link(&self, original: &Path) -> Result<()> {
        let copy = self.copy_of(original);
        if fs::read_link(&copy).is_ok_and(|target| target == original) {
            return Ok(());
        }
        let make = || -> io::Result<()> {
            fs::create_dir_all(copy.parent().unwrap_or(&self.root))?;
            match symlink(original, &copy) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                result => result,
            }
        };
        make().with_context(|| format!("failed to link `{}` into the shadow", original.display()))
    }
}

fn is_rust(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "rs")
}

/// Whether it is a folder, perhaps behind a link, with Rust files in it.
fn holds_modules(folder: &Path) -> bool {
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| is_rust(&entry.path()))
}

/// When the file was last modified; `None` where that cannot be told.
pub(crate) fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// A copy bears the time of the text that it is of: a later change of the original can be told.
fn stamp(copy: &Path, modified: Option<SystemTime>) -> Result<()> {
    let Some(modified) = modified else { return Ok(()) };
    let set = || File::options().write(true).open(copy)?.set_modified(modified);
    set().with_context(|| format!("failed to set the time of `{}`", copy.display()))
}
