//! Slices of the program's crates: from what changed to an object over a library, and what becomes of it once the library
//! itself is compiled.

use super::{By, Crate, Loaded};
use crate::compile::Compilation;
use crate::image::Generation;
use crate::objects::Name;
use crate::objects::build::Unfit;
use crate::slice::rename::{Host, TooShort, rename};
use crate::slice::{Reason, Slice, is_optimized};
use anyhow::{Context, Result};
use hot_runtime::names::BODY_PREFIX;
use rustc_hash::FxHashSet;
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
        // The slice would have its own copies of them, made of what the library below knows.
        let is_stale = |below: &Crate| below.dependents.contains(&index) && below.slicer.has_inlined_changes();
        if self.crates.iter().any(is_stale) {
            return Err(Reason::Inline);
        }
        self.crates[index].slicer.slice(&self.crates[index].record)
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
        let wanted = match rename(&mut bytes, &found.name(), &slice.names(), &host) {
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
        let is_optimized = is_optimized(&found.record);
        let library = found.record.library.clone();
        Ok(match self.build.lay_over(&library, bytes, &wanted, &mut self.names)? {
            Ok(touched) if is_optimized && self.is_specialized(&touched, slice, &wanted) => {
                self.build.uncover(&library);
                self.pending.extend(touched);
                Taken::Refused(Reason::Specialized)
            }
            Ok(touched) => {
                let found = &mut self.crates[index];
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

    /// Whether the slice has other code than the library for what is not of the chosen functions. Nobody changed its text;
    /// but of a function that only one object calls, an optimizer may leave out arguments, or take one for constant, and
    /// then the callers in slice and library do not go with each other's.
    fn is_specialized(&self, touched: &FxHashSet<Name>, slice: &Slice, wanted: &[String]) -> bool {
        let demangled = |symbol: &str| rustc_demangle::demangle(symbol).to_string();
        let cold = wanted.iter().zip(&slice.hot).filter(|(_, hot)| !**hot);
        let cold: Vec<String> = cold.map(|(symbol, _)| demangled(symbol)).collect();
        let is_of_chosen = |symbol: &str| {
            let path = demangled(symbol);
            path.contains(BODY_PREFIX) || cold.iter().any(|function| path.contains(function))
        };
        touched.iter().any(|name| {
            let places = self.build.places(*name);
            let is_in_both = places.len() > 1 && places.first().is_some_and(|place| self.build.is_of_slice(*place));
            let symbol = self.names.text(*name);
            is_in_both && !wanted.iter().any(|wanted| wanted == symbol) && !is_of_chosen(symbol)
        })
    }

    /// The slices of this save are of no use.
    pub(crate) fn forget_slices(&mut self) {
        for found in &mut self.crates {
            self.pending.extend(self.build.uncover(&found.record.library));
            found.is_live &= !found.slicer.has_changes();
        }
    }

    /// The slices are compiled: their crates, and all that depend on them, are for later.
    pub(crate) fn want_sliced(&mut self) {
        let has_changes = |found: &Crate| found.slicer.has_changes();
        let changed = self.crates.iter().enumerate().filter(|(_, found)| has_changes(found)).map(|(index, _)| index);
        self.want(&changed.collect());
    }

    /// The newest libraries hold what slices brought to life: where both have a function, they mean the same.
    pub(crate) fn adopt(&mut self) {
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

    /// All that was patched is compiled and checked; gives back the generation that is.
    pub(crate) fn confirm(&mut self) -> Option<Generation> {
        let is_news = std::mem::take(&mut self.unconfirmed).before.is_some();
        is_news.then_some(self.image.generation)
    }

    /// What was patched does not compile: gives back the generation that did.
    pub(crate) fn take_back(&mut self) -> Option<Generation> {
        let unconfirmed = std::mem::take(&mut self.unconfirmed);
        self.forget_slices();
        self.crates.iter_mut().for_each(|found| found.slicer.give_up());
        self.pending.extend(unconfirmed.defined.into_keys());
        let before = unconfirmed.before?;
        self.image.take_back(before.generation, before.lagging);
        self.ledger.take_back(before.dirty);
        self.unchecked.clear();
        self.is_suspect = true;
        Some(before.generation)
    }
}
