//! The way of one save: what changed, compile, plan, link, send; each step from the one before.

use crate::cli::RouteChoice;
use crate::compile::{Compilation, Compiled};
use crate::events::{Event, Patched, Times, milliseconds};
use crate::inbox::Message;
use crate::link::{Linked, link};
use crate::loaded::{Loaded, Taken};
use crate::plan::Plan;
use crate::program::signal_process;
use crate::session::Session;
use crate::show;
use crate::slice::{Reason, Slice};
use crate::watch::Save;
use anyhow::{Context, Error, Result, anyhow};
use hot_runtime::wire::{FromHost, Outcome, Patch};
use std::collections::BTreeSet;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Whether the way goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Done,
    /// The user was told why it does not, or the program is gone, or a newer save takes over.
    Ended,
}

/// Which way a patch came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// Only what changed was compiled.
    Slice,
    /// Whole crates were.
    Replay { reason: Option<Reason> },
}

/// What became of slices.
#[derive(Debug)]
enum Sliced {
    Compiled,
    NotPossible(Reason),
    /// A newer save takes over, or the program is gone.
    Ended,
}

impl Session {
    /// Takes a save to the program.
    ///
    /// # Errors
    /// The session cannot go on. What is wrong with the save alone is told.
    pub(crate) fn apply(&mut self, save: &Save) -> Result<()> {
        let detect = save.seen.elapsed();
        for path in save.paths.iter().filter(|path| path.is_dir()) {
            self.watch.add_package(path)?;
        }
        self.background = None;
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        let changes = match loaded.take_in(&save.paths) {
            Ok(changes) => changes,
            Err(error) => return self.refuse_for_now(&error),
        };
        let mut times = Times { detect: milliseconds(detect), ..Times::default() };
        if changes.is_for_cargo {
            return self.through_cargo(save, times);
        }
        let pending = loaded.crates_to_patch(&changes);
        if pending.is_empty() {
            if changes.is_relevant {
                self.tell(&Event::Unchanged)?;
            }
            return self.confirm();
        }
        let begun = Instant::now();
        if self.check_suspect(&pending)? == Step::Ended {
            return Ok(());
        }
        let reason = match self.slice(&pending)? {
            Sliced::Compiled => {
                times.compile = milliseconds(begun.elapsed());
                self.loaded.iter_mut().for_each(Loaded::want_sliced);
                match self.patch(save, times, Route::Slice)? {
                    Some(reason) => reason,
                    None => return self.confirm(),
                }
            }
            Sliced::NotPossible(reason) => reason,
            Sliced::Ended => return Ok(()),
        };
        self.loaded.iter_mut().for_each(Loaded::forget_slices);
        if self.compile(&pending)? == Step::Ended {
            return Ok(());
        }
        times.compile = milliseconds(begun.elapsed());
        self.patch(save, times, Route::Replay { reason: Some(reason) })?;
        self.confirm()
    }

    /// From new objects to the host's answer; `Some` if slices cannot be linked, and why.
    pub(crate) fn patch(&mut self, save: &Save, mut times: Times, route: Route) -> Result<Option<Reason>> {
        let Some(loaded) = &mut self.loaded else { return Ok(None) };
        let begun = Instant::now();
        // A slice holds bodies: no type changed.
        if matches!(route, Route::Replay { .. }) {
            let refusal = show::misfit(&loaded.misfits())
                .or_else(|| show::changed_types(&loaded.build.changed_types(&loaded.crate_names())));
            if let Some(refusal) = refusal {
                return self.tell(&refusal).map(|()| None);
            }
        }
        let plan = match loaded.plan() {
            Ok(plan) => plan,
            Err(error) => return self.refuse_for_now(&error).map(|()| None),
        };
        times.plan = milliseconds(begun.elapsed());
        if plan.places.is_empty() {
            return self.tell_stuck(&plan).map(|()| None);
        }
        let folder = self.folder("patches")?;
        let (Some(loaded), Some(program)) = (&mut self.loaded, &self.program) else { return Ok(None) };
        loaded.meet(program.process);
        let begun = Instant::now();
        let generation = loaded.next_generation;
        let path = folder.join(format!("patch-{generation}.so"));
        let linked = match link(loaded, &plan, &path) {
            Ok(linked) => linked,
            Err(_) if matches!(route, Route::Slice) => return Ok(Some(Reason::NotLinked)),
            Err(error) => return self.refuse("not-linkable", &error).map(|()| None),
        };
        times.link = milliseconds(begun.elapsed());
        loaded.next_generation += 1;
        let (digest, manifest, anchor) = (linked.digest, linked.manifest, loaded.image.anchor);
        let symbolizer = loaded.image.symbolizer.clone();
        match self.send(Patch { generation, path, digest, manifest, anchor, symbolizer })? {
            Some(Outcome::Committed { load_us, .. }) => {
                times.load = milliseconds(Duration::from_micros(load_us));
                times.total = milliseconds(save.seen.elapsed());
                self.committed(&plan, &linked, generation, times, route)?;
            }
            Some(Outcome::Refused { message }) => {
                self.loaded.iter_mut().for_each(Loaded::forget_slices);
                self.refuse("not-loadable", &anyhow!("the program did not take the patch: {message}"))?;
            }
            None => {}
        }
        Ok(None)
    }

