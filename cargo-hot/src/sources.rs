//! The files a crate is made of, as rustc listed them, with the text they had when they were last compiled.

use crate::shadow::Shadow;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A crate's files by their original path.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Sources {
    /// From the dependencies that rustc wrote down, whether they name the shadow or the originals.
    ///
    /// # Errors
    /// The list cannot be read.
    pub(crate) fn read(dep_info: &Path, shadow: &Shadow, directory: &Path) -> Result<Self> {
        let text = fs::read_to_string(dep_info)
            .with_context(|| format!("failed to read the dependencies `{}`", dep_info.display()))?;
        let original = |path: PathBuf| shadow.original_of(&directory.join(path));
        let paths = parse_dep_info(&text).into_iter().map(original);
        Ok(Self { files: paths.map(read).collect() })
    }

    pub(crate) fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    pub(crate) fn text(&self, path: &Path) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.files.iter().map(|(path, text)| (path.as_path(), text.as_slice()))
    }

    /// Takes over the list of a newer compilation; the texts stay those that were taken in.
    pub(crate) fn relist(&mut self, newest: Self) {
        for (path, text) in newest.files {
            self.files.entry(path).or_insert(text);
        }
    }

    pub(crate) fn forget(&mut self, path: &Path) {
        self.files.remove(path);
    }

    /// Replaces a file's text, and gives back the old one.
    pub(crate) fn set(&mut self, path: &Path, text: Vec<u8>) -> Option<Vec<u8>> {
        self.files.insert(path.to_owned(), text)
    }
}

/// A file that is gone by now is still part of what was compiled.
fn read(path: PathBuf) -> (PathBuf, Vec<u8>) {
    let text = fs::read(&path).unwrap_or_default();
    (path, text)
}

/// The prerequisites of every rule: rustc writes a rule an output, with a blank as `\ `.
fn parse_dep_info(text: &str) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((_, prerequisites)) = line.split_once(": ") else { continue };
        let mut path = String::new();
        for word in prerequisites.split(' ') {
            match word.strip_suffix('\\') {
                Some(start) => {
                    path.push_str(start);
                    path.push(' ');
                }
                None => {
                    path.push_str(word);
                    paths.push(PathBuf::from(std::mem::take(&mut path)));
                }
            }
        }
    }
    paths.retain(|path| !path.as_os_str().is_empty());
    paths.sort();
    paths.dedup();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prerequisites_are_listed_once_each() {
        let text =
            "/t/a.d: src/main.rs src/my\\ file.rs\n\n/t/liba.rlib: src/main.rs\n\nsrc/main.rs:\n\n# env-dep:X=1\n";
        assert_eq!(parse_dep_info(text), [PathBuf::from("src/main.rs"), PathBuf::from("src/my file.rs")]);
    }
}
