//! From a save to what it means for the program: what of it changed, and what cargo alone understands.

use super::outside::Edit;
use super::{Crate, Loaded};
use crate::through_cargo::is_for_cargo;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What a save means for the program.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Whether it wrote any file of the program, changed or not.
    pub(crate) is_relevant: bool,
    /// Whether one of them has another text now.
    pub(crate) is_news: bool,
    /// Files of dependencies outside the workspace that changed.
    pub(crate) outside: BTreeSet<PathBuf>,
    /// Whether only cargo can say what it means.
    pub(crate) is_for_cargo: bool,
}

impl Loaded {
    /// Takes in the new texts of a save.
    ///
    /// # Errors
    /// A file cannot be read, or its shadow not be written.
    pub(crate) fn take_in(&mut self, paths: &BTreeSet<PathBuf>) -> Result<Changes> {
        let mut changes = Changes::default();
        for path in paths {
            if self.is_for_cargo(path) {
                let text = fs::read(path).ok();
                changes.is_for_cargo |= self.manifests.insert(path.clone(), text.clone()) != Some(text);
            }
        }
        let behind_links =
            paths.iter().flat_map(|path| self.crates.iter().filter_map(|it| it.sources.behind_link(path)));
        let listed: BTreeSet<PathBuf> =
            behind_links.chain(paths.iter().map(PathBuf::as_path)).map(Path::to_owned).collect();
        for path in &listed {
            if let Some(edit) = self.outside.take_in(path) {
                changes.is_relevant = true;
                changes.outside.extend((edit == Edit::Changed).then(|| path.clone()));
            }
            if !self.crates.iter().any(|found| found.may_contain(path)) {
                continue;
            }
            let text = match fs::read(path) {
                Ok(text) => Some(text),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(_) if path.is_dir() => continue,
                Err(error) => return Err(error).with_context(|| format!("failed to read `{}`", path.display())),
            };
            for found in self.crates.iter_mut().filter(|found| found.may_contain(path)) {
                let is_listed = found.sources.contains(path);
                let is_same = text.is_some() && found.sources.text(path) == text.as_deref();
                changes.is_relevant |= is_listed || !self.unfinished.is_empty() || self.wants_cargo;
                if !is_same {
                    changes.is_news = true;
                    found.take_in(path, text.clone());
                }
            }
        }
        changes.is_for_cargo |= self.wants_cargo && changes.is_relevant;
        Ok(changes)
    }

    /// The crates with a change that the program does not run, of whichever save.
    pub(crate) fn crates_to_patch(&self) -> BTreeSet<usize> {
        (0..self.crates.len()).filter(|index| !self.crates[*index].is_live).collect()
    }

    /// Manifests and the like, and Rust files that can belong to none of the program's crates: of a build script, say.
    fn is_for_cargo(&self, path: &Path) -> bool {
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        let is_ours = |found: &Crate| found.may_contain(path);
        let is_input = || self.script_inputs.iter().any(|inputs| inputs.contains(path));
        is_for_cargo(path)
            || self.outside.is_inside(path)
            || (is_rust || is_input()) && !self.outside.contains(path) && !self.crates.iter().any(is_ours)
    }

    /// Takes a file for known: cargo writes the lock file itself.
    pub(crate) fn know_manifest(&mut self, path: PathBuf) {
        let text = fs::read(&path).ok();
        self.manifests.insert(path, text);
    }
}
