//! Whether patch 500 is as good as patch 5: none fails, none is slower, and each leaves little in memory. And whether threads
//! that share data see none of it.
//!
//! `cargo bench -p tests --bench many_patches -- [PATCHES [SENT [SWITCHED]]]`: so many saves of one program; so many patches that
//! are sent to it without being compiled, as copies of one that was; so many saves of a program whose threads keep an invariant,
//! each undone and redone.

mod goals;
mod table;
mod tool;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, iter};

use anyhow::{Context, Result, ensure};
use goals::{goal, median};
use hot_runtime::wire::Outcome;
use serde_json::json;
use tests::played::{Played, Prebuilt};
use tests::stage::{self, Project, Running, Stage};
use tests::{binary, ledger};

const PATCHES: usize = 500;
const SENT: usize = 10_000;
const SWITCHED: usize = 100;

/// So many at either end are compared; of fewer, the median follows what else the machine does for a second or two.
const END: usize = 50;

/// Edits of the demo; what they map does not depend on how many there were.
const DEMO_PATCHES: usize = 20;

const SMALL: &str = "
use hot_runtime::hot;

fn main() {
    loop {
        std::hint::black_box(number());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[hot]
fn number() -> u32 {
    EDIT
}
";

/// A row of patches in one process.
#[derive(Default)]
struct Series {
    total: Vec<f64>,
    /// Bytes that each patch maps.
    loaded: Vec<u64>,
    /// What the program held before the first patch and after each.
    program: Vec<Held>,
    cargo_hot: Vec<Held>,
}

/// What a process has of the system.
#[derive(Clone, Copy)]
struct Held {
    /// KiB in memory.
    resident: u64,
    mappings: u64,
    /// Of all its threads: the agent's are its own.
    descriptors: u64,
}

fn main() -> Result<()> {
    let mut numbers = env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let patches = numbers.next().unwrap_or(PATCHES).max(2 * END);
    let (sent, switched) = (numbers.next().unwrap_or(SENT).max(2 * END), numbers.next().unwrap_or(SWITCHED));
    let stage = Stage::at(&binary::target_directory()?.join("benches"), tool::cargo_hot()?);
    let main = PathBuf::from("src/main.rs");
    let text = |edit: usize| SMALL.replace("EDIT", if edit.is_multiple_of(2) { "2" } else { "1" });
    let small = stage.project("small", &[stage::manifest("small"), (main.clone(), text(0))])?;
    let (series, prebuilt) = patch_often(&small, &[], &main, patches, text)?;
    let sent = send_often(&small, &prebuilt, sent)?;
    let pace = PathBuf::from("src/pace.rs");
    let files = demo()?;
    let original = files.iter().find_map(|(path, text)| (*path == pace).then(|| text.clone()));
    let original = original.context("the demo has no `src/pace.rs`")?;
    let text = |edit: usize| original.replace("20.0", if edit.is_multiple_of(2) { "20.0" } else { "30.0" });
    let demo = stage.project("life", &files)?;
    let (demo, _) = patch_often(&demo, &["--headless"], &pace, DEMO_PATCHES.max(2), text)?;
    let ledger = switch_often(&ledger::project(&stage, "ledger")?, switched.max(2))?;
    report(&series, &sent, &demo, &ledger);
    Ok(())
}

/// The files of `examples/life`, as a project outside the workspace.
fn demo() -> Result<Vec<(PathBuf, String)>> {
    let root = binary::checkout().join("examples/life");
    let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("failed to read `{}`", path.display()));
    let runtime = format!("hot-runtime = {{ path = \"{}\" }}", binary::checkout().join("hot-runtime").display());
    let manifest = read(&root.join("Cargo.toml"))?;
    let lines = manifest.lines().filter_map(|line| match line.split_once(".workspace") {
        Some(("edition", _)) => Some("edition = \"2024\""),
        Some(("hot-runtime", _)) => Some(&runtime),
        Some(_) => None,
        None => (!line.starts_with("workspace")).then_some(line),
    });
    let manifest = lines.chain(iter::once("[workspace]")).map(|line| format!("{line}\n")).collect();
    let mut files = vec![(PathBuf::from("Cargo.toml"), manifest)];
    for entry in fs::read_dir(root.join("src")).context("failed to list the demo's sources")? {
        let entry = entry.context("failed to list the demo's sources")?;
        files.push((Path::new("src").join(entry.file_name()), read(&entry.path())?));
    }
    Ok(files)
}

/// Saves in a row; and the first patch, for who sends it again.
fn patch_often(
    project: &Project,
    arguments: &[&str],
    file: &Path,
    patches: usize,
    text: impl Fn(usize) -> String,
) -> Result<(Series, Prebuilt)> {
    let mut running = project.start(&[], arguments)?;
    let program = running.first_event()?["pid"].as_u64().context("the first event names no process")?;
    let executable = fs::canonicalize(format!("/proc/{program}/exe")).context("failed to find the program's file")?;
    let mut series = Series::default();
    series.hold(program, &running)?;
    let mut prebuilt = None;
    for patch in 1..=patches {
        let event = running.save(file, &text(patch)).with_context(|| format!("patch {patch}"))?;
        series.total.push(event["times_ms"]["total"].as_f64().unwrap_or(f64::NAN));
        series.loaded.push(event["loaded_bytes"].as_u64().unwrap_or(u64::MAX));
        series.hold(program, &running)?;
        if prebuilt.is_none() {
            prebuilt = Some(Prebuilt::read(&running.folder()?.join("1/patches/patch-1.so"), &executable)?);
        }
    }
    running.finish()?;
    Ok((series, prebuilt.context("nothing was patched")?))
}

/// Patches that only the program has to do with.
fn send_often(project: &Project, prebuilt: &Prebuilt, patches: usize) -> Result<Series> {
    let folder = project.root.join("sent");
    fs::create_dir(&folder).context("failed to make a folder")?;
    let mut played = Played::start(project, &project.target.join("debug/small"))?;
    let program = u64::from(played.pid.as_raw_nonzero().get().unsigned_abs());
    let mut series = Series::default();
    series.program.push(Held::by(program)?);
    for patch in 1..=patches {
        let generation = u32::try_from(patch)?;
        let message = prebuilt.write(folder.join(format!("patch-{patch}.so")), generation)?;
        let begun = Instant::now();
        let outcome = played.patch(message)?;
        series.total.push(begun.elapsed().as_secs_f64() * 1000.0);
        ensure!(matches!(outcome, Outcome::Committed { .. }), "patch {patch} was not committed: {outcome:?}");
        series.program.push(Held::by(program)?);
    }
    Ok(series)
}

/// Each save is undone and redone while the threads count; the last ones are followed by switches between all of them.
fn switch_often(project: &Project, patches: usize) -> Result<Series> {
    let mut running = project.start(&[], &[])?;
    let program = running.first_event()?["pid"].as_u64().context("the first event names no process")?;
    let mut series = Series::default();
    series.hold(program, &running)?;
    for patch in 1..=patches {
        let event =
            running.save(&ledger::script(), &ledger::text(patch + 1)?).with_context(|| format!("patch {patch}"))?;
        series.total.push(event["times_ms"]["total"].as_f64().unwrap_or(f64::NAN));
        series.loaded.push(event["loaded_bytes"].as_u64().unwrap_or(u64::MAX));
        let newest = patch as u64;
        for (command, told, generation) in
            [(json!({ "undo": { "to": null } }), "undone", newest - 1), (json!("redo"), "redone", newest)]
        {
            running.ask(&command)?;
            let event = running.next_event()?;
            ensure!(event["event"] == told && event["generation"] == generation, "after {command} comes {event}");
            ledger::count(&mut running, generation)?;
        }
        series.hold(program, &running)?;
    }
    ledger::switch(&mut running, patches as u64, patches)?;
    let count = ledger::count(&mut running, patches as u64)?;
    println!("{} moves, {} sums of the ledger, none wrong", count.moves, count.checks);
    running.finish()?;
    Ok(series)
}

impl Held {
    fn by(process: u64) -> Result<Self> {
        let read = |name: &str| {
            let path = format!("/proc/{process}/{name}");
            fs::read_to_string(&path).with_context(|| format!("failed to read `{path}`"))
        };
        let status = read("status")?;
        let resident =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok());
        let tasks = fs::read_dir(format!("/proc/{process}/task")).context("failed to list a process's threads")?;
        let descriptors = tasks.flatten().map(|task| fs::read_dir(task.path().join("fd")).map_or(0, Iterator::count));
        Ok(Self {
            resident: resident.context("the system does not tell what a process has in memory")?,
            mappings: read("maps")?.lines().count() as u64,
            descriptors: descriptors.sum::<usize>() as u64,
        })
    }
}

