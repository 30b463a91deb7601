//! The way of one save: what changed, compile, plan, link, send; each step from the one before.

use crate::events::{Event, Item, Patched, Refusal, Times, milliseconds};
use crate::image::Generation;
use crate::link::{Linked, link};
use crate::loaded::{Changes, Loaded};
use crate::plan::Plan;
use crate::refusal;
use crate::routes::{Sliced, Step};
use crate::session::Session;
use crate::show;
use crate::slice::Reason;
use crate::watch::Save;
use anyhow::{Error, Result, anyhow};
use hot_runtime::wire::{Outcome, Patch};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const OUTSIDE: &str =
    "it is part of a dependency outside the workspace, which is not patched; `cargo hot restart` takes the edit in";

/// Which way a patch came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// Only what changed was compiled.
    Slice,
    /// Whole crates were.
    Replay { reason: Option<Reason> },
}

impl Session {
    /// Takes a save to the program.
    ///
    /// # Errors
    /// The session cannot go on. What is wrong with the save alone is told.
    pub(crate) fn apply(&mut self, mut save: Save) -> Result<()> {
        let detect = save.seen.elapsed();
        let changes = match self.take_in(&mut save) {
            Ok(changes) => changes,
            Err(error) => {
                self.keep_for_later(save);
                return self.refuse(Refusal::Environment, &error);
            }
        };
        self.tell_outside(&changes.outside)?;
        let Some(loaded) = &self.loaded else { return Ok(()) };
        let mut times = Times { detect: milliseconds(detect), ..Times::default() };
        // A save that was cut short by this one is for this one to finish, whatever this one is about.
        let goes_on = std::mem::take(&mut self.is_cut_short);
        let is_for_cargo = changes.is_for_cargo || goes_on && loaded.wants_cargo;
        let is_to_go_live = (changes.is_relevant || goes_on) && (changes.is_news || !loaded.is_held());
        let pending = if is_to_go_live { loaded.crates_to_patch() } else { BTreeSet::new() };
        if pending.is_empty() && !is_for_cargo && loaded.is_owed && is_to_go_live {
            self.patch(&save, times, Route::Replay { reason: Some(Reason::NotTaken) })?;
            return self.confirm();
        }
        if pending.is_empty() && !is_for_cargo {
            let is_a_persons = save.paths.iter().any(|path| !self.project.is_output(path));
            if changes.is_relevant && changes.outside.is_empty() && is_a_persons {
                self.tell(&Event::Unchanged)?;
            }
            return self.resume();
        }
        if self.lacks_build() {
            return self.refuse_without_build();
        }
        // What is at work there was for an older text.
        self.background = None;
        self.leftovers.stop();
        self.does_not_compile = false;
        if is_for_cargo {
            return self.through_cargo(&save, times);
        }
        let begun = Instant::now();
        if self.check_suspect(&pending)? == Step::Ended {
            return Ok(());
        }
        let reason = match self.slice(&pending)? {
            Sliced::Compiled => {
                times.compile = milliseconds(begun.elapsed());
                self.loaded.iter_mut().for_each(Loaded::want_sliced);
                match self.patch(&save, times, Route::Slice)? {
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
        self.patch(&save, times, Route::Replay { reason: Some(reason) })?;
        self.confirm()
    }

    /// Takes up what a command cut short that came to nothing.
    pub(crate) fn go_on(&mut self) -> Result<()> {
        let is_held = self.loaded.as_ref().is_none_or(Loaded::is_held);
        if !self.is_cut_short || is_held {
            return Ok(());
        }
        self.apply(Save { paths: BTreeSet::new(), seen: Instant::now() })
    }

    /// What the save and those before it changed that could not be taken in.
    fn take_in(&mut self, save: &mut Save) -> Result<Changes> {
        save.paths.extend(self.early.take().into_iter().flat_map(|early| early.paths));
        self.watch.complete(save)?;
        self.loaded.as_mut().map_or(Ok(Changes::default()), |loaded| loaded.take_in(&save.paths))
    }

    /// From new objects to the host's answer; `Some` if slices cannot be linked, and why.
    pub(crate) fn patch(&mut self, save: &Save, mut times: Times, route: Route) -> Result<Option<Reason>> {
        let Some(loaded) = &mut self.loaded else { return Ok(None) };
        let begun = Instant::now();
        if let Some(library) = loaded.rebuilt_dependency() {
            let error = anyhow!("`{}` was built anew, and is not what the program was linked with", library.display());
            return self.refuse(Refusal::DependencyRebuilt, &error).map(|()| None);
        }
        // A slice holds bodies: no type changed.
        if matches!(route, Route::Replay { .. }) {
            let refusal = refusal::unfit(loaded);
            loaded.is_misfit = refusal.is_some();
            if let Some(refusal) = refusal {
                return self.tell(&refusal).map(|()| None);
            }
        }
        let plan = match loaded.plan() {
            Ok(plan) => plan,
            Err(error) => return self.refuse(Refusal::Environment, &error).map(|()| None),
        };
        if matches!(route, Route::Replay { .. })
            && let Some(refusal) = refusal::used_by_old(loaded, &plan)
        {
            loaded.is_misfit = true;
            return self.tell(&refusal).map(|()| None);
        }
        times.plan = milliseconds(begun.elapsed());
        // That a save changes nothing is for the whole crate to say.
        if route == Route::Slice && plan.changed.is_empty() && plan.stuck.is_empty() {
            return Ok(Some(Reason::NoChange));
        }
        // Of a slice, code that differs in nothing that counts is not worth a patch.
        let is_idle = route == Route::Slice && plan.changed.is_empty();
        if plan.places.is_empty() || is_idle {
            return self.tell_stuck(&plan).map(|()| None);
        }
        let folder = self.folder("patches")?;
        let Some(loaded) = &mut self.loaded else { return Ok(None) };
        self.host.iter().for_each(|host| loaded.meet(host.process));
        let begun = Instant::now();
        let generation = loaded.next_generation;
        let path = patch_file(&folder, generation);
        let linked = match link(loaded, &plan, &path) {
            Ok(linked) => linked,
            Err(_) if matches!(route, Route::Slice) => return Ok(Some(Reason::NotLinked)),
            // What the system does not give now, it may give later.
            Err(error) if error.chain().any(|cause| cause.is::<io::Error>()) => {
                return self.refuse(Refusal::Environment, &error).map(|()| None);
            }
            Err(error) => return self.refuse(Refusal::NotLinkable, &error).map(|()| None),
        };
        times.link = milliseconds(begun.elapsed());
        loaded.next_generation += 1;
        let (digest, manifest, anchor) = (linked.digest, linked.manifest, loaded.image.anchor);
        let symbolizer = loaded.image.symbolizer.clone();
        let (types, changed) = (loaded.image.types.clone(), loaded.changed_types.clone());
        match self.send(Patch { generation, path, digest, manifest, anchor, symbolizer, types, changed })? {
            Some(Outcome::Committed { load_us, .. }) => {
                times.load = milliseconds(Duration::from_micros(load_us));
                times.total = milliseconds(save.seen.elapsed());
                self.committed(&plan, &linked, generation, times, route)?;
            }
            Some(Outcome::Refused { message }) => {
                self.loaded.iter_mut().for_each(Loaded::keep_for_next_save);
                self.refuse(Refusal::NotLoadable, &anyhow!("the program did not take the patch: {message}"))?;
            }
            Some(Outcome::NotMigrated { message }) => {
                self.loaded.iter_mut().for_each(Loaded::keep_for_next_save);
                self.refuse(Refusal::NotMigrated, &anyhow!("a live value cannot be carried over: {message}"))?;
            }
            Some(Outcome::Vetoed { message }) => {
                self.loaded.iter_mut().for_each(Loaded::keep_for_next_save);
                self.refuse(Refusal::Vetoed, &anyhow!("the program objects: {message}"))?;
            }
            None => {}
        }
        Ok(None)
    }

    fn committed(&mut self, plan: &Plan, linked: &Linked, generation: u32, times: Times, route: Route) -> Result<()> {
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        let mut functions = show::functions(loaded, plan);
        if functions.is_empty() && !plan.moves_lines_alone {
            functions = show::published(loaded, plan);
        }
        let items = show::items(loaded, plan);
        loaded.commit(plan, linked, generation, &route);
        let loaded_bytes = linked.loaded_bytes;
        let (route, reason) = match route {
            Route::Slice => ("slice", None),
            Route::Replay { reason } => ("replay", reason.map(|reason| reason.to_string())),
        };
        let patched = Patched { generation, route, reason, functions, times_ms: times, loaded_bytes };
        self.tell(&Event::Patched(patched))?;
        if !items.is_empty() {
            self.tell(&Event::RestartNeeded { items })?;
        }
        self.search(plan)
    }

    /// Nothing could go live; what should have?
    fn tell_stuck(&mut self, plan: &Plan) -> Result<()> {
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        let items = show::items(loaded, plan);
        loaded.settle(plan, false);
        if items.is_empty() { self.tell(&Event::Unchanged) } else { self.tell(&Event::RestartNeeded { items }) }
    }

    /// Nothing of a dependency outside the workspace is compiled for patches.
    fn tell_outside(&mut self, files: &BTreeSet<PathBuf>) -> Result<()> {
        let items: Vec<Item> = files.iter().map(|file| self.item_of(file, "outside-workspace", OUTSIDE)).collect();
        if items.is_empty() { Ok(()) } else { self.tell(&Event::RestartNeeded { items }) }
    }

    /// Of a whole file.
    pub(crate) fn item_of(&self, file: &Path, reason: &'static str, message: &str) -> Item {
        let file = file.strip_prefix(&self.project.workspace_root).unwrap_or(file).to_owned();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Item { path: name, file, line: 1, reason, message: message.into() }
    }

    pub(crate) fn refuse(&mut self, reason: Refusal, error: &Error) -> Result<()> {
        let (message, help) = (format!("{error:#}"), refusal::help(reason).into());
        self.tell(&Event::Refused { reason, message, help, rendered: String::new() })
    }

    /// Whether something is gone from which patches are made, by `cargo clean` say.
    pub(crate) fn lacks_build(&self) -> bool {
        self.loaded.as_ref().is_some_and(|loaded| loaded.missing().is_some())
    }

    pub(crate) fn refuse_without_build(&mut self) -> Result<()> {
        // What commands find us by may be gone, too.
        self.announce()?;
        let Some(gone) = self.loaded.as_ref().and_then(|loaded| loaded.missing()) else { return Ok(()) };
        let error = anyhow!("`{}` is gone, from which patches are made", gone.display());
        self.refuse(Refusal::BuildGone, &error)
    }

    /// Sends the patch and waits for the answer; `None` if the program is gone.
    fn send(&mut self, patch: Patch) -> Result<Option<Outcome>> {
        let Some(host) = &mut self.host else {
            self.refuse(Refusal::NotConnected, &anyhow!("the program takes no patches (any more)"))?;
            return Ok(None);
        };
        if let Err(error) = host.patch(patch) {
            if !self.is_ending() {
                self.refuse(Refusal::NotConnected, &error)?;
            }
            return Ok(None);
        }
        self.hear_outcome()
    }
}

/// Where the patch of a generation is.
pub(crate) fn patch_file(folder: &Path, generation: Generation) -> PathBuf {
    folder.join(format!("patch-{generation}.so"))
}
