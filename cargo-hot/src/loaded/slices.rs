//! Slices of the program's crates: from what changed to an object over a library, and what becomes of it once the library
//! itself is compiled.

use super::{By, Crate, Loaded};
use crate::compile::Compilation;
use crate::image::Generation;
use crate::objects::build::Unfit;
use crate::objects::{Item, Name};
use crate::slice::rename::{Host, TooShort, rename};
use crate::slice::{Reason, Slice};
use anyhow::{Context, Result};
use rustc_hash::FxHashMap;
use std::fs;
use std::path::Path;

/// What became of a slice's object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Live,
    /// With another name for the slice.
    TryAgain,
    Refused(Reason),
}

impl Loaded {
    /// What changed in a crate, to be compiled alone.
    ///
    /// # Errors
    /// It cannot be.
    pub(crate) fn slice(&self, index: usize) -> Result<Slice, Reason> {
        if self.is_misfit {
            return Err(Reason::Misfit);
        }
        // The slice would have its own copies of them, made of what the library below knows.
        let is_stale = |below: &Crate| below.dependents.contains(&index) && below.slicer.has_inlined_changes();
        if self.crates.iter().any(is_stale) {
            return Err(Reason::Inline);
        }
        let found = &self.crates[index];
        // What instances there are is known when the crates that have them are compiled.
        let is_ahead =
            !self.unfinished.contains(&index) && found.dependents.iter().any(|above| self.unfinished.contains(above));
        if is_ahead && found.slicer.has_inlined_changes() {
            return Err(Reason::Unfinished);
        }
        let host = Host { build: &self.build, names: &self.names, library: &found.record.library };
        found.slicer.slice(&found.record, &host)
    }

    /// # Errors
    /// A file of the slice cannot be written, or rustc not be run.
    pub(crate) fn start_slice(&self, index: usize, slice: &Slice, folder: &Path) -> Result<Compilation> {
        let found = &self.crates[index];
        let output = folder.join(format!("{}-{index}.o", found.name()));
        let invocation = slice.lay_out(&found.record, found.slicer.salt, &output)?;
        Compilation::slice(&found.record, &invocation, output)
    }

    /// Takes in the object of a slice.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn take_slice(&mut self, index: usize, slice: &Slice, object: &Path) -> Result<Taken> {
        const SALTS: u32 = 16;
        let found = &mut self.crates[index];
        let mut bytes = fs::read(object).with_context(|| format!("failed to read the slice `{}`", object.display()))?;
        let host = Host { build: &self.build, names: &self.names, library: &found.record.library };
        let wanted = match rename(&mut bytes, &found.name(), slice, &host) {
            Ok(wanted) => wanted,
            Err(TooShort) if found.slicer.salt < SALTS => {
                found.slicer.salt += 1;
                return Ok(Taken::TryAgain);
            }
            Err(TooShort) => return Ok(Taken::Refused(Reason::NotFound)),
        };
        let wanted: Vec<String> = match wanted.into_iter().collect() {
            Ok(wanted) => wanted,
            Err(reason) => return Ok(Taken::Refused(reason)),
        };
        Ok(match self.build.lay_over(&found.record.library, bytes, &wanted, &mut self.names)? {
            Ok(touched) => {
                self.unconfirmed.touched.extend(&touched);
                self.pending.extend(touched);
                found.is_live = true;
                Taken::Live
            }
            Err(Unfit::Missing) => Taken::Refused(Reason::NotFound),
            Err(Unfit::Static) => Taken::Refused(Reason::Static),
            Err(Unfit::Names) => Taken::Refused(Reason::NamesItself),
        })
    }

    /// The slices of this save are of no use.
    pub(crate) fn forget_slices(&mut self) {
        for found in &mut self.crates {
            self.pending.extend(self.build.uncover(&found.record.library));
            found.is_live &= !found.slicer.has_changes();
        }
    }

    /// The program did not take the patch.
    pub(crate) fn keep_for_next_save(&mut self) {
        self.forget_slices();
        self.is_owed = true;
    }

    /// The slices are compiled: their crates, and all that depend on them, are for later.
    pub(crate) fn want_sliced(&mut self) {
        let has_changes = |found: &Crate| found.slicer.has_changes();
        let changed = self.crates.iter().enumerate().filter(|(_, found)| has_changes(found)).map(|(index, _)| index);
        self.want(&changed.collect());
    }

    /// The newest libraries hold what slices brought to life: where both have a function, they mean the same.
    pub(crate) fn adopt(&mut self) {
        self.adopt_added();
        for name in self.pending.iter().copied() {
            let Some(place) = self.build.places(name).first().copied() else { continue };
            let digest = self.build.digest(place);
            if self.unconfirmed.defined.get(&name) == Some(&By::Slice) {
                self.image.adopt(name, digest);
            }
            if self.unconfirmed.touched.contains(&name) {
                self.ledger.tell(self.names.item(name), digest);
            }
        }
    }

    /// What slices added has the symbols of the libraries from now on: those of a slice may have a longer hash in them.
    fn adopt_added(&mut self) {
        let is_added = |name: &Name, by: By| by == By::Slice && self.build.places(*name).is_empty();
        let added = self.unconfirmed.defined.iter().filter(|(name, by)| is_added(name, **by));
        let added: FxHashMap<Item, Name> = added.map(|(name, _)| (self.names.item(*name), *name)).collect();
        if added.is_empty() {
            return;
        }
        for name in &self.pending {
            let old = added.get(&self.names.item(*name)).filter(|_| !self.image.is_loaded(*name));
            if let Some(old) = old {
                self.image.rename(*old, *name);
                self.unconfirmed.defined.insert(*name, By::Slice);
            }
        }
    }

    /// All that was patched is compiled and checked; gives back the generation that is.
    pub(crate) fn confirm(&mut self) -> Option<Generation> {
        let crates = self.crate_names();
        self.build.forget_past(&crates, &mut self.names, |name| self.image.is_loaded(name));
        let is_news = std::mem::take(&mut self.unconfirmed).before.is_some();
        is_news.then_some(self.image.generation)
    }
}
