//! Compiles the newest slice of a crate as a session does, but by hand: what no slice can be live faster than.
//!
//! A session leaves the files of a slice in the shadow. The options follow from the recorded ones as in `cargo-hot`'s
//! `Slice::lay_out`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::recorded::{Recorded, time};

/// Before the name of a file of which a slice holds a part.
const PREFIX: &str = ".cargo-hot-slice-";

/// The slices of one crate, all of whose files lie in one folder.
#[derive(Debug)]
pub(crate) struct BareSlice {
    record: Recorded,
    /// Holds the object.
    folder: TempDir,
}

impl BareSlice {
    pub(crate) fn of(record: Recorded) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("slice").tempdir().context("failed to make a folder")?;
        Ok(Self { record, folder })
    }

    /// How long rustc takes for the slice that lies in the shadow now, in milliseconds.
    pub(crate) fn run(&self) -> Result<f64> {
        let mut command = self.record.rustc();
        for (name, value) in self.record.options().filter(|(name, value)| !is_replaced(name, *value)) {
            command.arg(name).args(value);
        }
        command.args(["--crate-type", "lib", "--emit", "obj", "--cap-lints", "allow"]);
        command.args(["-C", "metadata=slice-0", "-C", "link-dead-code=yes"]);
        command.arg("-o").arg(self.folder.path().join("slice.o"));
        command.arg("--extern").arg(format!("__cargo_hot_host={}", self.record.library().display()));
        let folder = self.record.input().parent().unwrap_or(Path::new("."));
        for file in fs::read_dir(folder).context("failed to list the shadow")?.flatten() {
            if let Some(name) = file.file_name().to_str().and_then(|name| name.strip_prefix(PREFIX)) {
                command.arg("--remap-path-prefix").arg(format!("{}=src/{name}", file.path().display()));
            }
        }
        let root = self.record.input().file_name().unwrap_or_default().to_string_lossy();
        time(command.arg(folder.join(format!("{PREFIX}{root}"))))
    }
}

fn is_replaced(name: &str, value: Option<&str>) -> bool {
    let codegen = ["incremental", "extra-filename", "codegen-units", "metadata", "link-dead-code"];
    match name {
        "--emit" | "--out-dir" | "--cap-lints" | "--crate-type" => true,
        "-C" => value.and_then(|value| value.split('=').next()).is_some_and(|key| codegen.contains(&key)),
        _ => false,
    }
}
