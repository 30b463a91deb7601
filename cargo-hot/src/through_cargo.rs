//! Edits that only cargo understands: manifests, the lock file, build scripts, proc macros.
//!
//! Cargo builds as it did for the start, with the same wrapper. What comes out under the same names goes the way of
//! every save; where the crates are other crates now, only a restart helps.

use crate::base::record::HotDir;
use crate::events::{Event, Refusal, Times, milliseconds};
use crate::inbox::Message;
use crate::loaded::{Loaded, Rebuilt};
use crate::project::Project;
use crate::save::Route;
use crate::session::Session;
use crate::watch::Save;
use anyhow::{Context, Result, bail};
use cargo_metadata::Message as CargoMessage;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::thread;
use std::time::Instant;

/// Whether an edit of this file is for cargo to judge, whatever is in it.
pub(crate) fn is_for_cargo(path: &Path) -> bool {
    const NAMES: &[&str] =
        &["Cargo.toml", "Cargo.lock", "build.rs", "config.toml", "rust-toolchain", "rust-toolchain.toml"];
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| NAMES.contains(&name))
}

impl Session {
    /// Builds through cargo and takes the result to the program.
    pub(crate) fn through_cargo(&mut self, save: &Save, mut times: Times) -> Result<()> {
        let begun = Instant::now();
        let output = match self.cargo_build() {
            Ok(Some(output)) => output,
            cut_short => {
                // What the save means is still for cargo to say.
                self.loaded.iter_mut().for_each(|loaded| loaded.wants_cargo = true);
                self.is_cut_short = true;
                return cut_short.map(drop);
            }
        };
        times.compile = milliseconds(begun.elapsed());
        self.know_lock_file();
        if !output.status.success() {
            self.loaded.iter_mut().for_each(|loaded| loaded.wants_cargo = true);
            let rendered = String::from_utf8_lossy(&output.stderr).into_owned();
            return self.tell(&Event::CompileError { rendered });
        }
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        match rebuilt(loaded, &programs(&output.stdout), &self.project) {
            Ok(Rebuilt::Same) => self.patch(save, times, Route::Replay { reason: None }).map(drop),
            Ok(Rebuilt::Nothing) => Ok(()),
            Ok(Rebuilt::Other) => self.tell_other(save),
            Err(error) => self.refuse(Refusal::Environment, &error),
        }
    }

    /// Cargo writes the lock file itself: that is no edit.
    pub(crate) fn know_lock_file(&mut self) {
        let lock = self.project.workspace_root.join("Cargo.lock");
        self.loaded.iter_mut().for_each(|loaded| loaded.know_manifest(lock.clone()));
    }

    /// `None` if the program ended, or a newer save takes over.
    fn cargo_build(&mut self) -> Result<Option<Output>> {
        let mut cargo = self.tools.build(&self.options.for_cargo())?;
        cargo.args(["--quiet", "--message-format", "json-render-diagnostics"]).env("CARGO_TERM_COLOR", "always");
        let child = cargo.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let child = child.context("failed to start cargo")?;
        let (process, sender) = (child.id(), self.inbox.sender());
        thread::Builder::new()
            .name("build".into())
            .spawn(move || drop(sender.send(Message::Built(child.wait_with_output()))))
            .context("failed to start the thread that listens to cargo")?;
        let output: io::Result<Output> = self.wait_for(process, |message| match message {
            Message::Built(output) => Ok(output),
            other => Err(other),
        })?;
        let output = output.context("failed to wait for cargo")?;
        let is_whole = output.status.code().is_some();
        if !is_whole && !self.is_overtaken() {
            bail!("cargo was ended by a signal, which was none of our doing");
        }
        Ok(is_whole.then_some(output))
    }

    fn tell_other(&mut self, save: &Save) -> Result<()> {
        const OTHER: &str = "the program is made of other crates or options now; `cargo hot restart` starts it so";
        let path = save.paths.iter().rfind(|path| is_for_cargo(path)).or(save.paths.first());
        let item = self.item_of(&path.cloned().unwrap_or_default(), "build-changed", OTHER);
        self.tell(&Event::RestartNeeded { items: vec![item] })
    }
}

/// The executables among what cargo says it has built: of a package with several, all of them.
fn programs(messages: &[u8]) -> Vec<PathBuf> {
    let artifacts = CargoMessage::parse_stream(messages).filter_map(|message| match message {
        Ok(CargoMessage::CompilerArtifact(artifact)) => artifact.executable,
        _ => None,
    });
    artifacts.map(cargo_metadata::camino::Utf8PathBuf::into_std_path_buf).collect()
}

fn rebuilt(loaded: &mut Loaded, programs: &[PathBuf], project: &Project) -> Result<Rebuilt> {
    for program in programs {
        if let Some(hot_dir) = HotDir::of_file(program, project)
            && hot_dir.of_program(program)?.is_some_and(|record| loaded.is_of(&record))
        {
            return loaded.take_build(&hot_dir);
        }
    }
    loaded.wants_cargo = true;
    Ok(Rebuilt::Other)
}