    fn committed(&mut self, plan: &Plan, linked: &Linked, generation: u32, times: Times, route: Route) -> Result<()> {
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        let functions = show::functions(loaded, plan);
        let items = show::items(loaded, plan);
        loaded.commit(plan, linked, generation, &route);
        let loaded_bytes = linked.loaded_bytes;
        let (route, reason) = match route {
            Route::Slice => ("slice", None),
            Route::Replay { reason } => ("replay", reason.map(|reason| reason.to_string())),
        };
        let patched = Patched { generation, route, reason, functions, times_ms: times, loaded_bytes };
        self.tell(&Event::Patched(patched))?;
        if items.is_empty() { Ok(()) } else { self.tell(&Event::RestartNeeded { items }) }
    }

    /// Nothing could go live; what should have?
    fn tell_stuck(&mut self, plan: &Plan) -> Result<()> {
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        let items = show::items(loaded, plan);
        loaded.settle(plan, false);
        if items.is_empty() { self.tell(&Event::Unchanged) } else { self.tell(&Event::RestartNeeded { items }) }
    }

    fn refuse(&mut self, reason: &str, error: &Error) -> Result<()> {
        let help = "the program goes on as it is; `cargo hot restart` starts it with the new code".into();
        self.tell(&Event::Refused { reason: reason.into(), message: format!("{error:#}"), help })
    }

    pub(crate) fn refuse_for_now(&mut self, error: &Error) -> Result<()> {
        let help = "the program goes on as it is; mend what the message names, and save again".into();
        self.tell(&Event::Refused { reason: "environment".into(), message: format!("{error:#}"), help })
    }

    /// After a patch that had to be taken back, what is as wrong as before must not come to life again.
    fn check_suspect(&mut self, crates: &BTreeSet<usize>) -> Result<Step> {
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
    fn slice(&mut self, crates: &BTreeSet<usize>) -> Result<Sliced> {
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
                    self.refuse_for_now(&error)?;
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
    fn compile(&mut self, changed: &BTreeSet<usize>) -> Result<Step> {
        let out_dir = self.folder("check")?;
        if let Some(loaded) = &mut self.loaded {
            loaded.want(changed);
            if let Err(error) = loaded.catch_up() {
                self.refuse_for_now(&error)?;
                return Ok(Step::Ended);
            }
        }
        while let Some(index) = self.loaded.as_ref().and_then(|loaded| loaded.next_unfinished()) {
            let step = match self.compile_crate(index, &out_dir) {
                Ok(step) => step,
                Err(error) => {
                    self.refuse_for_now(&error)?;
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
        let Some(loaded) = &self.loaded else { return Ok(Step::Ended) };
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
        match self.run_rustc(check)? {
            Compiled::Errors(rendered) => self.tell(&Event::CompileError { rendered })?,
            Compiled::Library(_) if is_public => {
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
        self.wait_for(process, |message| match message {
            Message::Compiled { process: from, compiled } if from == process => Ok(compiled),
            other => Err(other),
        })?
    }

    /// The message that `pick` takes; what makes it useless kills the process that it is to come from.
    pub(crate) fn wait_for<T>(&mut self, process: u32, pick: impl Fn(Message) -> Result<T, Message>) -> Result<T> {
        loop {
            match pick(self.inbox.next_new()?) {
                Ok(found) => return Ok(found),
                Err(message) => {
                    if makes_useless(&message) {
                        signal_process(process, signal_hook::consts::SIGKILL);
                    }
                    self.inbox.put_back(message);
                }
            }
        }
    }

    /// Sends the patch and waits for the answer; `None` if the program is gone.
    fn send(&mut self, patch: Patch) -> Result<Option<Outcome>> {
        let Some(host) = &mut self.host else {
            self.refuse("not-connected", &anyhow!("the program takes no patches (any more)"))?;
            return Ok(None);
        };
        if host.patch(patch).is_err() {
            return Ok(None);
        }
        self.hear_outcome()
    }

    /// The program may end right after the patch: its answer and its end come by different ways, in either order.
    pub(crate) fn hear_outcome(&mut self) -> Result<Option<Outcome>> {
        const LAST_WORDS: Duration = Duration::from_millis(200);
        let mut has_ended = false;
        loop {
            let message = if has_ended { self.inbox.next_within(LAST_WORDS) } else { Some(self.inbox.next_new()?) };
            match message {
                Some(Message::Host { said: FromHost::Outcome(outcome), .. }) => return Ok(Some(outcome)),
                Some(message @ Message::HungUp { .. }) => {
                    self.inbox.put_back(message);
                    if !has_ended && !self.is_ending() {
                        self.refuse("not-connected", &anyhow!("the program closed its connection over this patch"))?;
                    }
                    return Ok(None);
                }
                Some(message) => {
                    has_ended |= matches!(message, Message::Exited(_));
                    self.inbox.put_back(message);
                }
                None => return Ok(None),
            }
        }
    }

    /// Whether the end of the program is about to be heard of.
    fn is_ending(&mut self) -> bool {
        const SOON: Duration = Duration::from_millis(200);
        match self.inbox.next_within(SOON) {
            Some(message) => {
                let is_exit = matches!(message, Message::Exited(_));
                self.inbox.put_back(message);
                is_exit
            }
            None => false,
        }
    }
}

fn makes_useless(message: &Message) -> bool {
    match message {
        Message::Save(save) => save.paths.iter().any(|path| path.extension().is_some_and(|found| found == "rs")),
        Message::Exited(_) | Message::Request(_) => true,
        _ => false,
    }
}
