//! What the running program is made of: its crates, their sources, the newest build, and what the process has loaded.
//!
//! Read once for each start of the program, on a thread of its own while the program already runs.

mod crates;
mod outside;
mod scripts;
mod shared;
mod slices;
mod unconfirmed;

use crate::base::record::{HotDir, Record};
use crate::compile::Compilation;
use crate::image::{Generation, Image};
use crate::link::{Frame, Linked, Linker};
use crate::objects::library::Libraries;
use crate::objects::{Build, Name, Names};
use crate::plan::hot::HotFunctions;
use crate::plan::shapes::ShapeChange;
use crate::plan::{Ledger, Plan, Planner};
use crate::save::Route;
use crate::shadow::Text;
use crate::sources::Sources;
use crate::through_cargo::is_for_cargo;
use anyhow::{Context, Result, bail};
pub(crate) use crates::Crate;
use crates::crates;
use outside::{Edit, Outside};
use rustc_hash::FxHashSet;
use scripts::ScriptInputs;
use shared::shared_libraries;
pub(crate) use slices::Taken;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use unconfirmed::{By, Unconfirmed};

/// Everything a patch is made from.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// Dependencies before dependents; the binary is the last.
    pub(crate) crates: Vec<Crate>,
    pub(crate) has_runtime: bool,
    build_id: u128,
    pub(crate) names: Names,
    pub(crate) build: Build,
    pub(crate) image: Image,
    pub(crate) ledger: Ledger,
    libraries: Arc<Libraries>,
    pub(crate) linker: Linker,
    /// The words that the program's linker was called with.
    linked: Vec<String>,
    /// Read when the first patch is made: by then the process has mapped what it starts with.
    pub(crate) shared_libraries: Vec<PathBuf>,
    /// Of the next patch; a patch that the host refused has used its number up.
    pub(crate) next_generation: Generation,
    /// Crates with changes that no compilation has taken in, dependencies first.
    unfinished: BTreeSet<usize>,
    /// Crates with changes that were not checked as they are written.
    unchecked: BTreeSet<usize>,
    unconfirmed: Unconfirmed,
    /// Whether what was saved last did not compile as it is written, though its public copy did.
    pub(crate) is_suspect: bool,
    /// Whether the libraries do not fit the values that live: a patch would be made of them, too.
    pub(crate) is_misfit: bool,
    /// Whether cargo's last build failed, or made the program of other crates: then every save is for cargo.
    pub(crate) wants_cargo: bool,
    script_inputs: Vec<ScriptInputs>,
    /// What cargo alone understands, as it was last seen.
    manifests: BTreeMap<PathBuf, Option<Vec<u8>>>,
    outside: Outside,
    /// Names in objects that the compiler wrote since the last patch.
    pending: FxHashSet<Name>,
}

