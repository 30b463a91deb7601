//! Going back to what the program ran before, and forth again.
//!
//! The newest text stays what it is, and differs from what runs then: with the next save all of it goes live, unless it is
//! undone for not compiling.

use super::Loaded;
use super::unconfirmed::Unconfirmed;
use crate::image::Generation;
use crate::slice::Reason;
use anyhow::{Result, bail};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const NOTHING_PATCHED: &str = "nothing was patched: the program runs as it was started";

/// What was undone, and what may not come back.
#[derive(Debug, Default)]
pub(crate) struct Undone {
    /// What was published before each undo, the last one last.
    steps: Vec<Generation>,
    /// What was still to be confirmed of the generations among them.
    unconfirmed: BTreeMap<Generation, Unconfirmed>,
    /// The generation of the newest text that went live.
    newest: Generation,
    /// Generations of a text that does not compile as it is written.
    wrong: BTreeSet<Generation>,
}

impl Loaded {
    /// The generation that an undo leads to: the one before, or the one that is asked for.
    ///
    /// # Errors
    /// There is none, or it may not run.
    pub(crate) fn earlier(&self, wanted: Option<Generation>) -> Result<Generation> {
        let published = self.image.generation;
        let Some(generation) = wanted.or_else(|| self.image.parent(published)) else {
            bail!(NOTHING_PATCHED);
        };
        if generation == published {
            bail!("the program runs generation {generation} already");
        }
        if generation != 0 && self.image.parent(generation).is_none() {
            bail!("there is no generation {generation}");
        }
        if self.image.line(generation).iter().any(|parent| self.undone.wrong.contains(parent)) {
            bail!("generation {generation} was taken back, as it does not compile as it is written");
        }
        Ok(generation)
    }

    /// The generation that was undone last.
    ///
    /// # Errors
    /// There is none, or something was patched since.
    pub(crate) fn undone(&self) -> Result<Generation> {
        match self.undone.steps.last() {
            Some(generation) => Ok(*generation),
            None => bail!("there is nothing to redo: nothing was undone since the last patch"),
        }
    }

    /// The host runs another generation, as the user wished.
    pub(crate) fn undo(&mut self, generation: Generation) {
        self.undone.steps.push(self.image.generation);
        self.leave_for(generation);
    }

    /// The host runs what was undone last.
    pub(crate) fn redo(&mut self) {
        if let Some(generation) = self.undone.steps.pop() {
            self.leave_for(generation);
        }
    }

    fn leave_for(&mut self, generation: Generation) {
        let unconfirmed = std::mem::take(&mut self.unconfirmed);
        // What was to be confirmed before the one that is left, and is in its line, still is.
        let is_left_over = |before: Generation| !self.image.line(before).contains(&generation);
        let left_over = unconfirmed.before.is_some_and(is_left_over).then(|| unconfirmed.clone());
        self.undone.unconfirmed.insert(self.image.generation, unconfirmed);
        self.unconfirmed = self.undone.unconfirmed.remove(&generation).or(left_over).unwrap_or_default();
        self.go_back(generation, Reason::Undone);
    }

    /// Whether the user wants what was saved last not to run.
    pub(crate) fn is_held(&self) -> bool {
        self.image.generation != self.undone.newest
    }

    /// The last generation that was confirmed, if the published one is not.
    pub(crate) fn confirmed_before(&self) -> Option<Generation> {
        self.unconfirmed.before
    }

    /// What was saved does not compile, and is not live: slices of it are of no use.
    pub(crate) fn forget_unconfirmed(&mut self) {
        self.unconfirmed = Unconfirmed::default();
        self.go_back(self.image.generation, Reason::NotConfirmed);
    }

    /// What was patched does not compile, and the host runs what did before.
    pub(crate) fn take_back(&mut self, before: Generation) {
        let wrong = self.image.line(self.image.generation);
        self.undone.wrong.extend(wrong.difference(&self.image.line(before)));
        self.undone.newest = before;
        let unconfirmed = std::mem::take(&mut self.unconfirmed);
        self.pending.extend(unconfirmed.defined.into_keys());
        self.go_back(before, Reason::NotConfirmed);
        self.unchecked.clear();
        self.is_suspect = true;
    }

    /// A patch leads on from what is published: what was undone before is not the next step any more, and its
    /// text is gone.
    pub(super) fn lead_on(&mut self, newest: Generation) {
        self.undone.steps.clear();
        self.undone.unconfirmed.clear();
        self.undone.newest = newest;
    }

    fn go_back(&mut self, generation: Generation, reason: Reason) {
        self.forget_slices();
        self.crates.iter_mut().for_each(|found| found.slicer.give_up(reason));
        self.go_to(generation);
    }

    fn go_to(&mut self, generation: Generation) {
        let others = self.image.publish(generation);
        self.pending.extend(others);
    }
}
