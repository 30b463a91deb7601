//! What the wrapper writes down about each workspace crate, so that it can be compiled again without cargo.
//!
//! One JSON file a crate, beside the artifacts of its profile (`target/debug/hot/units`), named as the crate's outputs
//! are. The session reads the record of the executable that runs, and from its `--extern`s those of the workspace
//! crates it is made of.

use crate::base::invocation::Invocation;
use crate::base::rustc::Rustc;
use crate::base::turn::{Compiled, Turn};
use crate::project::Project;
use crate::shadow::{Shadow, link_or_copy};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

/// A workspace crate as the base build compiled it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) package: String,
    /// Root folder of the package, absolute.
    pub(crate) package_root: PathBuf,
    pub(crate) rustc: Rustc,
    pub(crate) directory: PathBuf,
    pub(crate) environment: BTreeMap<String, String>,
    /// The call that compiles the crate as a library from its shadow, `--out-dir` and all.
    pub(crate) invocation: Invocation,
    /// The library that came out.
    pub(crate) library: PathBuf,
    /// When the compilation began: a file that was modified later may have come too late.
    pub(crate) begun: SystemTime,
    /// Where the files are kept as they were then.
    pub(crate) compiled_root: PathBuf,
    /// Where the library is kept as it was then.
    pub(crate) kept_library: PathBuf,
    /// The file with which turns are taken at compiling the crate.
    pub(crate) turns: PathBuf,
    /// What was said there of this compilation.
    pub(crate) compiled: Compiled,
    /// What it was compiled from.
    pub(crate) shadow: Shadow,
    /// Lists the files that the crate was made of then, with their original paths; replays have one of its name beside their
    /// library.
    pub(crate) dep_info: PathBuf,
    /// The `hot-runtime` library that the crate uses, itself or through a workspace crate.
    pub(crate) runtime: Option<PathBuf>,
    /// For a binary: the executable and what is linked into it.
    pub(crate) program: Option<Program>,
}

impl Record {
    /// Puts the library of the base build back to where a replay wrote another. A session that goes on with the crate will
    /// compile it again.
    ///
    /// # Errors
    /// It cannot be put there.
    pub(crate) fn put_back(&self, turn: &mut Turn) -> Result<()> {
        turn.claim(Compiled::NOBODYS)?;
        for extension in ["rlib", "rmeta"] {
            let kept = self.kept_library.with_extension(extension);
            if kept.is_file() {
                replace(&self.library.with_extension(extension), &kept)?;
            }
        }
        Ok(())
    }
}

/// Has `path` hold what is in `library`; rustc replaces libraries, too, and never writes one again.
pub(crate) fn replace(path: &Path, library: &Path) -> Result<()> {
    let replace = || {
        if path.exists() {
            fs::remove_file(path)?;
        }
        link_or_copy(library, path)
    };
    replace().with_context(|| format!("failed to put `{}` at `{}`", library.display(), path.display()))
}

/// The executable that a binary crate was linked to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Program {
    pub(crate) executable: PathBuf,
    pub(crate) build_id: u128,
    /// The words that the linker was called with.
    pub(crate) linked: Vec<String>,
    /// Whether the generated `main` starts the runtime: not where nothing in the program depends on `hot-runtime`.
    pub(crate) runtime: bool,
}

/// The folders of `cargo hot` beside a profile's artifacts.
#[derive(Debug, Clone)]
pub(crate) struct HotDir(PathBuf);

impl HotDir {
    /// For a crate with this `--out-dir` (`target/debug/deps`, `target/debug/examples`).
    pub(crate) fn of_out_dir(out_dir: &Path) -> Self {
        // By its way there it could not be told to lie in a package.
        let is_detour = out_dir.components().any(|part| part == Component::ParentDir);
        let real = if is_detour { out_dir.canonicalize().ok() } else { None };
        let out_dir = real.as_deref().unwrap_or(out_dir);
        Self(out_dir.parent().unwrap_or(out_dir).join("hot"))
    }

