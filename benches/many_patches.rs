//! Whether patch 500 is as good as patch 5: none fails, none is slower, and each leaves little in memory.
//!
//! `cargo bench -p tests --bench many_patches -- [PATCHES]`

mod goals;
mod table;
mod tool;

use std::fs;
use std::path::{Path, PathBuf};
use std::{env, iter};

use anyhow::{Context, Result};
use goals::{goal, median};
use tests::binary;
use tests::stage::{self, Project, Stage};

const PATCHES: usize = 500;

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
struct Series {
    total: Vec<f64>,
    /// Bytes that each patch maps.
    loaded: Vec<u64>,
    /// Resident memory before the first patch and after each, in KiB.
    program: Vec<u64>,
    cargo_hot: Vec<u64>,
}

fn main() -> Result<()> {
    let patches = env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(PATCHES).max(2 * END);
    let stage = Stage::at(&binary::target_directory()?.join("benches"), tool::cargo_hot()?);
    let main = PathBuf::from("src/main.rs");
    let text = |edit: usize| SMALL.replace("EDIT", if edit.is_multiple_of(2) { "2" } else { "1" });
    let small = stage.project("small", &[stage::manifest("small"), (main.clone(), text(0))])?;
    let small = patch_often(&small, &[], &main, patches, text)?;
    let pace = PathBuf::from("src/pace.rs");
    let files = demo()?;
    let original = files.iter().find_map(|(path, text)| (*path == pace).then(|| text.clone()));
    let original = original.context("the demo has no `src/pace.rs`")?;
    let text = |edit: usize| original.replace("20.0", if edit.is_multiple_of(2) { "20.0" } else { "30.0" });
    let demo = stage.project("life", &files)?;
    let demo = patch_often(&demo, &["--headless"], &pace, DEMO_PATCHES.max(2), text)?;
    report(&small, &demo);
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

fn patch_often(
    project: &Project,
    arguments: &[&str],
    file: &Path,
    patches: usize,
    text: impl Fn(usize) -> String,
) -> Result<Series> {
    let mut running = project.start(&[], arguments)?;
    let program = running.first_event()?["pid"].as_u64().context("the first event names no process")?;
    let cargo_hot = status(program, "PPid:")?;
    let mut series = Series { total: vec![], loaded: vec![], program: vec![], cargo_hot: vec![] };
    for patch in 0..=patches {
        if patch > 0 {
            let event = running.save(file, &text(patch)).with_context(|| format!("patch {patch}"))?;
            series.total.push(event["times_ms"]["total"].as_f64().unwrap_or(f64::NAN));
            series.loaded.push(event["loaded_bytes"].as_u64().unwrap_or(u64::MAX));
        }
        series.program.push(status(program, "VmRSS:")?);
        series.cargo_hot.push(status(cargo_hot, "VmRSS:")?);
    }
    running.finish()?;
    Ok(series)
}

/// A number that the system tells of a process.
fn status(process: u64, field: &str) -> Result<u64> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(&path).with_context(|| format!("failed to read `{path}`"))?;
    let value = text.lines().find_map(|line| line.strip_prefix(field)?.split_whitespace().next()?.parse().ok());
    value.with_context(|| format!("there is no `{field}` in `{path}`"))
}

fn report(small: &Series, demo: &Series) {
    let head = [
        "program",
        "patches",
        "first, ms",
        "last, ms",
        "maps at most, KiB",
        "grows by, KiB",
        "cargo hot grows by, KiB",
    ];
    let rows = [("one hot function", small), ("examples/life", demo)].map(|(name, series)| series.row(name));
    table::print("Patches in a row (first and last: median of 50, or of all; growth: a patch)", &head, &rows);
    println!();
    let [first, last] = ends(&small.total);
    goal(
        &format!("the last patches take {last:.0} ms, the first {first:.0} ms: within a quarter"),
        last <= 1.25 * first,
    );
    let growth = small.growth(&small.program);
    goal(&format!("a patch adds {growth:.1} KiB to the program, at most 100"), growth <= 100.0);
    let mapped = demo.mapped();
    goal(&format!("a one-line edit of the demo maps {mapped:.0} KiB, at most 64"), mapped <= 64.0);
}

impl Series {
    fn row(&self, name: &str) -> Vec<String> {
        let [first, last] = ends(&self.total);
        let numbers = [first, last, self.mapped(), self.growth(&self.program), self.growth(&self.cargo_hot)];
        let numbers = numbers.map(|number| format!("{number:.1}"));
        [name.to_owned(), self.total.len().to_string()].into_iter().chain(numbers).collect()
    }

    /// KiB of the largest patch.
    fn mapped(&self) -> f64 {
        self.loaded.iter().max().map_or(0.0, |bytes| *bytes as f64 / 1024.0)
    }

    /// KiB a patch. The first is not counted: with it the process begins to take patches at all.
    fn growth(&self, resident: &[u64]) -> f64 {
        let grown = resident.last().map_or(0.0, |last| *last as f64) - resident[1] as f64;
        grown / (resident.len() - 2) as f64
    }
}

/// Medians of the first and of the last values.
fn ends(values: &[f64]) -> [f64; 2] {
    let end = END.min(values.len());
    [median(&values[..end]), median(&values[values.len() - end..])]
}
