//! The workspace crates of a program: found from the binary's record along the `--extern`s, with their sources.

use crate::base::record::{HotDir, Record};
use crate::base::turn::{Compiled, Turn};
use crate::objects::Rlib;
use crate::plan::edits::Source;
use crate::plan::functions::functions;
use crate::plan::layouts::{Layouts, module_of};
use crate::plan::shapes::shapes;
use crate::shadow::{Text, modified};
use crate::slice::Slicer;
use crate::sources::{Sources, read};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// A crate of the workspace that is part of the program.
#[derive(Debug)]
pub(crate) struct Crate {
    pub(crate) record: Record,
    pub(crate) sources: Sources,
    pub(crate) layouts: Layouts,
    /// Of files that changed since the user was last told of changes, what they held then.
    told: BTreeMap<PathBuf, Vec<u8>>,
    /// Indices of the crates that use it, at whatever distance.
    pub(crate) dependents: Vec<usize>,
    pub(crate) slicer: Slicer,
    /// Whether all that changed is in a slice that the program runs.
    pub(crate) is_live: bool,
    /// Files whose newest text the shadow and the shapes do not have yet.
    behind: BTreeSet<PathBuf>,
    /// The newest texts of files in its folder that are no part of it, or not yet: those of a binary beside a library, say.
    beside: BTreeMap<PathBuf, Vec<u8>>,
    /// What library and shadow were made from when we last had our turn.
    compiled: Option<Compiled>,
    /// Files that are not what the base build compiled, of which there is no more than the copy.
    pub(crate) missed: BTreeSet<PathBuf>,
}

impl Crate {
    fn new(record: Record, dependents: Vec<usize>) -> Result<Self> {
        let mut sources = Sources::read(&record.dep_info, &record.shadow, &record.directory)?;
        // What was saved while the base build ran may have come too late for it.
        let outdated: Vec<_> = sources
            .files()
            .filter_map(|(path, text)| {
                Some((path.to_owned(), record.shadow.outdated(path, text, &record.compiled_root, record.begun)?))
            })
            .collect();
        let missed: BTreeSet<PathBuf> = outdated.iter().map(|(path, _)| path.clone()).collect();
        let public = if record.shadow.text == Text::Public { missed.clone() } else { BTreeSet::new() };
        outdated.into_iter().for_each(|(path, text)| drop(sources.set(&path, text)));
        let root = original_root(&record);
        let layouts = Layouts::new(&root, sources.files());
        let slicer = Slicer::new(&root, sources.files(), &public);
        Ok(Self {
            record,
            sources,
            layouts,
            told: BTreeMap::new(),
            dependents,
            slicer,
            is_live: true,
            behind: BTreeSet::new(),
            beside: BTreeMap::new(),
            compiled: None,
            missed,
        })
    }

    pub(crate) fn name(&self) -> String {
        self.record.invocation.crate_name().unwrap_or_default().to_owned()
    }

    /// Has the library read as the base build made it, and left so, whatever another session did since: what is compiled against
    /// it is for a program that was linked with it.
    ///
    /// # Errors
    /// Those of `read`, or there is no turn to be had.
    pub(crate) fn read_base<T>(&mut self, read: impl FnOnce(Rlib) -> Result<T>) -> Result<T> {
        let mut turn = Turn::wait(&self.record.turns)?;
        self.compiled = Some(self.record.compiled);
        if turn.last == self.compiled {
            return read(self.rlib());
        }
        self.record.put_back(&mut turn)?;
        // What rustc's cache holds is of the other one.
        read(self.rlib().without_cache())
    }

    pub(crate) fn rlib(&self) -> Rlib {
        Rlib::new(&self.record.library, &self.record.directory, &self.record.invocation)
    }

    /// Whether a file is, or could become, a module of the crate, or is read into it.
    pub(crate) fn may_contain(&self, path: &Path) -> bool {
        let root = original_root(&self.record);
        self.sources.contains(path) || is_rust(path) && root.parent().is_some_and(|folder| path.starts_with(folder))
    }