/// What a save means for the program.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Crates with a file that changed.
    pub(crate) crates: BTreeSet<usize>,
    /// Whether it wrote any file of the program, changed or not.
    pub(crate) is_relevant: bool,
    /// Files of dependencies outside the workspace that changed.
    pub(crate) outside: BTreeSet<PathBuf>,
    /// Whether only cargo can say what it means.
    pub(crate) is_for_cargo: bool,
}

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
    /// Reads the executable at `started`, built by us as `record` says, in a workspace with these packages.
    ///
    /// # Errors
    /// Something the base build wrote cannot be read.
    pub(crate) fn read(hot_dir: &HotDir, record: Record, started: &Path, packages: &[PathBuf]) -> Result<Self> {
        let Some(program) = record.program.clone() else { bail!("the record of the program is one of a library") };
        let executable = fs::read(&program.executable)
            .with_context(|| format!("failed to read the program `{}`", program.executable.display()))?;
        let sysroot = sysroot(&record)?;
        let mut crates = crates(hot_dir, record)?;
        let outside = Outside::of(started, packages, &crates, &program.linked)?;
        let libraries = Arc::new(outside_libraries(&crates, &program.linked)?);
        let warmed = Arc::clone(&libraries);
        thread::Builder::new()
            .name("libraries".into())
            .spawn(move || warmed.warm())
            .context("failed to start the thread that reads the libraries")?;
        let (mut names, mut build) = (Names::default(), Build::default());
        for found in &mut crates {
            found.read_base(|rlib| build.update(&rlib, &mut names))?;
        }
        let image = Image::of_executable(&executable, &build, &mut names)?;
        let script_inputs = crates.iter().filter_map(|found| ScriptInputs::of(&found.record)).collect();
        let ledger = Ledger::new(&build, &names);
        let linker = Linker::of_sysroot(&sysroot)?;
        Ok(Self {
            crates,
            has_runtime: program.runtime,
            build_id: program.build_id,
            names,
            build,
            image,
            ledger,
            libraries,
            linker,
            linked: program.linked,
            shared_libraries: Vec::new(),
            next_generation: 1,
            unfinished: BTreeSet::new(),
            unchecked: BTreeSet::new(),
            unconfirmed: Unconfirmed::default(),
            is_suspect: false,
            is_misfit: false,
            wants_cargo: false,
            script_inputs,
            manifests: BTreeMap::new(),
            outside,
            pending: FxHashSet::default(),
        })
    }

    pub(crate) fn crate_names(&self) -> Vec<String> {
        self.crates.iter().map(Crate::name).collect()
    }

    pub(crate) fn has_hot_functions(&self) -> bool {
        !HotFunctions::find(&self.build).is_empty()
    }

    /// Folders that hold a file of the program, some perhaps outside every package.
    pub(crate) fn folders(&self) -> BTreeSet<PathBuf> {
        let sources = self.crates.iter().flat_map(|found| found.sources.folders());
        let scripts = self.script_inputs.iter().flat_map(ScriptInputs::folders);
        let all = sources.chain(self.outside.folders()).map(Path::to_owned).chain(scripts);
        all.filter(|folder| folder.is_dir()).collect()
    }

    /// What was saved before its folder was watched.
    pub(crate) fn missed(&self) -> BTreeSet<PathBuf> {
        self.outside.missed().map(Path::to_owned).collect()
    }

    /// Takes in the new texts of a save.
    ///
    /// # Errors
    /// A file cannot be read, or its shadow not be written.
    pub(crate) fn take_in(&mut self, paths: &BTreeSet<PathBuf>) -> Result<Changes> {
        let mut changes = Changes::default();
        for path in paths {
            if self.is_for_cargo(path) {
                let text = fs::read(path).ok();
                changes.is_for_cargo |= self.manifests.insert(path.clone(), text.clone()) != Some(text);
            }
        }
        let behind_links =
            paths.iter().flat_map(|path| self.crates.iter().filter_map(|it| it.sources.behind_link(path)));
        let listed: BTreeSet<PathBuf> =
            behind_links.chain(paths.iter().map(PathBuf::as_path)).map(Path::to_owned).collect();
        for path in &listed {
            if let Some(edit) = self.outside.take_in(path) {
                changes.is_relevant = true;
                changes.outside.extend((edit == Edit::Changed).then(|| path.clone()));
            }
            if !self.crates.iter().any(|found| found.may_contain(path)) {
                continue;
            }
            let text = match fs::read(path) {
                Ok(text) => Some(text),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(_) if path.is_dir() => continue,
                Err(error) => return Err(error).with_context(|| format!("failed to read `{}`", path.display())),
            };
            for (index, found) in self.crates.iter_mut().enumerate().filter(|(_, found)| found.may_contain(path)) {
                let is_listed = found.sources.contains(path);
                let is_same = text.is_some() && found.sources.text(path) == text.as_deref();
                changes.is_relevant |= is_listed || !self.unfinished.is_empty() || self.wants_cargo;
                if is_same {
                    continue;
                }
                found.take_in(path, text.clone());
                if is_listed {
                    changes.crates.insert(index);
                }
            }
        }
        changes.is_for_cargo |= self.wants_cargo && changes.is_relevant;
        Ok(changes)
    }

    /// The crates with a change that the program does not run: of this save, or of one before.
    pub(crate) fn crates_to_patch(&self, changes: &Changes) -> BTreeSet<usize> {
        let left = self.unfinished.iter().filter(|_| changes.is_relevant);
        let all = changes.crates.iter().chain(left);
        all.copied().filter(|index| !self.crates[*index].is_live).collect()
    }

    /// Manifests and the like, and Rust files that can belong to none of the program's crates: of a build script, say.
    fn is_for_cargo(&self, path: &Path) -> bool {
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        let is_ours = |found: &Crate| found.may_contain(path);
        let is_input = || self.script_inputs.iter().any(|inputs| inputs.contains(path));
        is_for_cargo(path)
            || self.outside.is_inside(path)
            || (is_rust || is_input()) && !self.outside.contains(path) && !self.crates.iter().any(is_ours)
    }

    /// Takes a file for known: cargo writes the lock file itself.
    pub(crate) fn know_manifest(&mut self, path: PathBuf) {
        let text = fs::read(&path).ok();
        self.manifests.insert(path, text);
    }

    /// Takes in what cargo has built anew.
    ///
    /// # Errors
    /// What it has built cannot be read.
    pub(crate) fn take_build(&mut self, hot_dir: &HotDir, program: &Path) -> Result<Rebuilt> {
        let built = hot_dir.of_program(program)?;
        let is_ours = |record: &Record| self.crates.last().is_some_and(|last| last.record.library == record.library);
        self.wants_cargo = !built.as_ref().is_some_and(is_ours);
        if self.wants_cargo {
            return Ok(Rebuilt::Other);
        }
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
            self.pending.extend(self.build.uncover(&library));
            let touched = found.read_base(|rlib| self.build.update(&rlib, &mut self.names))?;
            self.took_library(index, &library, touched)?;
        }
        Ok(rebuilt)
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
            found.sources.relist(Sources::read(&dep_info, &found.record.shadow, &found.record.directory)?);
        }
        found.settle();
        self.pending.extend(touched);
        self.unfinished.remove(&index);
        Ok(())
    }

    /// A library outside the workspace that is not the one that the program was linked with any more.
    pub(crate) fn rebuilt_dependency(&self) -> Option<&Path> {
        self.outside.rebuilt()
    }

    /// What of the newest text does not fit the values that may live.
    pub(crate) fn misfits(&self) -> Vec<(PathBuf, ShapeChange)> {
        let relative = |(file, change): (PathBuf, ShapeChange), root: &Path| {
            (file.strip_prefix(root).map(Path::to_owned).unwrap_or(file), change)
        };
        let all = self.crates.iter().flat_map(|found| {
            found.layouts.compare().into_iter().map(|change| relative(change, &found.record.directory))
        });
        all.collect()
    }

    /// # Errors
    /// A library outside the workspace cannot be read.
    pub(crate) fn plan(&mut self) -> Result<Plan> {
        let mut planner = Planner {
            build: &mut self.build,
            image: &mut self.image,
            ledger: &mut self.ledger,
            libraries: &self.libraries,
            names: &mut self.names,
        };
        planner.plan(&self.pending)
    }

    /// Takes note of the process that patches are for.
    pub(crate) fn meet(&mut self, process: u32) {
        if self.shared_libraries.is_empty() {
            self.shared_libraries = shared_libraries(process, &self.linked);
        }
    }

    pub(crate) fn frame(&self) -> Frame {
        Frame { build_id: self.build_id, generation: self.next_generation }
    }

    /// The host runs the patch.
    pub(crate) fn commit(&mut self, plan: &Plan, linked: &Linked, generation: Generation, route: &Route) {
        self.unconfirmed.note(&self.image, &self.ledger, &self.build, &linked.defined);
        self.image.commit(generation, &linked.defined, &plan.bodies, &self.build);
        self.settle(plan, true);
        if matches!(route, Route::Replay { .. }) {
            self.build.settle();
            for found in &mut self.crates {
                found.layouts.settle();
            }
        }
    }

    /// The user knows what the plan says.
    pub(crate) fn settle(&mut self, plan: &Plan, is_committed: bool) {
        self.ledger.settle(plan, &self.pending, &self.build, &self.names, is_committed);
        self.pending.clear();
        self.crates.iter_mut().for_each(Crate::tell_all);
    }
}

