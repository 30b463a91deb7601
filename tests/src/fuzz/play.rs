//! Plays a sequence of programs: each is saved over the one before, and the process is compared with ordinary builds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::expression::Operation;
use super::ordinary::{Building, Built, Ordinary};
use super::program::{Id, Item, Program};
use super::render::{self, Files};
use super::sequence::{Outcome, Pace, Version};
use crate::case::Launch;
use crate::environment::Environment;
use crate::session::Session;
use crate::{binary, remains};

/// How long the answer to a save may take.
const ANSWER: Duration = Duration::from_secs(180);

/// Files that are written within this time are one save.
const BURST: Duration = Duration::from_millis(4);

/// When the first version of a program was written, in seconds since 1970, as far as cargo can see: what it has built of it
/// stays fresh.
const LAID_OUT: Duration = Duration::from_secs(1_500_000_000);

/// How long more may come of a save whose first answer does not explain what is seen.
const MORE: Duration = Duration::from_secs(30);

/// What all sequences share.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The `cargo-hot` under test.
    pub cargo_hot: PathBuf,
    /// Where projects are laid out.
    pub projects: PathBuf,
    /// The target directory of all sessions.
    pub target: PathBuf,
    /// Ordinary builds.
    pub ordinary: Ordinary,
    /// How often each answer came.
    pub answers: Arc<Mutex<BTreeMap<String, usize>>>,
}

/// How a sequence is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// What `cargo hot` is told to take; `None` leaves the choice to it.
    pub route: Option<&'static str>,
    /// `--release`
    pub is_optimized: bool,
}

/// The first version of a program and its ordinary build, for more than one sequence.
#[derive(Debug)]
pub struct Opening {
    files: Files,
    built: Built,
}

/// What went wrong, and after how many saves.
#[derive(Debug)]
pub struct Failure {
    /// The version that was saved last.
    pub version: usize,
    /// What was seen, with everything the session showed.
    pub report: String,
}

impl Failure {
    /// Whether another is of the same kind, by how they begin.
    pub fn is_like(&self, other: &Self) -> bool {
        let start = |report: &str| {
            report.chars().take_while(|letter| letter.is_alphabetic() || *letter == ' ').collect::<String>()
        };
        start(&self.report) == start(&other.report)
    }
}

impl Stage {
    /// Builds what all sequences need.
    pub fn set() -> Result<Self> {
        let place = binary::target_directory()?.join("fuzz");
        Ok(Self {
            cargo_hot: binary::cargo_hot()?,
            projects: place.join("projects"),
            target: place.join("target"),
            ordinary: Ordinary::set(&place.join("ordinary"))?,
            answers: Arc::default(),
        })
    }

    /// The same with a target directory of its own: cargo builds one thing at a time in each.
    pub fn for_worker(&self, worker: usize) -> Self {
        Self { target: self.target.join(worker.to_string()), ..self.clone() }
    }

    /// Removes what is left of a package: its project, and what cargo made of it.
    pub fn clear(&self, package: &str) -> Result<()> {
        remove(&self.projects.join(package))?;
        clear(&self.target, package)
    }
}

/// Plays these versions; `None` if all was as it should be. Where the sequence before began like this one, its `opening` is
/// there.
///
/// # Errors
/// The sequence could not be played at all.
pub fn play(
    versions: &[Version],
    manner: Manner,
    stage: &Stage,
    opening: &mut Option<Opening>,
) -> Result<Option<Failure>> {
    let environment = Environment::new(&stage.target, &[])?;
    let mut run = Run::start(&versions[0].program, manner, stage, &environment, opening)?;
    let mut number = 0;
    let result = run.play(versions, &mut number).and_then(|()| remains::check(&environment));
    let Err(error) = result else { return Ok(None) };
    let report = run.report(&error);
    drop(run);
    remains::clear(&environment);
    Ok(Some(Failure { version: number, report }))
}

struct Run<'a> {
    stage: &'a Stage,
    environment: &'a Environment,
    manner: Manner,
    place: PathBuf,
    session: Session,
    files: Files,
    /// What the cold functions of the first version are made of.
    first_cold: Cold,
    first: Built,
    /// What the process must do now.
    accepted: Built,
    /// The last generation that nothing was left to be done for, and what the process did then.
    settled: (u64, Built),
    last_dump: String,
    /// The last save may be seen as two, of which the first need not compile.
    is_torn: bool,
    /// Somebody was told that cold functions go on with old code.
    is_told: bool,
    patched: u64,
    confirmed: u64,
}

