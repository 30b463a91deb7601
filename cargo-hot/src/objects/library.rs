//! The libraries outside the workspace: where the code is that the host's linker had no use for.
//!
//! Their symbol tables are read on the first question, and an object only when a patch needs a function of it.

use crate::objects::names::without_promotion;
use anyhow::{Context, Result};
use object::ReadCache;
use object::read::archive::{ArchiveFile, ArchiveOffset};
use once_cell::sync::OnceCell;
use rustc_hash::FxHashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_128;

/// Dependencies and the standard library.
#[derive(Debug)]
pub(crate) struct Libraries {
    /// Those that the program is known to depend on.
    named: Shelf,
    /// Others beside them, some of other programs, which may go or change at any time: asked last, and none is missed.
    beside: Shelf,
}

#[derive(Debug)]
struct Shelf {
    paths: Vec<PathBuf>,
    index: OnceCell<Index>,
}

/// By the hash of the symbol.
type Index = FxHashMap<u128, Member>;

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
    pub(crate) fn new(named: Vec<PathBuf>, beside: Vec<PathBuf>) -> Self {
        let shelf = |paths| Shelf { paths, index: OnceCell::new() };
        Self { named: shelf(named), beside: shelf(beside) }
    }

    /// Reads symbol tables ahead of the first question. What fails here fails there again, and is told then.
    pub(crate) fn warm(&self) {
        let _ = self.named.index();
    }

    /// The object that defines a global symbol.
    ///
    /// # Errors
    /// A library that the program depends on cannot be read.
    pub(crate) fn find(&self, symbol: &str) -> Result<Option<Found<'_>>> {
        let found = self.named.find(self.named.index()?, symbol)?;
        // A name of C tells neither crate nor version.
        if found.is_some() || !is_of_rust(symbol) {
            return Ok(found);
        }
        Ok(self.beside.find(self.beside.readable(), symbol).unwrap_or_default())
    }
}

impl Shelf {
    /// Of all libraries.
    fn index(&self) -> Result<&Index> {
        self.index.get_or_try_init(|| {
            let mut index = Index::default();
            for (library, path) in self.paths.iter().enumerate() {
                add_symbols(&mut index, library, path)
                    .with_context(|| format!("failed to read the symbols of the library `{}`", path.display()))?;
            }
            Ok(index)
        })
    }

    /// Of the libraries that can be read.
    fn readable(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            for (library, path) in self.paths.iter().enumerate() {
                let _ = add_symbols(&mut index, library, path);
            }
            index
        })
    }

    fn find(&self, index: &Index, symbol: &str) -> Result<Option<Found<'_>>> {
        let Some(member) = index.get(&hash(symbol)) else { return Ok(None) };
        let library = self.paths[member.library].as_path();
        let (member, bytes) = read_member(library, member.offset)
            .with_context(|| format!("failed to read the object with `{symbol}` in `{}`", library.display()))?;
        Ok(Some(Found { library, member, bytes }))
    }
}

/// The first library that has a symbol has it for all. Nothing of the file is read but its table.
fn add_symbols(index: &mut Index, library: usize, path: &Path) -> Result<()> {
    let file = ReadCache::new(File::open(path)?);
    for symbol in ArchiveFile::parse(&file)?.symbols()?.into_iter().flatten() {
        let symbol = symbol?;
        if let Ok(name) = std::str::from_utf8(symbol.name()) {
            index.entry(hash(name)).or_insert(Member { library, offset: symbol.offset() });
        }
    }
    Ok(())
}

fn read_member(path: &Path, offset: ArchiveOffset) -> Result<(String, Vec<u8>)> {
    let file = ReadCache::new(File::open(path)?);
    let member = ArchiveFile::parse(&file)?.member(offset)?;
    Ok((String::from_utf8_lossy(member.name()).into_owned(), member.data(&file)?.to_vec()))
}

fn hash(symbol: &str) -> u128 {
    xxh3_128(without_promotion(symbol).as_bytes())
}

fn is_of_rust(symbol: &str) -> bool {
    symbol.starts_with("_R") || symbol.starts_with("_ZN")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_is_gone_is_missed_by_those_alone_that_depend_on_it() {
        let gone = || vec![PathBuf::from("/nowhere/libgone.rlib")];
        let find = |libraries: Libraries| libraries.find("_RNvC1a1f").map(|found| found.is_some());
        assert!(find(Libraries::new(gone(), Vec::new())).is_err());
        assert!(!find(Libraries::new(Vec::new(), gone())).expect("others are not needed"));
    }
}