fn report(small: &Series, sent: &Series, demo: &Series, ledger: &Series) {
    let head = ["program", "patches", "first, ms", "last, ms", "maps at most, KiB"];
    let growth = ["grows by, KiB", "mappings", "descriptors", "cargo hot grows by, KiB", "descriptors"];
    let head: Vec<&str> = head.into_iter().chain(growth).collect();
    let rows = [
        ("one hot function", small),
        ("the same, sent alone", sent),
        ("examples/life", demo),
        ("eight threads, each undone and redone", ledger),
    ];
    let rows = rows.map(|(name, series)| series.row(name));
    table::print("Patches in a row (first and last: median of 50, or of all; growth: a patch)", &head, &rows);
    println!();
    let [first, last] = ends(&small.total);
    goal(
        &format!("the last patches take {last:.0} ms, the first {first:.0} ms: within a quarter"),
        last <= 1.25 * first,
    );
    let growth = growth_of(&small.program, |held| held.resident);
    goal(&format!("a patch adds {growth:.1} KiB to the program, at most 100"), growth <= 100.0);
    let growth = growth_of(&small.cargo_hot, |held| held.resident);
    goal(&format!("a patch adds {growth:.1} KiB to cargo hot, at most 8"), growth <= 8.0);
    let mapped = demo.mapped();
    goal(&format!("a one-line edit of the demo maps {mapped:.0} KiB, at most 64"), mapped <= 64.0);
    let all = [small, sent, demo, ledger];
    let descriptors = all.iter().flat_map(|series| [&series.program, &series.cargo_hot]);
    let descriptors = descriptors.map(|held| growth_of(held, |held| held.descriptors)).fold(0.0, f64::max);
    goal(&format!("a patch adds {descriptors:.2} descriptors to a process, and so none"), descriptors < 0.05);
}