impl<'a> Run<'a> {
    fn start(
        program: &Program,
        manner: Manner,
        stage: &'a Stage,
        environment: &'a Environment,
        opening: &mut Option<Opening>,
    ) -> Result<Self> {
        let place = stage.projects.join(&program.name);
        let files = files(program);
        let project = place.join("project");
        lay_out(&project, &files)?;
        let known = opening.as_ref().filter(|opening| opening.files == files).map(|opening| opening.built.clone());
        let building = match known {
            Some(built) => Err(built),
            None => Ok(build(program, &files, &place, 0, manner, stage)?),
        };
        let run = if manner.is_optimized { vec!["--release".to_owned()] } else { Vec::new() };
        let launch = Launch { run, ..Launch::default() };
        let events = environment.events(0);
        let session = Session::start(&stage.cargo_hot, &project, &launch, environment, events, manner.route)?;
        let first = building.map_or_else(Ok, Building::finish)?;
        *opening = Some(Opening { files: files.clone(), built: first.clone() });
        let first_cold = cold(program);
        Ok(Self {
            stage,
            environment,
            manner,
            place,
            session,
            files,
            first_cold,
            accepted: first.clone(),
            settled: (0, first.clone()),
            first,
            last_dump: String::new(),
            is_torn: false,
            is_told: false,
            patched: 0,
            confirmed: 0,
        })
    }

    fn play(&mut self, versions: &[Version], number: &mut usize) -> Result<()> {
        if let Some(difference) = self.compare(*number)? {
            bail!("before any edit: {difference}");
        }
        for version in &versions[1..] {
            *number += 1;
            self.save(version, *number)?;
            if self.may_be_live_in_part(version) {
                return self.session.finish();
            }
        }
        self.take_events(Outcome::Live)?;
        self.session.finish()
    }

    fn save(&mut self, version: &Version, number: usize) -> Result<()> {
        self.take_events(Outcome::Live)?;
        let files = files(&version.program);
        let may_go_live = matches!(version.outcome, Outcome::Live | Outcome::Either);
        let is_compared = may_go_live && !matches!(version.pace, Pace::Hasty(_));
        let build = || build(&version.program, &files, &self.place, number, self.manner, self.stage);
        let building = is_compared.then(build).transpose()?;
        let begun = Instant::now();
        write(&self.place.join("project"), &self.files, &files)?;
        self.is_torn = begun.elapsed() > BURST;
        if self.may_be_live_in_part(version) {
            return Ok(());
        }
        // A text that nothing takes in is none of the program's.
        let sources = |files: &Files| files.iter().filter(|(file, _)| !file.ends_with("words.txt")).count();
        let differs =
            |(file, text): &(&PathBuf, &String)| !file.ends_with("words.txt") && self.files.get(*file) != Some(*text);
        let is_same = !files.iter().any(|pair| differs(&pair)) && sources(&files) == sources(&self.files);
        self.files = files;
        if let Pace::Hasty(milliseconds) = version.pace {
            thread::sleep(Duration::from_millis(milliseconds));
            return Ok(());
        }
        let newest = building.map(Building::finish).transpose()?;
        let outcome = if is_same { version.outcome } else { self.wait_answer(version.outcome)? };
        self.accepted = newest.filter(|_| outcome == Outcome::Live).unwrap_or_else(|| self.accepted.clone());
        if cold(&version.program) == self.first_cold && outcome == Outcome::Live {
            self.is_told &= self.first_cold.items.values().any(says_where);
        }
        self.settle(number, outcome)?;
        if version.pace == Pace::Confirmed {
            self.wait_confirmed()?;
            self.settle(number, outcome)?;
        }
        if number.is_multiple_of(2) && outcome == Outcome::Live {
            self.go_back_and_forth(number).context("when it was undone and redone")?;
        }
        if version.pace == Pace::Confirmed {
            self.settled = (self.patched, self.accepted.clone());
        }
        Ok(())
    }

    /// Has the process run what it ran when it was settled, and then what it runs now.
    fn go_back_and_forth(&mut self, number: usize) -> Result<()> {
        let (generation, now) = (self.settled.0, self.accepted.clone());
        if generation == self.patched {
            return Ok(());
        }
        self.hot(&["undo", &generation.to_string()])?;
        self.accepted = self.settled.1.clone();
        self.settle(number, Outcome::Live)?;
        self.hot(&["redo"])?;
        self.accepted = now;
        self.settle(number, Outcome::Live)
    }

