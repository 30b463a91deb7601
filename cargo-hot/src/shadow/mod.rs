//! The public copy of a package's sources, from which the base build compiles.
//!
//! The copy of a file stands at its original absolute path below one root, so that relative paths (`#[path]`,
//! `include_str!`) still reach what they reached. Rust files are rewritten by [`publicize`] with every line at its
//! number; everything else is a link to the original. `--remap-path-prefix` maps the paths back.

mod closed;
mod mirror;
pub(crate) mod publicize;

pub(crate) use closed::{Scope, type_name};
pub(crate) use mirror::{Shadow, Text, modified};

use anyhow::{Context, Result};
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// Writes a file whole or not at all, with the folders it stands in; readers see the old text or the new.
pub(crate) fn replace_file(path: &Path, text: &[u8]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".writing-").tempfile_in(folder)?;
        file.write_all(text)?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("failed to write `{}`", path.display()))
}

/// Whether a folder holds what cargo built, by the mark for backups or by what cargo keeps there from the first call on.
pub(crate) fn is_build_output(folder: &Path) -> bool {
    ["CACHEDIR.TAG", ".rustc_info.json"].iter().any(|name| folder.join(name).is_file())
}

/// A second name for a file that is replaced later and never written again; where the file system has none, a copy.
pub(crate) fn link_or_copy(file: &Path, to: &Path) -> std::io::Result<()> {
    fs::hard_link(file, to).or_else(|_| fs::copy(file, to).map(drop))
}