/// Dependencies from the registry and elsewhere, and the standard library. First what the linker was given, used or not, and
/// what crates name; then what lies beside it, where the dependencies are that no code names yet, and those of other builds.
fn outside_libraries(crates: &[Crate], linked: &[String]) -> Result<Libraries> {
    let (mut named, mut beside): (Vec<PathBuf>, Vec<PathBuf>) = Default::default();
    named.extend(linked.iter().filter(|word| word.ends_with(".rlib")).map(PathBuf::from));
    for found in crates {
        let (directory, invocation) = (&found.record.directory, &found.record.invocation);
        named.extend(invocation.externs().map(|(_, library)| directory.join(library).with_extension("rlib")));
        for folder in invocation.values("-L").filter_map(|value| value.strip_prefix("dependency=")) {
            beside.extend(rlibs(&directory.join(folder))?);
        }
    }
    let mut seen: FxHashSet<PathBuf> = crates.iter().map(|found| found.record.library.clone()).collect();
    named.retain(|library| library.is_file() && seen.insert(library.clone()));
    beside.retain(|library| seen.insert(library.clone()));
    Ok(Libraries::new(named, beside))
}

fn rlibs(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|extension| extension == "rlib")).collect())
}

fn sysroot(record: &Record) -> Result<PathBuf> {
    let output = record
        .rustc
        .alone()
        .args(["--print", "sysroot"])
        .current_dir(&record.directory)
        .env_clear()
        .envs(&record.environment)
        .output()
        .with_context(|| format!("failed to ask `{}` for its sysroot", record.rustc))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}