    fn hot(&self, arguments: &[&str]) -> Result<()> {
        let mut command = self.environment.command(&self.stage.cargo_hot, &self.place.join("project"));
        let output = command.arg("hot").args(arguments).output().context("failed to start cargo hot")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?} ended with {}: {said}", output.status);
        Ok(())
    }

    /// What is to be refused was saved, and may have been seen as two saves, of which one fits.
    fn may_be_live_in_part(&self, version: &Version) -> bool {
        self.is_torn && version.outcome != Outcome::Live
    }

    /// What was told meanwhile.
    fn take_events(&mut self, outcome: Outcome) -> Result<()> {
        while let Some(event) = self.session.next_event(Duration::ZERO) {
            self.note(&event, outcome)?;
        }
        Ok(())
    }

    /// Waits for the first event that answers a save; what became of that.
    fn wait_answer(&mut self, outcome: Outcome) -> Result<Outcome> {
        let end = Instant::now() + ANSWER;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Some(event) = self.session.next_event(left) else { bail!("no answer to the save") };
            self.note(&event, outcome)?;
            let is_answer = match outcome {
                Outcome::Live | Outcome::Either => event["event"] != "confirmed",
                Outcome::Refused => event["event"] == "refused",
                Outcome::CompileError => event["event"] == "compile-error",
            };
            if is_answer {
                let is_refused = event["event"] == "refused";
                let either = if is_refused { Outcome::Refused } else { Outcome::Live };
                return Ok(if outcome == Outcome::Either { either } else { outcome });
            }
        }
    }

    /// Compares until all is as it should be, or nothing more comes that could change it.
    fn settle(&mut self, number: usize, outcome: Outcome) -> Result<()> {
        while let Some(difference) = self.compare(number)? {
            match self.session.next_event(MORE) {
                Some(event) => self.note(&event, outcome)?,
                None => bail!(difference),
            }
        }
        Ok(())
    }

    /// Waits until all that is live was compiled as it is written.
    fn wait_confirmed(&mut self) -> Result<()> {
        let end = Instant::now() + ANSWER;
        while self.confirmed < self.patched {
            let left = end.saturating_duration_since(Instant::now());
            let Some(event) = self.session.next_event(left) else {
                bail!("generation {} is never confirmed", self.patched)
            };
            self.note(&event, Outcome::Live)?;
        }
        Ok(())
    }

    fn note(&mut self, event: &Value, outcome: Outcome) -> Result<()> {
        let texts = ["event", "route", "reason"].map(|field| event[field].as_str().unwrap_or_default());
        let mut answers = self.stage.answers.lock().unwrap_or_else(|error| error.into_inner());
        *answers.entry(texts.join(" ")).or_default() += 1;
        drop(answers);
        let generation = event["generation"].as_u64().unwrap_or_default();
        match event["event"].as_str().unwrap_or_default() {
            "patched" => {
                ensure!(outcome != Outcome::Refused, "what does not fit is patched: {event}");
                self.patched = generation;
            }
            "confirmed" => self.confirmed = generation,
            "undone" | "redone" => self.patched = generation,
            "restart-needed" => self.is_told = true,
            "refused" => {
                let is_expected = matches!(outcome, Outcome::Refused | Outcome::Either);
                ensure!(is_expected, "what fits is refused: {event}");
            }
            "compile-error" => {
                let rendered = event["rendered"].as_str().unwrap_or_default();
                let is_expected = outcome == Outcome::CompileError || self.is_torn;
                ensure!(is_expected, "what compiles does not compile:\n{rendered}");
            }
            "unchanged" => {}
            _ => bail!("an event that nothing calls for: {event}"),
        }
        Ok(())
    }

    /// Runs a step here and there; how they differ.
    fn compare(&mut self, number: usize) -> Result<Option<String>> {
        let step = (number * 7 + 3) % 40;
        let before = self.session.ask("dump")?;
        for (key, value) in values(&before) {
            if let Some(old) = values(&self.last_dump).get(key).filter(|old| **old != value) {
                bail!("`{key}` was {old} before the save, and is {value} after it");
            }
        }
        let said = self.session.ask(&format!("step {step}"))?;
        let after = self.session.ask("dump")?;
        let cold = self.session.ask(&format!("cold {step}"))?;
        self.last_dump = self.session.ask("dump")?;
        let local = self.session.ask("worker dump")?;
        let worked = self.session.ask(&format!("worker step {step}"))?;
        self.last_dump = self.session.ask("dump")?;
        let ask = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<String>>();
        let step = [format!("step {step}"), format!("cold {step}")];
        let fresh = self.accepted.ask(
            &[
                ask(&[&format!("load{before}"), &step[0], "dump", &format!("load{after}"), &step[1]]),
                ask(&[&format!("load{local}"), &step[0]]),
            ]
            .concat(),
        )?;
        let mut differences = Vec::new();
        let mut expect = |what: &str, here: &str, there: &str| {
            if here != there {
                differences.push(format!("{what}\n  patched:  {here}\n  ordinary: {there}"));
            }
        };
        expect("a step", &said, &fresh[1]);
        expect("the statics after it", &after, &fresh[2]);
        expect("a step on another thread", &worked, &fresh[6]);
        if cold != fresh[4] {
            let first = self.first.ask(&ask(&[&format!("load{after}"), &step[1]]))?;
            expect("what no hot function leads to", &cold, &first[1]);
            if cold == first[1] && !self.is_told {
                expect("what no hot function leads to is old, and nobody was told", &cold, &fresh[4]);
            }
        }
        Ok((!differences.is_empty()).then(|| differences.join("\n")))
    }

    fn report(&self, error: &anyhow::Error) -> String {
        let seen = self.session.record().seen();
        let mut report = format!("{error:#}\n--- events:\n");
        for event in &seen.events {
            report.push_str(&format!("  {event}\n"));
        }
        report.push_str("--- stderr:\n");
        let stderr = &seen.stderr.lines;
        for line in &stderr[stderr.len().saturating_sub(30)..] {
            report.push_str(&format!("  {line}\n"));
        }
        report + &format!("--- the project: {}\n", self.place.display())
    }
}

