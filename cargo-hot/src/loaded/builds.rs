//! Which crates are to be compiled, and what came of it: by replays, by checks, and by cargo.

use super::Loaded;
use super::scripts::ScriptInputs;
use crate::base::record::{HotDir, Record};
use crate::compile::Compilation;
use crate::objects::Name;
use crate::shadow::Text;
use crate::sources::Sources;
use anyhow::Result;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What a build by cargo came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rebuilt {
    /// The program's own crates, some of them newer.
    Same,
    /// The program's own crates, none of them newer.
    Nothing,
    /// Other crates than those the program is made of.
    Other,
}

impl Loaded {
    /// Takes in what cargo has built anew.
    ///
    /// # Errors
    /// What it has built cannot be read.
    pub(crate) fn take_build(&mut self, hot_dir: &HotDir) -> Result<Rebuilt> {
        self.wants_cargo = false;
        let mut rebuilt = Rebuilt::Nothing;
        self.script_inputs = self.crates.iter().filter_map(|found| ScriptInputs::of(&found.record)).collect();
        for index in 0..self.crates.len() {
            let known = &self.crates[index].record;
            let Some(record) = hot_dir.of_library(&known.library)? else { return Ok(Rebuilt::Other) };
            if record.begun == known.begun {
                continue;
            }
            rebuilt = Rebuilt::Same;
            let library = record.library.clone();
            let found = &mut self.crates[index];
            found.record = record;
            found.take_in_output();
            self.pending.extend(self.build.uncover(&library));
            let touched = found.read_base(|rlib| self.build.update(&rlib, &mut self.names))?;
            self.took_library(index, &library, touched)?;
        }
        Ok(rebuilt)
    }

    /// Whether a record is that of the program.
    pub(crate) fn is_of(&self, record: &Record) -> bool {
        self.crates.last().is_some_and(|last| last.record.library == record.library)
    }

    /// Sets out to compile the crates and all that depend on them; gives back the first.
    pub(crate) fn want(&mut self, crates: &BTreeSet<usize>) {
        for index in crates {
            self.unfinished.insert(*index);
            self.unfinished.extend(&self.crates[*index].dependents);
        }
        self.unchecked.extend(&self.unfinished);
    }

    /// The crate to check next.
    pub(crate) fn next_unchecked(&self) -> Option<usize> {
        self.unchecked.first().copied()
    }

    pub(crate) fn checked(&mut self, index: usize) {
        self.unchecked.remove(&index);
    }

    /// The crate to compile next.
    pub(crate) fn next_unfinished(&self) -> Option<usize> {
        self.unfinished.first().copied()
    }

    /// Starts the recorded command of a crate.
    ///
    /// # Errors
    /// The shadow cannot be written, or rustc not be run.
    pub(crate) fn start_compile(&mut self, index: usize) -> Result<Compilation> {
        let turn = self.crates[index].catch_up()?;
        Compilation::start(&self.crates[index].record, turn)
    }

    /// Starts to check a crate as the user wrote it.
    ///
    /// # Errors
    /// rustc cannot be run.
    pub(crate) fn start_check(&self, index: usize, out_dir: &Path) -> Result<Compilation> {
        Compilation::check_original(&self.crates[index].record, out_dir)
    }

    /// Whether a file of the crate has another text by now than was taken in: rustc has seen a save that is on its way.
    pub(crate) fn is_behind(&self, index: usize) -> bool {
        self.crates[index].sources.files().any(|(path, text)| fs::read(path).is_ok_and(|newest| newest != text))
    }

    /// Compiles a crate as it is written from now on.
    ///
    /// # Errors
    /// The shadow cannot be written.
    pub(crate) fn give_up_shadow(&mut self, index: usize) -> Result<()> {
        let found = &mut self.crates[index];
        found.record.shadow.text = Text::Original;
        let _turn = found.take_turn()?;
        found.record.shadow.mirror(&found.record.directory, &found.record.package_root)
    }

    pub(crate) fn is_public(&self, index: usize) -> bool {
        self.crates[index].record.shadow.text == Text::Public
    }

    /// Takes in the library that a replay of the crate made. What another session has replaced since by one of another text is
    /// left to be compiled again.
    ///
    /// # Errors
    /// The library or the list of the crate's files cannot be read.
    pub(crate) fn take_library(&mut self, index: usize, library: &Path) -> Result<()> {
        let found = &self.crates[index];
        let Some(_turn) = found.same_turn()? else { return Ok(()) };
        self.pending.extend(self.build.uncover(&found.record.library));
        let touched = self.build.update(&found.rlib(), &mut self.names)?;
        self.took_library(index, library, touched)
    }

    fn took_library(&mut self, index: usize, library: &Path, touched: FxHashSet<Name>) -> Result<()> {
        let found = &mut self.crates[index];
        let dep_info = library.with_file_name(found.record.dep_info.file_name().unwrap_or_default());
        if dep_info.is_file() {
            let newest = Sources::read(&dep_info, &found.record.shadow, &found.record.directory)?;
            self.late.extend(found.relist(newest));
        }
        found.settle();
        self.pending.extend(touched);
        self.unfinished.remove(&index);
        Ok(())
    }
}
