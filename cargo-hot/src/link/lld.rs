//! Runs the linker that comes with the toolchain on the patch object.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The toolchain's `rust-lld`.
#[derive(Debug, Clone)]
pub(crate) struct Linker {
    program: PathBuf,
}

impl Linker {
    /// In the toolchain with this sysroot.
    ///
    /// # Errors
    /// The toolchain has none.
    pub(crate) fn of_sysroot(sysroot: &Path) -> Result<Self> {
        let program = sysroot.join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld");
        if !program.is_file() {
            bail!("the toolchain has no `{}`; rustup's toolchains have one since Rust 1.53", program.display());
        }
        Ok(Self { program })
    }

    /// Links the object at `input` to a shared library at `output`; `libraries` are the shared ones it may refer to.
    ///
    /// They are named to the linker for the versions of their symbols: without one, the loader takes the oldest.
    ///
    /// # Errors
    /// The linker cannot be run, or does not take the object: what it says is in the error.
    pub(crate) fn link(&self, input: &Path, output: &Path, libraries: &[PathBuf]) -> Result<()> {
        let result = Command::new(&self.program)
            .args(["-flavor", "gnu", "-shared", "--eh-frame-hdr", "--threads=1", "-O0", "--build-id=none"])
            // No page of the patch is locked after relocation: the host fills words in its data. And no segment is
            // padded to a page of its own: a patch maps as little as it can.
            .args(["-z", "norelro", "-z", "noseparate-code", "-z", "now", "--hash-style=sysv"])
            // What nobody defines is found here, where there is another way, and not by the program's loader.
            .args(["-z", "defs"])
            .arg("-o")
            .args([output, input])
            .arg("--as-needed")
            .args(libraries)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("failed to run the linker `{}`", self.program.display()))?;
        if !result.status.success() {
            let said = String::from_utf8_lossy(&result.stderr);
            bail!("the linker does not take the patch: {}", said.lines().next().unwrap_or_default());
        }
        Ok(())
    }
}
