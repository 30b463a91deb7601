//! What follows a patch in the background: the crates that slices went around are compiled, and all that changed is
//! checked as the user wrote it. The public shadow allows more than the user's text does, and a slice more than a crate.
//!
//! The next save takes over at once; what is left undone waits for the one after. An error takes the patch back.

use crate::commands::Published;
use crate::compile::{Compilation, Compiled};
use crate::events::{Event, Refusal, Times};
use crate::inbox::Message;
use crate::leftovers::Leftovers;
use crate::loaded::Loaded;
use crate::program::signal_process;
use crate::save::Route;
use crate::session::Session;
use crate::show;
use crate::terminal::say;
use crate::watch::Save;
use anyhow::{Context, Result, anyhow};
use std::collections::BTreeSet;
use std::thread;
use std::time::Instant;

/// A compiler that runs behind the program's back.
#[derive(Debug)]
pub(crate) struct Background {
    process: u32,
    work: Work,
    has_ended: bool,
}

/// What it does, for the crate with this number.
#[derive(Debug, Clone, Copy)]
enum Work {
    Compile(usize),
    Check(usize),
}

impl Drop for Background {
    fn drop(&mut self) {
        if !self.has_ended {
            signal_process(self.process, signal_hook::consts::SIGKILL);
        }
    }
}

impl Session {
    /// Goes on in the background with what is left to do, if nothing runs there, it may come to something, and the user did not
    /// undo it.
    ///
    /// # Errors
    /// The session cannot go on.
    pub(crate) fn resume(&mut self) -> Result<()> {
        let is_held = self.loaded.as_ref().is_some_and(Loaded::is_held);
        if self.background.is_some() || self.does_not_compile || is_held { Ok(()) } else { self.confirm() }
    }

    /// Does the next thing that is left to do in the background.
    ///
    /// # Errors
    /// The session cannot go on.
    pub(crate) fn confirm(&mut self) -> Result<()> {
        self.background = None;
        // An edit may have brought files that lie elsewhere.
        if let Some(loaded) = &mut self.loaded {
            if let Err(error) = self.watch.follow(loaded.folders()) {
                say(&format!("{error:#}"));
            }
            let paths = std::mem::take(&mut loaded.late);
            if !paths.is_empty() {
                self.inbox.put_back(Message::Save(Save { paths, seen: Instant::now() }));
            }
        }
        let started = match self.start_work() {
            Ok(started) => started,
            // The next save says it, if it still is so.
            Err(_) => return Ok(()),
        };
        let Some((compilation, work)) = started else { return self.confirmed() };
        let process = compilation.process();
        be_nice(process);
        let sender = self.inbox.sender();
        thread::Builder::new()
            .name("confirm".into())
            .spawn(move || drop(sender.send(Message::Compiled { process, compiled: compilation.finish() })))
            .context("failed to start the thread that listens to rustc")?;
        self.background = Some(Background { process, work, has_ended: false });
        Ok(())
    }

    fn start_work(&mut self) -> Result<Option<(Compilation, Work)>> {
        let folder = self.folder("check")?;
        let Some(loaded) = &mut self.loaded else { return Ok(None) };
        if let Some(index) = loaded.next_unfinished() {
            return Ok(Some((loaded.start_compile(index)?, Work::Compile(index))));
        }
        let Some(index) = loaded.next_unchecked() else { return Ok(None) };
        Ok(Some((loaded.start_check(index, &folder)?, Work::Check(index))))
    }

    /// Takes in what a background compiler came to.
    ///
    /// # Errors
    /// The session cannot go on.
    pub(crate) fn heard_background(&mut self, process: u32, compiled: Result<Compiled>) -> Result<()> {
        let Some(mut background) = self.background.take_if(|background| background.process == process) else {
            return Ok(());
        };
        background.has_ended = true;
        if self.lacks_build() {
            return Ok(());
        }
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        match (background.work, compiled) {
            (Work::Compile(index), Ok(Compiled::Library(library))) => {
                let is_taken = loaded.take_library(index, &library).is_ok();
                // With a file that changed meanwhile, it is not what the slices were made of.
                if is_taken && loaded.next_unfinished().is_none() && loaded.late.is_empty() {
                    self.take_confirmed()?;
                }
            }
            // Whether the user's text is at fault or the shadow, the check will say.
            (Work::Compile(_), Ok(Compiled::Errors(_))) => return self.check_instead(),
            (Work::Check(index), Ok(Compiled::Library(_))) => loaded.checked(index),
            (Work::Check(_), Ok(Compiled::Errors(rendered))) => return self.take_back(rendered),
            (_, Ok(Compiled::Cancelled) | Err(_)) => return Ok(()),
        }
        self.confirm()
    }

    fn check_instead(&mut self) -> Result<()> {
        let folder = self.folder("check")?;
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        let Some(index) = loaded.next_unfinished() else { return Ok(()) };
        let check = loaded.start_check(index, &folder)?;
        match self.run_rustc(check)? {
            Compiled::Errors(rendered) => self.take_back(rendered),
            Compiled::Library(_) => {
                if let Some(loaded) = &mut self.loaded
                    && loaded.is_public(index)
                    && !loaded.is_behind(index)
                {
                    loaded.give_up_shadow(index)?;
                    return self.confirm();
                }
                Ok(())
            }
            Compiled::Cancelled => Ok(()),
        }
    }

    /// The crates are compiled that slices went around: is there more to bring to life than the slices did?
    fn take_confirmed(&mut self) -> Result<()> {
        let begun = Instant::now();
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        if loaded.is_owed {
            return Ok(()); // What slices held is not what runs.
        }
        loaded.adopt();
        let Ok(plan) = loaded.plan() else { return Ok(()) };
        if !show::functions(loaded, &plan).is_empty() {
            let save = Save { paths: BTreeSet::new(), seen: begun };
            return self.patch(&save, Times::default(), Route::Replay { reason: None }).map(drop);
        }
        let mut items = show::items(loaded, &plan);
        // Slices are of bodies, and said which of these no hot function reaches: more was only compiled differently.
        items.retain(|item| item.reason.starts_with("old-"));
        loaded.settle(&plan, false);
        if items.is_empty() { Ok(()) } else { self.tell(&Event::RestartNeeded { items }) }
    }

    /// Nothing is left to do.
    fn confirmed(&mut self) -> Result<()> {
        match self.loaded.as_mut().filter(|loaded| !loaded.is_owed).and_then(|loaded| loaded.confirm()) {
            Some(generation) => self.tell(&Event::Confirmed { generation }),
            None => Ok(()),
        }
    }

    /// What the program runs would not compile: it gets back what it ran before.
    fn take_back(&mut self, rendered: String) -> Result<()> {
        self.tell(&Event::CompileError { rendered })?;
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        let Some(generation) = loaded.confirmed_before() else {
            loaded.forget_unconfirmed();
            return Ok(());
        };
        match self.publish(generation)? {
            Published::Done => {}
            Published::Not(why) => {
                return self.refuse(Refusal::Vetoed, &anyhow!("what does not compile goes on to run: {why}"));
            }
            Published::Gone => return Ok(()),
        }
        self.leftovers = Leftovers::default();
        self.loaded.iter_mut().for_each(|loaded| loaded.take_back(generation));
        self.tell(&Event::Undone { generation })
    }
}

/// What nobody waits for stands back for what somebody does. If it cannot, it only takes longer.
fn be_nice(process: u32) {
    let process = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    let _ = rustix::process::setpriority_process(process, 19);
}