    /// For an executable or a library of the project, wherever cargo put it in its profile's folder.
    pub(crate) fn of_file(file: &Path, project: &Project) -> Option<Self> {
        let in_build_directory = || {
            let relative = file.strip_prefix(&project.target_directory).ok()?;
            Self::above(&project.build_directory.as_ref()?.join(relative))
        };
        Self::above(file).or_else(in_build_directory)
    }

    fn above(file: &Path) -> Option<Self> {
        file.ancestors().skip(1).map(|folder| folder.join("hot")).find(|hot| hot.join("units").is_dir()).map(Self)
    }

    /// Below it stands the copy of each source file of one crate, at its original absolute path.
    ///
    /// A root for each crate, not for each package: cargo compiles the crates of a package at the same time.
    pub(crate) fn shadow_root(&self, stem: &str) -> PathBuf {
        self.0.join("shadow").join(stem)
    }

    /// Below it stands what each file of a crate held when the base build compiled it; sessions do not write there.
    pub(crate) fn compiled_root(&self, stem: &str) -> PathBuf {
        self.0.join("compiled").join(stem)
    }

    /// What the base build compiled a crate to, its metadata and its list of files beside it; replays replace all three.
    pub(crate) fn kept_library(&self, stem: &str) -> PathBuf {
        self.0.join("compiled").join(format!("{stem}.rlib"))
    }

    /// The file with which turns are taken at compiling a crate.
    pub(crate) fn turns(&self, stem: &str) -> PathBuf {
        self.0.join("turns").join(stem)
    }

    /// For output that nobody reads.
    pub(crate) fn check_dir(&self) -> PathBuf {
        self.0.join("check")
    }

    /// Where the generated `main`s stand.
    pub(crate) fn entries(&self) -> PathBuf {
        self.0.join("entries")
    }

    fn units(&self) -> PathBuf {
        self.0.join("units")
    }

    pub(crate) fn write(&self, stem: &str, record: &Record) -> Result<()> {
        let path = self.units().join(format!("{stem}.json"));
        let text = serde_json::to_vec(record).context("failed to write a crate's record as JSON")?;
        crate::shadow::replace_file(&path, &text)
    }

    fn read(path: &Path) -> Result<Record> {
        let text = fs::read(path).with_context(|| format!("failed to read the record `{}`", path.display()))?;
        serde_json::from_slice(&text)
            .with_context(|| format!("the record `{}` was written by another version", path.display()))
    }

    /// The record of the workspace crate that a library file belongs to; `None` for other libraries.
    pub(crate) fn of_library(&self, library: &Path) -> Result<Option<Record>> {
        let stem = library.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.strip_prefix("lib"));
        let Some(path) = stem.map(|stem| self.units().join(format!("{stem}.json"))) else { return Ok(None) };
        if path.is_file() { Self::read(&path).map(Some) } else { Ok(None) }
    }

    /// The record of the binary that was linked to this very file.
    pub(crate) fn of_program(&self, executable: &Path) -> Result<Option<Record>> {
        self.find(executable, |record| record.program.as_ref().map(|program| program.executable.as_path()))
    }

    /// The record of the library that is this very file, wherever cargo put it in its profile's folder.
    pub(crate) fn of_artifact(&self, library: &Path) -> Result<Option<Record>> {
        self.find(library, |record| Some(&record.library))
    }

    fn find(&self, file: &Path, own: impl Fn(&Record) -> Option<&Path>) -> Result<Option<Record>> {
        let wanted = FileId::of(file)?;
        let units = self.units();
        let entries = fs::read_dir(&units).with_context(|| format!("failed to list `{}`", units.display()))?;
        for entry in entries.flatten() {
            let Ok(record) = Self::read(&entry.path()) else { continue };
            if own(&record).is_some_and(|own| FileId::of(own).is_ok_and(|found| found == wanted)) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

/// Two paths of one file have one id: cargo puts an executable beside its original as a hard link.
#[derive(PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    fn of(path: &Path) -> Result<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = fs::metadata(path).with_context(|| format!("failed to look at `{}`", path.display()))?;
        Ok(Self { device: metadata.dev(), inode: metadata.ino() })
    }
}
