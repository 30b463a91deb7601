//! Dependencies that cargo builds without us, so that nothing of them is patched: those from folders outside the workspace,
//! and libraries of it for other languages.
//!
//! An edit of the former is told, one of the latter is for cargo. A library of theirs that is built anew under the program is another than the one it
//! was linked with: no crate may be compiled against it any more.

use super::Crate;
use crate::shadow::modified;
use crate::sources::{parse_dep_info, read};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What a program has from elsewhere than our crates.
#[derive(Debug, Default)]
pub(crate) struct Outside {
    files: BTreeMap<PathBuf, Text>,
    /// Files of the workspace that no crate of ours has.
    inside: BTreeSet<PathBuf>,
    /// Files of our crates that lie in no package: nobody looked at their folders before the program was read.
    beside: BTreeSet<PathBuf>,
    built: Option<SystemTime>,
    libraries: Vec<Library>,
}

#[derive(Debug)]
struct Text {
    /// `None` for a file that was modified since.
    built: Option<Vec<u8>>,
    newest: Option<Vec<u8>>,
}

#[derive(Debug)]
struct Library {
    path: PathBuf,
    modified: Option<SystemTime>,
    digest: u128,
}

/// What a save of such a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    Changed,
    /// As the program has it.
    Same,
}

impl Outside {
    /// Of the executable at `program`, which the linker made when called with the words `linked`, and beside which cargo lists
    /// the sources; those of the workspace's packages, or of its
    /// crates, are not outside.
    ///
    /// # Errors
    /// The list cannot be read.
    pub(crate) fn of(program: &Path, packages: &[PathBuf], crates: &[Crate], linked: &[String]) -> Result<Self> {
        let list = program.with_extension("d");
        let text = fs::read_to_string(&list)
            .with_context(|| format!("failed to read the list of sources `{}`", list.display()))?;
        let is_ours = |path: &Path| crates.iter().any(|found| found.sources.contains(path));
        let mut outside = Self { built: modified(program), ..Self::default() };
        let is_in_package = |path: &Path| packages.iter().any(|package| path.starts_with(package));
        for path in parse_dep_info(&text) {
            if is_ours(&path) {
                let is_beside = !is_in_package(&path.canonicalize().unwrap_or_default());
                outside.beside.extend(is_beside.then_some(path));
                continue;
            }
            if is_in_package(&path) {
                outside.inside.insert(path);
                continue;
            }
            let built = if outside.is_newer(&path) { None } else { Some(read(&path)) };
            outside.files.insert(path, Text { newest: built.clone(), built });
        }
        let libraries = crates.iter().flat_map(|found| {
            let externs = found.record.invocation.externs();
            externs.filter_map(|(_, library)| linked_file(&found.record.directory.join(library), linked))
        });
        let is_of_a_crate = |library: &PathBuf| crates.iter().any(|found| found.record.library == *library);
        let libraries: BTreeSet<PathBuf> = libraries.filter(|library| !is_of_a_crate(library)).collect();
        let library = |path: PathBuf| Library { modified: modified(&path), digest: digest(&path), path };
        outside.libraries = libraries.into_iter().map(library).collect();
        Ok(outside)
    }

    /// By cargo's own rule.
    fn is_newer(&self, path: &Path) -> bool {
        modified(path) > self.built
    }

    /// What was saved before anyone looked for changes.
    pub(crate) fn missed(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().chain(&self.beside).map(PathBuf::as_path).filter(|path| self.is_newer(path))
    }

    /// Where to look for changes.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().filter_map(|path| path.parent())
    }

    pub(crate) fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// Whether a file of the workspace is part of the program, and of no crate of ours.
    pub(crate) fn is_inside(&self, path: &Path) -> bool {
        self.inside.contains(path)
    }

    /// Takes note of a file's newest text; `None` for a file that is not outside.
    pub(crate) fn take_in(&mut self, path: &Path) -> Option<Edit> {
        let text = self.files.get_mut(path)?;
        let newest = Some(read(path));
        let is_old = newest == text.newest || newest == text.built;
        text.newest = newest;
        Some(if is_old { Edit::Same } else { Edit::Changed })
    }

    /// A library that was there when the program started.
    pub(crate) fn missing(&self) -> Option<&Path> {
        let is_gone = |it: &&Library| it.modified.is_some() && !it.path.exists();
        self.libraries.iter().find(is_gone).map(|library| library.path.as_path())
    }

    /// A library that was built anew since the program started, and is another now.
    pub(crate) fn rebuilt(&self) -> Option<&Path> {
        let is_other = |it: &&Library| modified(&it.path) != it.modified && digest(&it.path) != it.digest;
        self.libraries.iter().find(is_other).map(|library| library.path.as_path())
    }
}

/// The library that is part of the program where a crate is compiled against the one at `path`; a macro's is not.
fn linked_file(path: &Path, linked: &[String]) -> Option<PathBuf> {
    match path.extension()?.to_str()? {
        "rlib" | "rmeta" => Some(path.with_extension("rlib")),
        _ => {
            let name = path.file_stem()?.to_str()?.strip_prefix("lib")?;
            linked
                .iter()
                .any(|word| word.strip_prefix("-l") == Some(name) || Path::new(word) == path)
                .then(|| path.into())
        }
    }
}

fn digest(library: &Path) -> u128 {
    xxhash_rust::xxh3::xxh3_128(&read(library))
}
