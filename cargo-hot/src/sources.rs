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
    /// What links lead to, and the path by which it is listed.
    behind_links: BTreeMap<PathBuf, PathBuf>,
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
        let paths: Vec<PathBuf> = parse_dep_info(&text).into_iter().map(original).collect();
        let behind_links = paths.iter().filter_map(|path| {
            let real = fs::canonicalize(path).ok()?;
            (real != *path).then(|| (real, path.clone()))
        });
        let behind_links = behind_links.collect();
        Ok(Self { files: paths.into_iter().map(|path| (path.clone(), read(&path))).collect(), behind_links })
    }

    /// The folders that its files are in, and those that links lead to.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().chain(self.behind_links.keys()).filter_map(|path| path.parent())
    }

    /// How rustc knows the file at `path`, where a link leads to it.
    pub(crate) fn behind_link(&self, path: &Path) -> Option<&Path> {
        self.behind_links.get(path).map(PathBuf::as_path)
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
        self.behind_links = newest.behind_links;
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
pub(crate) fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_default()
}

/// The prerequisites of every rule: rustc and cargo write a rule an output, with a blank as `\ `.
pub(crate) fn parse_dep_info(text: &str) -> Vec<PathBuf> {
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
