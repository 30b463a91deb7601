//! The libraries outside the workspace: where the code is that the host's linker had no use for.
//!
//! Their symbol tables are read on the first question, and an object only when a patch needs a function of it.

use crate::objects::names::without_promotion;
use anyhow::{Context, Result};
use object::read::archive::{ArchiveFile, ArchiveOffset};
use once_cell::sync::OnceCell;
use rustc_hash::FxHashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Dependencies and the standard library.
#[derive(Debug)]
pub(crate) struct Libraries {
    paths: Vec<PathBuf>,
    /// How many of them the program is known to depend on.
    named: usize,
    index: OnceCell<FxHashMap<Box<str>, Member>>,
}

/// An object in a library.
#[derive(Debug, Clone, Copy)]
struct Member {
    library: usize,
    offset: ArchiveOffset,
}

/// An object, read.
#[derive(Debug)]
pub(crate) struct Found<'libraries> {
    pub(crate) library: &'libraries Path,
    pub(crate) member: String,
    pub(crate) bytes: Vec<u8>,
}

impl Libraries {
    /// Those that the program is known to depend on, and others that stand beside them.
    pub(crate) fn new(named: Vec<PathBuf>, beside: Vec<PathBuf>) -> Self {
        let count = named.len();
        Self { paths: named.into_iter().chain(beside).collect(), named: count, index: OnceCell::new() }
    }

    /// Reads the symbol tables ahead of the first question. What fails here fails there again, and is told then.
    pub(crate) fn warm(&self) {
        let _ = self.index.get_or_try_init(|| self.read_index());
    }

    /// The object that defines a global symbol.
    ///
    /// # Errors
    /// A library cannot be read.
    pub(crate) fn find(&self, symbol: &str) -> Result<Option<Found<'_>>> {
        let index = self.index.get_or_try_init(|| self.read_index())?;
        let Some(member) = index.get(symbol) else { return Ok(None) };
        let library = self.paths[member.library].as_path();
        let bytes = read(library)?;
        let read_member = || -> object::Result<(String, Vec<u8>)> {
            let member = ArchiveFile::parse(bytes.as_slice())?.member(member.offset)?;
            Ok((String::from_utf8_lossy(member.name()).into_owned(), member.data(bytes.as_slice())?.to_vec()))
        };
        let (member, bytes) = read_member()
            .with_context(|| format!("failed to read the object with `{symbol}` in `{}`", library.display()))?;
        Ok(Some(Found { library, member, bytes }))
    }

    fn read_index(&self) -> Result<FxHashMap<Box<str>, Member>> {
        let mut index = FxHashMap::default();
        for (library, path) in self.paths.iter().enumerate() {
            let bytes = read(path)?;
            let archive = ArchiveFile::parse(bytes.as_slice())
                .with_context(|| format!("failed to read the archive `{}`", path.display()))?;
            let symbols = archive
                .symbols()
                .with_context(|| format!("failed to read the symbols of the archive `{}`", path.display()))?;
            for symbol in symbols.into_iter().flatten().flatten() {
                let Ok(name) = std::str::from_utf8(symbol.name()) else { continue };
                // A name of C tells neither crate nor version.
                if library >= self.named && !is_of_rust(name) {
                    continue;
                }
                index.entry(without_promotion(name).into()).or_insert(Member { library, offset: symbol.offset() });
            }
        }
        Ok(index)
    }
}

fn is_of_rust(symbol: &str) -> bool {
    symbol.starts_with("_R") || symbol.starts_with("_ZN")
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("failed to read the library `{}`", path.display()))
}
