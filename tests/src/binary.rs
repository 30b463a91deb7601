//! Where the `cargo-hot` under test is.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The root of the checkout this package belongs to.
pub fn checkout() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the package lies in the checkout").to_owned()
}

/// The target directory that the running test was built into.
pub fn target_directory() -> Result<PathBuf> {
    let test = env::current_exe().context("failed to find the running test")?;
    // <target>/<profile>/deps/<test>
    let target =
        test.ancestors().nth(3).with_context(|| format!("`{}` lies in no target directory", test.display()))?;
    Ok(target.to_owned())
}

/// The `cargo-hot` that `CARGO_HOT_BIN` names, or else one that is built now, beside the running test.
pub fn cargo_hot() -> Result<PathBuf> {
    if let Some(path) = env::var_os("CARGO_HOT_BIN") {
        return fs::canonicalize(&path).with_context(|| format!("`CARGO_HOT_BIN` names `{}`", path.display()));
    }
    let built = Command::new(cargo())
        .args(["build", "--package", "cargo-hot", "--bin", "cargo-hot", "--profile", "driven"])
        .args(["--message-format", "json-render-diagnostics"])
        .arg("--target-dir")
        .arg(target_directory()?)
        .current_dir(checkout())
        .stderr(Stdio::inherit())
        .output()
        .context("failed to start cargo for cargo-hot")?;
    ensure!(built.status.success(), "cargo failed to build cargo-hot: {}", built.status);
    let messages = String::from_utf8(built.stdout).context("cargo's messages are not UTF-8")?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executable = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back();
    executable.context("cargo built no executable of cargo-hot")
}

/// The cargo that runs this test.
pub fn cargo() -> PathBuf {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into()).into()
}
