//! Looks for old code in a process, twice.

use super::freed::{freed, is_in};
use super::maps::{Mapped, images, user_data};
use super::memory::{Memory, WORD, Word};
use super::scan::{HEAD, Held, Table, Wanted, head, objects, table};
use crate::image::Generation;
use crate::objects::Name;
use crate::plan::paths::OfObjects;
use anyhow::{Result, bail};
use procfs::process::{MMPermissions, MemoryMap, Process};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Set when nobody waits for a search any more.
pub(crate) type Stop = Arc<AtomicBool>;

/// A function with code that is not the newest.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: Name,
    /// The function that changed: this one, or one that it calls.
    pub(super) leads_to: Name,
    /// Where that code is, in the files of these images.
    pub(super) places: Vec<(Generation, u64)>,
    /// How vtables can lead there.
    pub(super) of_objects: Option<OfObjects>,
}

/// What leads to old code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Object,
    /// An object that is a future: its vtable holds one method alone.
    Future,
    Pointer,
}

/// Old code that the process holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) name: Name,
    /// The function that changed.
    pub(crate) leads_to: Name,
    pub(crate) kind: Kind,
    pub(crate) count: usize,
}

/// What to look for, and where.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) process: u32,
    pub(super) patches: Vec<(Generation, PathBuf)>,
    pub(super) functions: Vec<Function>,
    pub(super) stop: Stop,
}

/// What is held no longer than this is on its way somewhere.
const MOMENT: Duration = Duration::from_secs(1);

impl Search {
    /// # Errors
    /// It was stopped, or the process cannot be looked at.
    pub(super) fn run(&self) -> Result<Vec<Found>> {
        // Of this thread. If it cannot stand back, it only gets in the way a little.
        let _ = rustix::process::setpriority_process(None, 19);
        let process = Process::new(i32::try_from(self.process)?)?;
        let memory = Memory::new(process.mem()?);
        let maps = process.maps()?.0;
        let mut files = BTreeMap::from([(0, process.exe()?)]);
        let patches =
            self.patches.iter().filter_map(|(generation, path)| Some((*generation, fs::canonicalize(path).ok()?)));
        files.extend(patches);
        let images = images(&maps, &files, &memory)?;
        let functions = self.in_memory(&images);
        let tables = self.tables(&functions, &images, &memory)?;
        let patches: Vec<&Path> = files.iter().filter(|file| *file.0 != 0).map(|file| file.1.as_path()).collect();
        let Some(data) = user_data(&maps, &patches) else { return Ok(Vec::new()) };
        let starts = tables.values().flatten().map(|table| table.start).collect();
        let wanted = Wanted::new(starts, functions.keys().copied().collect());
        let mut held = self.look(&wanted, &data, &memory)?;
        if !held.is_empty() {
            thread::sleep(MOMENT);
            self.go_on()?;
            memory.look_again();
            let all = tables.values().flatten().map(|table| (table.start, table)).collect();
            leave_doubtful(&mut held, &all, &process.maps()?.0, &memory);
        }
        Ok(self.count(&held, &functions, &tables))
    }

    fn go_on(&self) -> Result<()> {
        if self.stop.load(Ordering::Relaxed) {
            bail!("nobody waits for it");
        }
        Ok(())
    }

    /// The functions by the addresses of their old code.
    fn in_memory(&self, images: &BTreeMap<Generation, Mapped>) -> FxHashMap<Word, &Function> {
        let address =
            |(generation, address): &(Generation, u64)| Some(images.get(generation)?.bias.wrapping_add(*address));
        let places = |function: &Function| function.places.iter().filter_map(address).collect::<Vec<_>>();
        self.functions.iter().flat_map(|function| places(function).into_iter().map(move |at| (at, function))).collect()
    }

    /// The vtables of each function.
    fn tables(
        &self,
        functions: &FxHashMap<Word, &Function>,
        images: &BTreeMap<Generation, Mapped>,
        memory: &Memory,
    ) -> Result<FxHashMap<Name, Vec<Table>>> {
        let of_objects =
            functions.iter().filter(|(_, function)| function.of_objects.is_some()).map(|(address, _)| *address);
        let wanted = Wanted::new(Default::default(), of_objects.collect());
        let constants: Vec<_> = images.values().flat_map(|image| image.constants.iter().cloned()).collect();
        let is_address = |word: Word| {
            let mut ranges = images.values().flat_map(|image| image.code.iter().chain(&image.constants));
            ranges.any(|range| range.contains(&word))
        };
        let mut found: FxHashMap<Name, Vec<Table>> = FxHashMap::default();
        for slot in self.look(&wanted, &constants, memory)? {
            let Some(function) = functions.get(&slot.word) else { continue };
            let found_table = match function.of_objects {
                Some(OfObjects::Drop) => head(memory, slot.at, is_address),
                _ => table(memory, slot.at, is_address),
            };
            let Some(table) = found_table else { continue };
            found.entry(function.name).or_default().push(table);
        }
        Ok(found)
    }