impl Series {
    fn hold(&mut self, program: u64, running: &Running<'_>) -> Result<()> {
        self.program.push(Held::by(program)?);
        self.cargo_hot.push(Held::by(u64::from(running.session.pid().as_raw_nonzero().get().unsigned_abs()))?);
        Ok(())
    }

    fn row(&self, name: &str) -> Vec<String> {
        let [first, last] = ends(&self.total);
        let numbers = [
            first,
            last,
            self.mapped(),
            growth_of(&self.program, |held| held.resident),
            growth_of(&self.program, |held| held.mappings),
            growth_of(&self.program, |held| held.descriptors),
            growth_of(&self.cargo_hot, |held| held.resident),
            growth_of(&self.cargo_hot, |held| held.descriptors),
        ];
        let numbers = numbers.map(|number| format!("{number:.1}"));
        [name.to_owned(), self.total.len().to_string()].into_iter().chain(numbers).collect()
    }

    /// KiB of the largest patch.
    fn mapped(&self) -> f64 {
        self.loaded.iter().max().map_or(0.0, |bytes| *bytes as f64 / 1024.0)
    }
}

/// What a patch adds. The first is not counted: with it the process begins to take patches at all.
fn growth_of(held: &[Held], of: impl Fn(&Held) -> u64) -> f64 {
    let Some((from, to)) = held.get(1).zip(held.last()) else { return 0.0 };
    (of(to) as f64 - of(from) as f64) / (held.len() - 2) as f64
}

/// Medians of the first and of the last values.
fn ends(values: &[f64]) -> [f64; 2] {
    let end = END.min(values.len());
    [median(&values[..end]), median(&values[values.len() - end..])]
}