/// What the numbers of a dump are, by the names of statics.
fn values(dump: &str) -> BTreeMap<&str, &str> {
    dump.split_whitespace().filter_map(|pair| pair.split_once('=')).collect()
}

/// What the cold functions are made of.
fn cold(program: &Program) -> Cold {
    let reached: BTreeSet<Id> = program.cold.iter().flat_map(|id| program.reached(*id)).collect();
    let items = reached.into_iter().map(|id| (id, program.items[&id].clone())).collect();
    Cold { items, words: program.words.clone() }
}

/// The items that cold functions reach, and the text that they may include.
#[derive(PartialEq)]
struct Cold {
    items: BTreeMap<Id, Item>,
    words: String,
}

/// Whether an item's code depends on where it stands.
fn says_where(item: &Item) -> bool {
    let mut found = false;
    for expression in Program::expressions(item) {
        expression.each(&mut |inner| found |= matches!(inner.operation, Operation::Line | Operation::Column));
    }
    found
}

fn files(program: &Program) -> Files {
    render::files(program, &binary::checkout().join("hot-runtime").display().to_string())
}

fn build(
    program: &Program,
    files: &Files,
    place: &Path,
    number: usize,
    manner: Manner,
    stage: &Stage,
) -> Result<Building> {
    let libraries: Vec<String> = render::libraries(program).map(str::to_owned).collect();
    let place = place.join(format!("ordinary-{number}"));
    stage.ordinary.start(&program.name, &libraries, files, &place, manner.is_optimized)
}

/// Writes the first version of a program.
fn lay_out(project: &Path, files: &Files) -> Result<()> {
    remove(project)?;
    write(project, &Files::new(), files)?;
    let lock = Path::new("Cargo.lock");
    fs::copy(binary::checkout().join(lock), project.join(lock)).context("failed to copy our Cargo.lock")?;
    for file in files.keys().map(PathBuf::as_path).chain([lock]) {
        let set = || File::options().append(true).open(project.join(file))?.set_modified(UNIX_EPOCH + LAID_OUT);
        set().with_context(|| format!("failed to set the time of `{}`", file.display()))?;
    }
    Ok(())
}

/// Writes what differs, and removes what is gone.
fn write(project: &Path, old: &Files, new: &Files) -> Result<()> {
    for (file, text) in new.iter().filter(|(file, text)| old.get(*file) != Some(text)) {
        let path = project.join(file);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?).context("failed to make a folder")?;
        fs::write(&path, text).with_context(|| format!("failed to write `{}`", path.display()))?;
    }
    for file in old.keys().filter(|file| !new.contains_key(*file)) {
        fs::remove_file(project.join(file)).with_context(|| format!("failed to remove `{}`", file.display()))?;
    }
    Ok(())
}

fn remove(place: &Path) -> Result<()> {
    if place.exists() {
        fs::remove_dir_all(place).with_context(|| format!("failed to remove `{}`", place.display()))?;
    }
    Ok(())
}

/// Removes everything below `folder` that has the package's name in its own.
fn clear(folder: &Path, package: &str) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry.with_context(|| format!("failed to read `{}`", folder.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.contains(package) {
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.with_context(|| format!("failed to remove `{}`", path.display()))?;
        } else if path.is_dir() {
            clear(&path, package)?;
        }
    }
    Ok(())
}