    fn look(&self, wanted: &Wanted, ranges: &[Range<Word>], memory: &Memory) -> Result<Vec<Held>> {
        let mut found = Vec::new();
        for range in ranges {
            let start = range.start.next_multiple_of(WORD);
            let mut before = 0;
            for (start, bytes) in memory.pieces(start..range.end) {
                self.go_on()?;
                wanted.find(start, &bytes, &mut before, &mut found);
            }
        }
        Ok(found)
    }

    fn count(
        &self,
        held: &[Held],
        functions: &FxHashMap<Word, &Function>,
        tables: &FxHashMap<Name, Vec<Table>>,
    ) -> Vec<Found> {
        let mut found = Vec::new();
        let mut last: FxHashMap<Word, u64> = FxHashMap::default();
        for table in tables.values().flatten() {
            let index = last.entry(table.start).or_default();
            *index = table.index.max(*index);
        }
        for function in &self.functions {
            let is_here = |held: &&Held| functions.get(&held.word).is_some_and(|other| other.name == function.name);
            let pointers = held.iter().filter(|held| held.data.is_none()).filter(is_here).count();
            // An object that has the changed function itself is counted there.
            let changed = tables.get(&function.leads_to).filter(|_| function.leads_to != function.name);
            // What is called through a box has a method for each of the `Fn` traits below its own, which comes last; and
            // methods say more of an object than that it is dropped.
            let gives_way = matches!(function.of_objects, Some(OfObjects::Call(_) | OfObjects::Drop));
            let is_below = |table: &Table| last.get(&table.start).is_some_and(|last| gives_way && table.index < *last);
            let is_counted = |table: &Table| {
                is_below(table) || changed.is_some_and(|all| all.iter().any(|it| it.start == table.start))
            };
            let of_kind = |kind| {
                let all = tables.get(&function.name).into_iter().flatten();
                let own = all.filter(|table| function.kind(table) == kind && !is_counted(table));
                objects(held, &own.map(|table| (table.start, *table)).collect())
            };
            let objects = [Kind::Object, Kind::Future].map(|kind| (kind, of_kind(kind)));
            let counts = objects.into_iter().chain([(Kind::Pointer, pointers)]).filter(|(_, count)| *count > 0);
            found.extend(counts.map(|(kind, count)| Found {
                name: function.name,
                leads_to: function.leads_to,
                kind,
                count,
            }));
        }
        found
    }
}

impl Function {
    /// What objects with this vtable are. That of a future leads to one method alone; that of a closure first to the one
    /// that consumes it, which is not its body.
    fn kind(&self, table: &Table) -> Kind {
        let is_future = self.of_objects == Some(OfObjects::Closure) && table.index == HEAD;
        if is_future { Kind::Future } else { Kind::Object }
    }
}

/// Leaves out what is not there any more, what is no object, and what the program has freed.
fn leave_doubtful(held: &mut Vec<Held>, tables: &FxHashMap<Word, &Table>, maps: &[MemoryMap], memory: &Memory) {
    let is_mapped = |data| maps.iter().any(|map| range(map).contains(&data));
    let fits = |held: &Held, data| tables.get(&held.word).is_some_and(|table| table.fits(data, is_mapped));
    held.retain(|held| held.is_there(memory) && held.data.is_none_or(|data| fits(held, data)));
    let addresses: Vec<Word> = held.iter().flat_map(|held| held.data.into_iter().chain([held.at])).collect();
    let writable = maps.iter().filter(|map| map.perms.contains(MMPermissions::WRITE)).map(range);
    let touched = writable.filter(|range| addresses.iter().any(|address| range.contains(address)));
    let freed: Vec<_> = touched.flat_map(|range| freed_now(&range, memory)).collect();
    held.retain(|held| !is_in(&freed, held.at) && !held.data.is_some_and(|data| is_in(&freed, data)));
}

fn range(map: &MemoryMap) -> Range<Word> {
    map.address.0..map.address.1
}

/// The program goes on while one looks at its heap: what makes no sense is looked at again.
fn freed_now(heap: &Range<Word>, memory: &Memory) -> Vec<Range<Word>> {
    const TRIES: usize = 5;
    let look = || {
        memory.look_again();
        freed(memory, heap.clone())
    };
    (0..TRIES).map(|_| look()).find(|freed| !freed.is_empty()).unwrap_or_default()
}
