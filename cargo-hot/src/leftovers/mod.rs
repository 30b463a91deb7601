//! Which old code a program holds on to: objects, closures and function pointers that were made before a patch.
//!
//! Looked for after a patch, in the program's memory, behind its back: on a thread of the lowest priority, which the next save
//! stops. What it finds has to be there a moment later still. Objects that are on stacks alone are not seen; what
//! becomes of the findings, [`report`] says.

mod freed;
mod maps;
mod memory;
mod older;
mod report;
mod scan;
mod search;

use crate::events::Event;
use crate::image::Generation;
use crate::inbox::Message;
use crate::objects::Name;
use crate::plan::Plan;
use crate::save::patch_file;
use crate::session::Session;
use anyhow::{Context as _, Result};
use rustc_hash::FxHashSet;
use search::Search;
pub(crate) use search::{Found, Stop};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

/// What is to be looked for, and the search that does.
#[derive(Debug, Default)]
pub(crate) struct Leftovers {
    /// Functions that patches changed since the last search came to its end.
    changed: FxHashSet<Name>,
    running: Option<Running>,
}

/// Stops its search when it goes.
#[derive(Debug)]
struct Running(Stop);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Leftovers {
    /// There is something better to do.
    pub(crate) fn stop(&mut self) {
        self.running = None;
    }
}

impl Session {
    /// Looks for old code of the functions that a committed patch changed.
    ///
    /// # Errors
    /// The session cannot go on.
    pub(crate) fn search(&mut self, plan: &Plan) -> Result<()> {
        let folder = self.folder("patches")?;
        let (Some(loaded), Some(program)) = (&self.loaded, &self.program) else { return Ok(()) };
        let changed = plan.changed.iter().copied().filter(|name| !plan.bodies.contains(name));
        self.leftovers.changed.extend(changed);
        let functions =
            older::older(&self.leftovers.changed, &plan.bodies, &loaded.image, &loaded.build, &loaded.names);
        if functions.is_empty() {
            return Ok(());
        }
        let patches = |generation: Generation| (generation, patch_file(&folder, generation));
        let stop = Stop::default();
        let search = Search {
            process: program.process,
            patches: (1..loaded.next_generation).map(patches).collect(),
            functions,
            stop: Arc::clone(&stop),
        };
        self.leftovers.running = Some(Running(Arc::clone(&stop)));
        let sender = self.inbox.sender();
        let look = move || {
            // What cannot be looked at is not spoken of.
            let found = search.run().unwrap_or_default();
            let _ = sender.send(Message::Searched { stop, found });
        };
        thread::Builder::new().name("leftovers".into()).spawn(look).context("failed to start a thread")?;
        Ok(())
    }

    /// Tells what a search came to, if it is still wanted.
    ///
    /// # Errors
    /// The session cannot go on.
    pub(crate) fn heard_search(&mut self, stop: &Stop, found: &[Found]) -> Result<()> {
        let Some(loaded) = self.loaded.as_ref().filter(|_| !stop.load(Ordering::Relaxed)) else { return Ok(()) };
        let items = report::items(loaded, found);
        self.leftovers = Leftovers::default();
        if items.is_empty() { Ok(()) } else { self.tell(&Event::OldCode { items }) }
    }
}
