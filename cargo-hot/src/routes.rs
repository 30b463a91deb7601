//! The two routes of a save to new machine code: slices, or whole crates. Both wait for rustc, and stop it when a newer save
//! or the program's end makes its result useless.

use crate::cli::{RouteChoice, SessionCommand};
use crate::compile::{Compilation, Compiled};
use crate::events::{Event, Refusal};
use crate::inbox::Message;
use crate::loaded::Taken;
use crate::program::signal_process;
use crate::project::Project;
use crate::save::patch_file;
use crate::session::Session;
use crate::slice::{Reason, Slice};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::thread;

/// Whether the way goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Done,
    /// The user was told why it does not, or the program is gone, or a newer save takes over.
    Ended,
}

/// What became of slices.
#[derive(Debug)]
pub(crate) enum Sliced {
    Compiled,
    NotPossible(Reason),
    /// A newer save takes over, or the program is gone.
    Ended,
}

impl Session {
    /// After a patch that had to be taken back, what is as wrong as before must not come to life again.
    pub(crate) fn check_suspect(&mut self, crates: &BTreeSet<usize>) -> Result<Step> {
        let folder = self.folder("check")?;
        for index in crates {
            let Some(loaded) = self.loaded.as_mut().filter(|loaded| loaded.is_suspect) else { return Ok(Step::Done) };
            let check = loaded.start_check(*index, &folder)?;
            match self.run_rustc(check)? {
                Compiled::Library(_) => {}
                Compiled::Errors(rendered) => {
                    self.tell(&Event::CompileError { rendered })?;
                    return Ok(Step::Ended);
                }
                Compiled::Cancelled => return Ok(Step::Ended),
            }
        }
        self.loaded.iter_mut().for_each(|loaded| loaded.is_suspect = false);
        Ok(Step::Done)
    }

    /// Compiles what changed in these crates alone.
    pub(crate) fn slice(&mut self, crates: &BTreeSet<usize>) -> Result<Sliced> {
        if self.options.route == RouteChoice::Replay {
            return Ok(Sliced::NotPossible(Reason::Asked));
        }
        let folder = self.folder("slices")?;
        for index in crates {
            let Some(loaded) = &self.loaded else { return Ok(Sliced::Ended) };
            let slice = match loaded.slice(*index) {
                Ok(slice) => slice,
                Err(reason) => return Ok(Sliced::NotPossible(reason)),
            };
            if let Some(ended) = self.compile_slice(*index, &slice, &folder)? {
                return Ok(ended);
            }
        }
        Ok(Sliced::Compiled)
    }

    /// `None` if all went well.
    fn compile_slice(&mut self, index: usize, slice: &Slice, folder: &Path) -> Result<Option<Sliced>> {
        loop {
            let Some(loaded) = &self.loaded else { return Ok(Some(Sliced::Ended)) };
            let compilation = match loaded.start_slice(index, slice, folder) {
                Ok(compilation) => compilation,
                Err(error) => {
                    self.refuse(Refusal::Environment, &error)?;
                    return Ok(Some(Sliced::Ended));
                }
            };
            let object = match self.run_rustc(compilation)? {
                Compiled::Library(object) => object,
                Compiled::Errors(_) => return Ok(Some(Sliced::NotPossible(Reason::NotCompiled))),
                Compiled::Cancelled => return Ok(Some(Sliced::Ended)),
            };
            let Some(loaded) = &mut self.loaded else { return Ok(Some(Sliced::Ended)) };
            match loaded.take_slice(index, slice, &object)? {
                Taken::Live => return Ok(None),
                Taken::TryAgain => {}
                Taken::Refused(reason) => return Ok(Some(Sliced::NotPossible(reason))),
            }
        }
    }

    /// Compiles the changed crates and their dependents, dependencies first.
    pub(crate) fn compile(&mut self, changed: &BTreeSet<usize>) -> Result<Step> {
        let out_dir = self.folder("check")?;
        if let Some(loaded) = &mut self.loaded {
            loaded.want(changed);
        }
        while let Some(index) = self.loaded.as_ref().and_then(|loaded| loaded.next_unfinished()) {
            let step = match self.compile_crate(index, &out_dir) {
                Ok(step) => step,
                Err(error) => {
                    self.refuse(Refusal::Environment, &error)?;
                    Step::Ended
                }
            };
            if step == Step::Ended {
                return Ok(step);
            }
        }
        Ok(Step::Done)
    }

