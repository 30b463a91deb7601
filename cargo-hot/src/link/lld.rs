//! Runs the linker that comes with the toolchain on the patch object, which it reads from its standard input.

use anyhow::{Context, Result, bail};
use rustix::io::Errno;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// The toolchain's `rust-lld`.
#[derive(Debug)]
pub(crate) struct Linker {
    program: PathBuf,
    ready: Option<Ready>,
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
        Ok(Self { program, ready: None })
    }

    /// Starts the linker for the object to come: most of its time goes into its start, which a compiler at work hides.
    pub(crate) fn prepare(&mut self, output: &Path, libraries: &[PathBuf]) {
        if !self.ready.as_ref().is_some_and(|ready| ready.is_for(output, libraries)) {
            // What keeps it from starting is told when it is needed.
            self.ready = Ready::start(&self.program, output, libraries).ok();
        }
    }

    /// Links an object to a shared library at `output`; `libraries` are the shared ones it may refer to.
    ///
    /// They are named to the linker for the versions of their symbols: without one, the loader takes the oldest.
    ///
    /// # Errors
    /// The linker cannot be run, or does not take the object: what it says is in the error.
    pub(crate) fn link(&mut self, object: &[u8], output: &Path, libraries: &[PathBuf]) -> Result<()> {
        let prepared = self.ready.take().filter(|ready| ready.is_for(output, libraries));
        let linked = prepared.and_then(|mut ready| ready.link(object).ok());
        // One that waited may have met a signal that was not for it.
        let linked = match linked.filter(|(status, _)| status.code().is_some()) {
            Some(linked) => Ok(linked),
            None => Ready::start(&self.program, output, libraries).and_then(|mut ready| ready.link(object)),
        };
        let (status, said) =
            linked.with_context(|| format!("failed to run the linker `{}`", self.program.display()))?;
        if !status.success() {
            // It is killed then, as it writes to memory that has no place on the disk, and takes that for a mistake of its own.
            check_room(output, object.len()).context("failed to link the patch")?;
            bail!("the linker does not take the patch: {}", said.lines().next().unwrap_or_default());
        }
        Ok(())
    }
}

/// Whether a file of this size would find room.
fn check_room(output: &Path, size: usize) -> io::Result<()> {
    let disk = rustix::fs::statvfs(output.parent().unwrap_or(output))?;
    if disk.f_bavail.saturating_mul(disk.f_frsize) < size as u64 {
        return Err(Errno::NOSPC.into());
    }
    Ok(())
}

/// A linker that waits for its object.
#[derive(Debug)]
struct Ready {
    process: Child,
    output: PathBuf,
    libraries: Vec<PathBuf>,
}

impl Ready {
    fn start(program: &Path, output: &Path, libraries: &[PathBuf]) -> io::Result<Self> {
        let process = Command::new(program)
            .args(["-flavor", "gnu", "-shared", "--eh-frame-hdr", "--threads=1", "-O0", "--build-id=none"])
            // No page of the patch is locked after relocation: the host fills words in its data. And no segment is
            // padded to a page of its own: a patch maps as little as it can.
            .args(["-z", "norelro", "-z", "noseparate-code", "-z", "now", "--hash-style=sysv"])
            // What nobody defines is found here, where there is another way, and not by the program's loader.
            .args(["-z", "defs"])
            .arg("-o")
            .args([output, Path::new("/dev/stdin")])
            .arg("--as-needed")
            .args(libraries)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        Ok(Self { process, output: output.to_owned(), libraries: libraries.to_owned() })
    }

    fn is_for(&self, output: &Path, libraries: &[PathBuf]) -> bool {
        self.output == output && self.libraries == libraries
    }

    /// How it ends, and what it says.
    fn link(&mut self, object: &[u8]) -> io::Result<(ExitStatus, String)> {
        if let Some(mut stdin) = self.process.stdin.take() {
            match stdin.write_all(object) {
                // It has ended: its status and its words tell why.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                written => written?,
            }
        }
        let mut said = Vec::new();
        if let Some(mut stderr) = self.process.stderr.take() {
            stderr.read_to_end(&mut said)?;
        }
        Ok((self.process.wait()?, String::from_utf8_lossy(&said).into_owned()))
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        // Where it has ended, there is nothing to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
