//! Reads of a library the objects that are not known yet.
//!
//! rustc writes the whole library at every compilation, most of it as it was. What it took over unread is a hard link in
//! its incremental cache to the file of before: those objects are not read here either. Where there is no such cache,
//! the bytes say what is known.

use crate::base::Invocation;
use anyhow::{Context, Result};
use object::read::ReadCache;
use object::read::archive::ArchiveFile;
use rustc_hash::FxHashMap;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A library of the workspace, and where rustc keeps its objects.
#[derive(Debug, Clone)]
pub(crate) struct Rlib {
    pub(crate) path: PathBuf,
    /// The folder of `-C incremental`, and the crate's name.
    cache: Option<(PathBuf, String)>,
}

/// An object of a library, without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// A file of the incremental cache: rustc never writes one twice.
    File {
        inode: u64,
        size: u64,
        seconds: i64,
        nanoseconds: i64,
    },
    Bytes(u128),
}

/// The name of the codegen unit, which rustc keeps from one compilation to the next.
pub(crate) type Unit = String;

/// What became of an object.
#[derive(Debug)]
pub(crate) enum Content {
    Known,
    New(Vec<u8>),
}

impl Rlib {
    pub(crate) fn new(path: &Path, directory: &Path, invocation: &Invocation) -> Self {
        let folder = invocation.codegen("incremental").map(|folder| directory.join(folder));
        let name = invocation.crate_name().map(str::to_owned);
        Self { path: path.to_owned(), cache: folder.zip(name) }
    }

    /// What rustc's cache holds is of another one.
    pub(crate) fn without_cache(self) -> Self {
        Self { cache: None, ..self }
    }

    /// All objects in the archive's order; `known` are those of before.
    ///
    /// # Errors
    /// The archive cannot be read.
    pub(crate) fn objects(&self, known: &FxHashMap<Unit, Identity>) -> Result<Vec<(Unit, Identity, Content)>> {
        let read = || -> Result<_> {
            let cache = ReadCache::new(File::open(&self.path)?);
            let archive = ArchiveFile::parse(&cache)?;
            let files = self.files();
            let mut objects = Vec::new();
            for member in archive.members() {
                let member = member?;
                let name = String::from_utf8_lossy(member.name());
                let Some(unit) = unit_of(&name) else { continue }; // The crate's metadata.
                let file = files.get(unit).filter(|file| file.size() == member.size()).copied();
                let (identity, content) = match file {
                    Some(file) if known.get(unit) == Some(&file) => (file, Content::Known),
                    _ => {
                        let bytes = member.data(&cache)?.to_vec();
                        let digest = Identity::Bytes(xxhash_rust::xxh3::xxh3_128(&bytes));
                        let is_known = file.is_none() && known.get(unit) == Some(&digest);
                        (file.unwrap_or(digest), if is_known { Content::Known } else { Content::New(bytes) })
                    }
                };
                objects.push((unit.to_owned(), identity, content));
            }
            Ok(objects)
        };
        read().with_context(|| format!("failed to read the objects of `{}`", self.path.display()))
    }

    /// The objects in the incremental cache, as the last compilation left it.
    fn files(&self) -> FxHashMap<Unit, Identity> {
        let Some(session) = self.cache.as_ref().and_then(|(folder, name)| newest_session(folder, name)) else {
            return FxHashMap::default();
        };
        let entries = fs::read_dir(session).into_iter().flatten().flatten();
        let object = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            let metadata = entry.metadata().ok()?;
            Some((name.strip_suffix(".o")?.to_owned(), Identity::of(&metadata)))
        };
        entries.filter_map(object).collect()
    }
}

impl Identity {
    fn of(metadata: &fs::Metadata) -> Self {
        let (seconds, nanoseconds) = (metadata.mtime(), metadata.mtime_nsec());
        Self::File { inode: metadata.ino(), size: metadata.size(), seconds, nanoseconds }
    }

    fn size(&self) -> u64 {
        match self {
            Self::File { size, .. } => *size,
            Self::Bytes(_) => 0,
        }
    }
}

/// `0a1b` of `life-0123456789abcdef.0a1b.2c3d.rcgu.o`, where the last word is another at every call of rustc; without an
/// incremental cache all behind the crate.
fn unit_of(member: &str) -> Option<&str> {
    let stem = member.strip_suffix(".o")?.trim_end_matches(".rcgu");
    let unit = stem.split_once('.').map_or(stem, |(_, unit)| unit);
    Some(if unit.contains("-cgu.") { unit } else { unit.split('.').next().unwrap_or(unit) })
}

/// A crate has a folder for each way it was compiled, and in it one for each of its last compilations.
fn newest_session(cache: &Path, crate_name: &str) -> Option<PathBuf> {
    let folders = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().collect::<Vec<_>>();
    let of_crate = |entry: &fs::DirEntry| {
        entry.file_name().to_str().and_then(|name| name.rsplit_once('-')).is_some_and(|(name, _)| name == crate_name)
    };
    let is_done = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        name.to_str().is_some_and(|name| name.starts_with("s-") && !name.ends_with("-working")) && entry.path().is_dir()
    };
    let sessions = folders(cache).into_iter().filter(of_crate).flat_map(|entry| folders(&entry.path()));
    let modified =
        |entry: &fs::DirEntry| entry.metadata().and_then(|found| found.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    sessions.filter(is_done).max_by_key(modified).map(|entry| entry.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_codegen_unit_keeps_its_name() {
        assert_eq!(unit_of("life-0123456789abcdef.0a1b.2c3d.rcgu.o"), Some("0a1b"));
        assert_eq!(unit_of("life-0123456789abcdef.life.0123-cgu.0.rcgu.o"), Some("life.0123-cgu.0"));
        assert_eq!(unit_of("lib.rmeta"), None);
    }
}
