//! The optimized `cargo-hot` that is measured.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tests::binary;

/// Builds it, unless `CARGO_HOT_BIN` names one.
pub(crate) fn cargo_hot() -> Result<PathBuf> {
    if std::env::var_os("CARGO_HOT_BIN").is_some() {
        return binary::cargo_hot();
    }
    let target = binary::target_directory()?;
    let mut build = Command::new(binary::cargo());
    build.args(["build", "--quiet", "--release", "--package", "cargo-hot", "--target-dir"]).arg(&target);
    let status = build.current_dir(binary::checkout()).status().context("failed to start cargo for cargo-hot")?;
    ensure!(status.success(), "cargo failed to build cargo-hot: {status}");
    Ok(target.join("release/cargo-hot"))
}