    fn compile_crate(&mut self, index: usize, out_dir: &Path) -> Result<Step> {
        let Some(loaded) = &mut self.loaded else { return Ok(Step::Ended) };
        let compilation = loaded.start_compile(index)?;
        match self.run_rustc(compilation)? {
            Compiled::Library(library) => {
                self.loaded.as_mut().map_or(Ok(()), |loaded| loaded.take_library(index, &library))?;
                Ok(Step::Done)
            }
            Compiled::Errors(rendered) => self.explain_errors(index, out_dir, rendered),
            Compiled::Cancelled => Ok(Step::Ended),
        }
    }

    /// The user reads what rustc says of the user's text. If it has nothing to say, the shadow alone is wrong.
    fn explain_errors(&mut self, index: usize, out_dir: &Path, of_shadow: String) -> Result<Step> {
        let Some(loaded) = &self.loaded else { return Ok(Step::Ended) };
        let is_public = loaded.is_public(index);
        let check = loaded.start_check(index, out_dir)?;
        let checked = self.run_rustc(check)?;
        let is_behind = self.loaded.as_ref().is_some_and(|loaded| loaded.is_behind(index));
        match checked {
            Compiled::Errors(rendered) => self.tell(&Event::CompileError { rendered })?,
            Compiled::Library(_) if is_public && !is_behind => {
                self.loaded.as_mut().map_or(Ok(()), |loaded| loaded.give_up_shadow(index))?;
                return self.compile_crate(index, out_dir);
            }
            Compiled::Library(_) => self.tell(&Event::CompileError { rendered: of_shadow })?,
            Compiled::Cancelled => {}
        }
        Ok(Step::Ended)
    }

    /// Waits for rustc, and for what makes its result useless: the program's end, a newer save.
    pub(crate) fn run_rustc(&mut self, compilation: Compilation) -> Result<Compiled> {
        let process = compilation.process();
        let sender = self.inbox.sender();
        thread::Builder::new()
            .name("compile".into())
            .spawn(move || drop(sender.send(Message::Compiled { process, compiled: compilation.finish() })))
            .context("failed to start the thread that listens to rustc")?;
        self.prepare_link()?;
        let compiled = self.wait_for(process, |message| match message {
            Message::Compiled { process: from, compiled } if from == process => Ok(compiled),
            other => Err(other),
        })?;
        if matches!(compiled, Ok(Compiled::Cancelled)) {
            self.is_cut_short = true;
            if !self.is_overtaken() {
                bail!(
                    "rustc was ended by a signal, which was none of our doing; there may be too little memory for it"
                );
            }
        }
        if matches!(compiled, Ok(Compiled::Errors(_))) && self.lacks_build() {
            self.refuse_without_build()?;
            return Ok(Compiled::Cancelled);
        }
        compiled
    }

    /// Whether there is what makes the result of a compiler useless.
    pub(crate) fn is_overtaken(&self) -> bool {
        self.inbox.holds(|message| makes_useless(message, &self.project))
    }

    fn prepare_link(&mut self) -> Result<()> {
        let folder = self.folder("patches")?;
        let (Some(loaded), Some(host)) = (&mut self.loaded, &self.host) else { return Ok(()) };
        loaded.meet(host.process);
        loaded.linker.prepare(&patch_file(&folder, loaded.next_generation), &loaded.shared_libraries);
        Ok(())
    }

    /// The message that `pick` takes; what makes it useless kills the process that it is to come from.
    pub(crate) fn wait_for<T>(&mut self, process: u32, pick: impl Fn(Message) -> Result<T, Message>) -> Result<T> {
        loop {
            let message = self.inbox.next_new()?;
            let Some(message) = self.hear_panics(message)? else { continue };
            match pick(message) {
                Ok(found) => return Ok(found),
                Err(Message::Request(request)) if request.command == SessionCommand::Status => {
                    self.tell_status(request)
                }
                Err(message) => {
                    if makes_useless(&message, &self.project) {
                        signal_process(process, signal_hook::consts::SIGKILL);
                    }
                    self.inbox.put_back(message);
                }
            }
        }
    }
}

/// What build scripts write, cargo has called for itself.
fn makes_useless(message: &Message, project: &Project) -> bool {
    let is_rust = |path: &&PathBuf| path.extension().is_some_and(|found| found == "rs");
    match message {
        Message::Save(save) => save.paths.iter().filter(is_rust).any(|path| !project.is_output(path)),
        Message::Request(request) => {
            matches!(
                request.command,
                SessionCommand::Restart | SessionCommand::RestartWithState | SessionCommand::Undo { .. }
            )
        }
        Message::Exited { .. } => true,
        _ => false,
    }
}
