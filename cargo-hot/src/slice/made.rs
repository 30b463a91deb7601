//! A slice, ready to be compiled: its files, and what rustc is called with.

use super::carve::HOST;
use super::index::Key;
use super::instances::Identity;
use crate::base::Invocation;
use crate::base::record::Record;
use crate::shadow::replace_file;
use anyhow::Result;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(crate) struct Slice {
    /// The files to write, and the originals they stand for.
    pub(super) files: Vec<(PathBuf, PathBuf, String)>,
    pub(super) root: PathBuf,
    /// The functions of the host that it holds, by their numbers: of a generic function the instances.
    pub(super) functions: Vec<Held>,
    /// The generic functions that it holds.
    pub(crate) generic: Vec<Identity>,
}

/// A function of the host that a slice has anew.
#[derive(Debug)]
pub(crate) struct Held {
    pub(super) path: PathBuf,
    pub(super) key: Key,
    /// What symbols call it.
    pub(crate) name: String,
    /// Whether it implements a method of a trait.
    pub(crate) of_trait: bool,
    /// Of an instance: its symbol.
    pub(crate) symbol: Option<String>,
}

impl Held {
    pub(crate) fn id(&self) -> (PathBuf, Key) {
        (self.path.clone(), self.key.clone())
    }
}

impl Slice {
    pub(crate) fn functions(&self) -> &[Held] {
        &self.functions
    }

    /// Writes its files, and gives back the call that compiles them to the object at `output`.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(crate) fn lay_out(&self, record: &Record, salt: u32, output: &Path) -> Result<Invocation> {
        for (copy, _, text) in &self.files {
            replace_file(copy, text.as_bytes())?;
        }
        let mut invocation = record.invocation.clone();
        for option in ["--emit", "--out-dir", "--cap-lints"] {
            invocation.remove(option);
        }
        for key in ["incremental", "extra-filename", "codegen-units"] {
            invocation.remove_codegen(key);
        }
        invocation.set("--crate-type", "lib").push("--emit", "obj").push("--cap-lints", "allow");
        invocation.push("-o", output.to_string_lossy());
        invocation.set_codegen("metadata", &format!("slice-{salt}"));
        // Functions that nothing calls are what a slice is made of.
        invocation.set_codegen("link-dead-code", "yes");
        invocation.push("--extern", format!("{HOST}={}", record.library.display()));
        for (copy, original, _) in &self.files {
            let shown = original.strip_prefix(&record.directory).unwrap_or(original);
            invocation.push("--remap-path-prefix", format!("{}={}", copy.display(), shown.display()));
        }
        invocation.input = Some(self.root.to_string_lossy().into_owned());
        Ok(invocation)
    }
}

/// Beside the shadow's copy, so that what is included from there is found.
pub(super) fn slice_file(record: &Record, original: &Path) -> PathBuf {
    let copy = record.shadow.copy_of(original);
    let name = copy.file_name().unwrap_or_default().to_string_lossy().into_owned();
    copy.with_file_name(format!(".cargo-hot-slice-{name}"))
}
