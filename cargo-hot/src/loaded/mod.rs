//! What the running program is made of: its crates, their sources, the newest build, and what the process has loaded.
//!
//! Read once for each start of the program, on a thread of its own while the program already runs.

mod builds;
mod crates;
mod edits;
mod generations;
mod libraries;
mod live;
mod outside;
mod scripts;
mod shared;
mod slices;
mod unconfirmed;

use crate::base::record::{HotDir, Record};
use crate::image::{Generation, Image};
use crate::link::{Frame, Linked, Linker};
use crate::objects::build::Misheld;
use crate::objects::library::Libraries;
use crate::objects::{Build, Name, Names};
use crate::plan::hot::HotFunctions;
use crate::plan::shapes::ShapeChange;
use crate::plan::{Ledger, Plan, Planner};
use crate::save::Route;
use anyhow::{Context, Result, bail};
pub(crate) use builds::Rebuilt;
pub(crate) use crates::Crate;
use crates::crates;
pub(crate) use edits::Changes;
pub(crate) use generations::NOTHING_PATCHED;
use generations::Undone;
use libraries::{outside_libraries, sysroot};
use outside::Outside;
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
    undone: Undone,
    /// Whether what was saved last did not compile as it is written, though its public copy did.
    pub(crate) is_suspect: bool,
    /// Whether the libraries do not fit the values that live: a patch would be made of them, too.
    pub(crate) is_misfit: bool,
    /// The paths of the types that are laid out otherwise than what the process was made with, or are made of such.
    pub(crate) changed_types: Vec<String>,
    /// Whether the program did not take the last patch, so that the next save has to bring it again, whatever that one is about.
    pub(crate) is_owed: bool,
    /// Whether cargo's last build failed, or made the program of other crates: then every save is for cargo.
    pub(crate) wants_cargo: bool,
    script_inputs: Vec<ScriptInputs>,
    /// What cargo alone understands, as it was last seen.
    manifests: BTreeMap<PathBuf, Option<Vec<u8>>>,
    outside: Outside,
    /// Names in objects that the compiler wrote since the last patch.
    pending: FxHashSet<Name>,
    /// Files that changed while they became part of the program, when nobody looked for that.
    pub(crate) late: BTreeSet<PathBuf>,
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
        if shows_types(&crates) {
            build.watch_types();
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
            undone: Undone::default(),
            is_suspect: false,
            is_misfit: false,
            changed_types: Vec::new(),
            is_owed: false,
            wants_cargo: false,
            script_inputs,
            manifests: BTreeMap::new(),
            outside,
            pending: FxHashSet::default(),
            late: BTreeSet::new(),
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

    /// What was saved before its folder was watched, or too late for the base build.
    pub(crate) fn missed(&self) -> BTreeSet<PathBuf> {
        let own = self.crates.iter().flat_map(|found| &found.missed).map(PathBuf::as_path);
        self.outside.missed().chain(own).map(Path::to_owned).collect()
    }

    /// A library of the program that is not there any more.
    pub(crate) fn missing(&self) -> Option<&Path> {
        let own = self.crates.iter().map(|found| found.record.library.as_path()).find(|library| !library.exists());
        own.or_else(|| self.outside.missing())
    }

    /// A library outside the workspace that is not the one that the program was linked with any more.
    pub(crate) fn rebuilt_dependency(&self) -> Option<&Path> {
        self.outside.rebuilt()
    }

    /// What may hold values that code of the newest build would take for others.
    pub(crate) fn misheld(&mut self) -> Vec<Misheld> {
        let crates = self.crate_names();
        self.build.misheld(&crates, &mut self.names, |name| self.image.is_loaded(name))
    }

    /// The names of traits of which objects may be alive, and of those that these stand on: more rather than less.
    pub(crate) fn traits_of_objects(&self) -> FxHashSet<String> {
        let last = |path: &str| path.rsplit("::").next().unwrap_or_default().trim_start_matches("r#").to_owned();
        let mut alive: FxHashSet<String> = self.build.traits_of_objects().iter().map(|path| last(path)).collect();
        let texts: Vec<_> = self.crates.iter().flat_map(|found| found.layouts.traits()).collect();
        loop {
            let before = alive.len();
            let known = texts.iter().filter(|text| alive.contains(&last(&text.path)));
            let below: Vec<String> = known.flat_map(|text| &text.mentions).map(|path| last(path)).collect();
            alive.extend(below);
            if alive.len() == before {
                return alive;
            }
        }
    }

    /// Functions that stay as they are loaded and use types that are others now.
    pub(crate) fn users_of_changed(&self, plan: &Plan) -> Vec<Misheld> {
        self.build.users_of_changed(&plan.old, &self.crate_names(), &self.names)
    }

    /// Whether [`Self::misheld`] is all that old values would not fit, but for tables of methods.
    pub(crate) fn shows_types(&self) -> bool {
        shows_types(&self.crates)
    }

    /// What of the newest text may not fit the values that live.
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
        let crates = self.crate_names();
        let mut planner = Planner {
            build: &mut self.build,
            image: &mut self.image,
            ledger: &mut self.ledger,
            libraries: &self.libraries,
            names: &mut self.names,
            crates: &crates,
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
        self.is_owed = false;
        self.lead_on(generation);
        self.unconfirmed.note(&self.image, &self.build, &linked.defined);
        self.image.commit(generation, &linked.defined, &plan.bodies, &self.build);
        self.note_types(generation, linked);
        self.settle(plan, true);
        if matches!(route, Route::Replay { .. }) {
            let crates = self.crate_names();
            self.build.settle(&crates, &mut self.names, |name| self.image.is_loaded(name));
            self.changed_types.clear();
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

/// Whether debug information tells of all types: an optimizer leaves some out.
fn shows_types(crates: &[Crate]) -> bool {
    let is_plain = |found: &Crate| found.record.invocation.codegen("opt-level").is_none_or(|level| level == "0");
    crates.iter().all(is_plain)
}