    /// Takes note of a file's newest text; `None` for a file that is gone.
    pub(crate) fn take_in(&mut self, path: &Path, text: Option<Vec<u8>>) {
        self.behind.insert(path.to_owned());
        if !self.sources.contains(path) {
            self.beside.remove(path);
            self.beside.extend(text.map(|text| (path.to_owned(), text)));
            return;
        }
        self.slicer.take_in(path, text.as_deref(), &self.record.shadow);
        self.is_live = false;
        match text {
            Some(text) => {
                if let Some(old) = self.sources.set(path, text) {
                    self.told.entry(path.to_owned()).or_insert(old);
                }
            }
            None => self.sources.forget(path),
        }
    }

    /// Takes over the list of files of a newer compilation; gives back those of the new ones that may have changed since the
    /// edit that brought them, as nobody looked for that.
    pub(crate) fn relist(&mut self, newest: Sources) -> Vec<PathBuf> {
        let is_new = |path: &&Path| !self.sources.contains(path);
        let new: Vec<PathBuf> = newest.files().map(|(path, _)| path).filter(is_new).map(Path::to_owned).collect();
        for path in &new {
            if let Some(text) = self.beside.remove(path) {
                self.sources.set(path, text);
            }
        }
        let is_unseen = |path: &&PathBuf| !self.sources.contains(path) && !self.is_output(path);
        let mut changed: Vec<PathBuf> = new.iter().filter(is_unseen).cloned().collect();
        if !changed.is_empty() {
            let edited = self.sources.files().filter_map(|(path, _)| modified(path)).max();
            changed.retain(|path| modified(path) > edited);
        }
        self.sources.relist(newest);
        for path in &new {
            if let Some(text) = self.sources.text(path) {
                self.layouts.update(path, text);
            }
        }
        for path in &changed {
            // What it held when it was read, nobody knows.
            self.sources.set(path, Vec::new());
        }
        changed
    }

    /// Takes in what the build script has written: it was compiled with that.
    pub(crate) fn take_in_output(&mut self) {
        let written: Vec<PathBuf> =
            self.sources.files().map(|(path, _)| path.to_owned()).filter(|path| self.is_output(path)).collect();
        for path in written {
            self.sources.set(&path, read(&path));
        }
    }

    /// Whether the build script wrote it.
    fn is_output(&self, path: &Path) -> bool {
        self.record.environment.get("OUT_DIR").is_some_and(|folder| path.starts_with(folder))
    }

    /// Takes our turn at the crate. What another did since our last one is written over.
    ///
    /// # Errors
    /// There is no turn to be had.
    pub(crate) fn take_turn(&mut self) -> Result<Turn> {
        let mut turn = Turn::wait(&self.record.turns)?;
        let ours = self.digest();
        if turn.last != self.compiled && turn.last != Some(ours) {
            self.behind.extend(self.sources.files().map(|(path, _)| path.to_owned()));
            self.record.shadow.remove_orphans(&self.record.package_root)?;
        }
        turn.claim(ours)?;
        self.compiled = Some(ours);
        Ok(turn)
    }

    /// Our turn, if the library is made of what we had compiled last.
    ///
    /// # Errors
    /// There is no turn to be had.
    pub(crate) fn same_turn(&self) -> Result<Option<Turn>> {
        let turn = Turn::wait(&self.record.turns)?;
        Ok((turn.last == self.compiled).then_some(turn))
    }

    /// Of what the crate is to be compiled from.
    fn digest(&self) -> Compiled {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        hasher.update(&[u8::from(self.record.shadow.text == Text::Public)]);
        let beside = self.beside.iter().map(|(path, text)| (path.as_path(), text.as_slice()));
        for (path, text) in self.sources.files().chain(beside) {
            for part in [path.as_os_str().as_bytes(), text] {
                hasher.update(&part.len().to_le_bytes());
                hasher.update(part);
            }
        }
        Compiled(hasher.digest128())
    }

