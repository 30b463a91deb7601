//! What build scripts read: an edit of it is for cargo, which runs them again.

use crate::base::record::Record;
use std::fs;
use std::path::{Path, PathBuf};

/// The files and folders that one crate's build script named.
#[derive(Debug)]
pub(crate) struct ScriptInputs(Vec<PathBuf>);

impl ScriptInputs {
    /// `None` for a crate without a build script. A script that names nothing reads its whole package for cargo; here that
    /// would make an edit of every log file in it.
    pub(crate) fn of(record: &Record) -> Option<Self> {
        let out_dir = Path::new(record.environment.get("OUT_DIR")?);
        let output = fs::read_to_string(out_dir.parent()?.join("output")).unwrap_or_default();
        Some(Self(named(&output).map(|path| record.package_root.join(path)).collect()))
    }

    pub(crate) fn contains(&self, path: &Path) -> bool {
        self.0.iter().any(|input| path.starts_with(input))
    }

    /// Where to look for changes.
    pub(crate) fn folders(&self) -> impl Iterator<Item = PathBuf> {
        let folder =
            |input: &PathBuf| if input.is_dir() { Some(input.clone()) } else { input.parent().map(Path::to_owned) };
        self.0.iter().filter_map(folder).filter(|folder| folder.is_dir())
    }
}

/// `cargo::rerun-if-changed=PATH`, with one colon in older scripts.
fn named(output: &str) -> impl Iterator<Item = &str> {
    output.lines().filter_map(|line| {
        let line = line.strip_prefix("cargo:")?;
        line.trim_start_matches(':').strip_prefix("rerun-if-changed=")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_read_however_they_are_spelled() {
        let output = "cargo:rerun-if-changed=a.txt\nwarning\ncargo::rerun-if-changed=b\ncargo:rustc-cfg=c\n";
        assert_eq!(named(output).collect::<Vec<_>>(), ["a.txt", "b"]);
    }
}
