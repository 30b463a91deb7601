//! `cargo hot coverage`: of every function of the workspace, would a change of its body take the slice route?
//!
//! Nothing is guessed: all functions that the rules let through are compiled alone, as they are, and their machine code
//! is held against what the base build made of them. [`attempt`] compiles, [`compare`] compares, [`report`] tells.

mod attempt;
mod compare;
mod report;

use crate::base::launch::Tools;
use crate::base::record::{HotDir, Record};
use crate::cli::CoverageOptions;
use crate::objects::{Build, Names, Rlib};
use crate::project::Project;
use crate::slice::index::{Function, Key};
use crate::slice::rename::Host;
use crate::slice::{Chosen, Reason, Slicer};
use crate::sources::Sources;
use anyhow::{Context, Result, bail};
use attempt::Attempt;
use cargo_metadata::Message;
use compare::Comparison;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

/// Every function of one crate.
#[derive(Debug, Serialize)]
pub(crate) struct Covered {
    name: String,
    functions: Vec<CoveredFunction>,
}

#[derive(Debug, Serialize)]
pub(crate) struct CoveredFunction {
    path: String,
    file: PathBuf,
    line: usize,
    /// Why a change of its body takes the replay route.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Whether it is one that rules let through.
    is_eligible: bool,
    /// What rustc says of it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Of a slice: how its machine code differs from the program's; empty if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<String>,
}

/// Builds the project and tells of each of its crates.
///
/// # Errors
/// The project does not build, or rustc cannot be run.
pub(crate) fn run(options: &CoverageOptions) -> Result<ExitCode> {
    let project = Project::find(&options.project)?;
    let records = build(options, &project)?;
    if records.is_empty() {
        bail!("nothing was built that could be patched: is there a library or a program in this project?");
    }
    let folder = tempfile::Builder::new().prefix("cargo-hot-").tempdir().context("failed to create a folder")?;
    let mut crates = Vec::new();
    for record in &records {
        crates.push(cover(record, folder.path())?);
    }
    report::print(&crates, options)?;
    Ok(ExitCode::SUCCESS)
}

/// The crates of the workspace that cargo builds for these options.
fn build(options: &CoverageOptions, project: &Project) -> Result<Vec<Record>> {
    let mut cargo = Tools::install(project, options.cargo.profile(), false)?.build(&options.for_cargo())?;
    cargo.args(["--message-format", "json-render-diagnostics"]).stdout(Stdio::piped());
    let output = cargo.spawn().and_then(std::process::Child::wait_with_output).context("failed to run cargo")?;
    if !output.status.success() {
        bail!("the project does not build");
    }
    let mut records: BTreeMap<PathBuf, Record> = BTreeMap::new();
    for message in Message::parse_stream(output.stdout.as_slice()) {
        let Ok(Message::CompilerArtifact(artifact)) = message else { continue };
        for file in artifact.executable.iter().chain(&artifact.filenames) {
            let Some(record) = record_of(file.as_std_path(), project)? else { continue };
            records.insert(record.library.clone(), record);
        }
    }
    Ok(records.into_values().collect())
}

fn record_of(artifact: &Path, project: &Project) -> Result<Option<Record>> {
    let Some(hot_dir) = HotDir::of_file(artifact, project) else { return Ok(None) };
    if artifact.extension().is_some_and(|extension| extension == "rlib") {
        return hot_dir.of_artifact(artifact);
    }
    if artifact.extension().is_none() { hot_dir.of_program(artifact) } else { Ok(None) }
}

fn cover(record: &Record, folder: &Path) -> Result<Covered> {
    let sources = Sources::read(&record.dep_info, &record.shadow, &record.directory)?;
    let input = Path::new(record.invocation.input.as_deref().unwrap_or_default());
    let slicer = Slicer::new(&record.shadow.original_of(input), sources.files(), &BTreeSet::new());
    let (mut names, mut build) = (Names::default(), Build::default());
    build.update(&Rlib::new(&record.library, &record.directory, &record.invocation), &mut names)?;
    let names = RefCell::new(names);
    let mut rules = BTreeMap::new();
    let mut chosen = Chosen::new();
    let mut comparison = Comparison::default();
    for (path, _, function) in slicer.functions() {
        let names = names.borrow();
        let host = Host { build: &build, names: &names, library: &record.library };
        let place = (path.to_owned(), function.key.clone());
        if let Some(reason) = slicer.obstacle_in(record, &host, path, function) {
            rules.insert(place, reason);
        } else {
            comparison.differences.insert(place, String::new());
            chosen.entry(path.to_owned()).or_default().insert(function.key.clone());
        }
    }
    let slice_of = |chosen: &Chosen| {
        let names = names.borrow();
        slicer.slice_of(record, &Host { build: &build, names: &names, library: &record.library }, chosen)
    };
    let mut attempt = Attempt::new(record, &slicer, &slice_of, folder);
    attempt
        .compile(chosen, &mut |slice, object| comparison.add(record, slice, object, &build, &mut names.borrow_mut()))?;
    // What a build script wrote is nobody's to edit.
    let out_dir = record.environment.get("OUT_DIR").map(Path::new);
    let is_built = |path: &Path, function: &Function| {
        !out_dir.is_some_and(|out_dir| path.starts_with(out_dir))
            && function.reason != Some(Reason::NotBuilt)
            && comparison.refused.get(&(path.to_owned(), function.key.clone())) != Some(&Reason::NotBuilt)
    };
    let functions = slicer.functions().filter(|(path, _, function)| is_built(path, function));
    let functions = functions.map(|(path, module, function)| {
        let place = (path.to_owned(), function.key.clone());
        let error = attempt.failed.get(&place).cloned();
        let failure = error.as_ref().map(|_| Reason::NotCompiled).or(comparison.refused.get(&place).copied());
        let rule = rules.get(&place).copied();
        let is_alone = rule.is_none() && failure.is_none();
        let difference = comparison.differences.get(&place).filter(|_| is_alone).cloned();
        let found = covered(record, path, module, function, rule, failure);
        CoveredFunction { error, difference, ..found }
    });
    let name = record.invocation.crate_name().unwrap_or_default().to_owned();
    Ok(Covered { name, functions: functions.collect() })
}

/// A function of a crate: its file, and its key in it.
type FunctionId = (PathBuf, Key);

fn covered(
    record: &Record,
    path: &Path,
    module: &[String],
    function: &Function,
    rule: Option<Reason>,
    failure: Option<Reason>,
) -> CoveredFunction {
    let inner = function.key.0.split("::").filter(|name| !name.is_empty());
    let names = module.iter().map(String::as_str).chain(inner).chain([function.path.as_str()]);
    CoveredFunction {
        path: names.collect::<Vec<_>>().join("::"),
        file: path.strip_prefix(&record.directory).unwrap_or(path).to_owned(),
        line: function.line,
        reason: rule.or(failure).map(|reason| reason.to_string()),
        is_eligible: rule.is_none(),
        error: None,
        difference: None,
    }
}

/// Where every chosen function stands, to tell which of them an error speaks of.
fn lines(slicer: &Slicer, chosen: &Chosen) -> BTreeMap<PathBuf, Vec<(std::ops::Range<usize>, Key)>> {
    let mut found: BTreeMap<PathBuf, Vec<_>> = BTreeMap::new();
    let none = BTreeSet::new();
    for (path, _, function) in slicer.functions() {
        if chosen.get(path).unwrap_or(&none).contains(&function.key) {
            found.entry(path.to_owned()).or_default().push((slicer.lines(path, function), function.key.clone()));
        }
    }
    found
}