    /// Takes our turn, and brings the shadow and the shapes up to what was taken in.
    ///
    /// # Errors
    /// The shadow cannot be written.
    pub(crate) fn catch_up(&mut self) -> Result<Turn> {
        let turn = self.take_turn()?;
        while let Some(path) = self.behind.first().cloned() {
            self.catch_up_with(&path)?;
            self.behind.remove(&path);
        }
        Ok(turn)
    }

    fn catch_up_with(&mut self, path: &Path) -> Result<()> {
        let Some(bytes) = self.sources.text(path).or_else(|| self.beside.get(path).map(Vec::as_slice)) else {
            self.layouts.forget(path);
            return self.record.shadow.forget(path);
        };
        if is_rust(path) && self.record.shadow.close(path, bytes) {
            self.record.shadow.mirror(&self.record.directory, &self.record.package_root)?;
        }
        self.record.shadow.write(path, bytes, modified(path))?;
        if self.sources.contains(path) {
            self.layouts.update(path, bytes);
        }
        Ok(())
    }

    /// The library was compiled from what was taken in.
    pub(crate) fn settle(&mut self) {
        self.slicer.settle(self.sources.files());
        self.is_live = true;
    }
}

impl Crate {
    /// Its files, with what the user was last told about.
    pub(crate) fn edits(&self) -> impl Iterator<Item = Source<'_>> {
        let root = original_root(&self.record);
        self.sources.files().map(move |(file, text)| {
            let module = module_of(&root, file);
            Source { file, module, text, told: self.told.get(file).map(Vec::as_slice) }
        })
    }

    /// The user was told of all changes.
    pub(crate) fn tell_all(&mut self) {
        self.told.clear();
    }

    /// File and line of the function or static with this path, as its text has it.
    pub(crate) fn declared(&self, path: &str) -> Option<(PathBuf, u64)> {
        let root = original_root(&self.record);
        let found = self.sources.files().find_map(|(file, text)| {
            let parsed = syn::parse_file(std::str::from_utf8(text).ok()?).ok()?;
            let module = module_of(&root, file);
            let functions = functions(&parsed, &module).into_iter().map(|function| (function.path, function.line));
            let shapes = shapes(&parsed, &module).into_iter().map(|shape| (shape.path, shape.line));
            let (_, line) = functions.chain(shapes).find(|(found, _)| found == path)?;
            Some((file.to_owned(), line as u64))
        });
        proc_macro2::extra::invalidate_current_thread_spans();
        found
    }
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// The root file of the crate as the user knows it.
fn original_root(record: &Record) -> PathBuf {
    record.shadow.original_of(Path::new(record.invocation.input.as_deref().unwrap_or_default()))
}

/// Dependencies before dependents; the binary is the last.
pub(crate) fn crates(hot_dir: &HotDir, binary: Record) -> Result<Vec<Crate>> {
    let mut records: Vec<Record> = Vec::new();
    let mut uses = Vec::new();
    collect(hot_dir, binary, &mut records, &mut uses)?;
    let all = records.into_iter().enumerate();
    all.map(|(index, record)| Crate::new(record, dependents(index, &uses))).collect()
}

/// Appends the record behind those of the workspace crates it uses, and gives back its index.
fn collect(hot_dir: &HotDir, record: Record, records: &mut Vec<Record>, uses: &mut Vec<Vec<usize>>) -> Result<usize> {
    if let Some(index) = records.iter().position(|known| known.library == record.library) {
        return Ok(index);
    }
    let mut used = Vec::new();
    for (_, library) in record.invocation.externs() {
        let library = record.directory.join(library).with_extension("rlib");
        if let Some(found) = hot_dir.of_library(&library)? {
            used.push(collect(hot_dir, found, records, uses)?);
        }
    }
    records.push(record);
    uses.push(used);
    Ok(records.len() - 1)
}

fn dependents(index: usize, uses: &[Vec<usize>]) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for (user, used) in uses.iter().enumerate().skip(index + 1) {
        if used.iter().any(|used| *used == index || found.contains(used)) {
            found.push(user);
        }
    }
    found
}
