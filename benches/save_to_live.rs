//! How long the save of a one-line edit takes to be live, beside rustc alone and beside an ordinary build.
//!
//! `cargo bench -p tests --bench save_to_live -- [LINES]...`

mod generate;
mod replay;
mod stage;
mod table;

use std::env;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use generate::{Generated, Place};
use replay::{Replay, succeed};
use serde_json::Value;
use stage::{Project, Running, Stage};
use table::median;
use tests::binary;
use tests::environment::Environment;

const LINES: [usize; 2] = [1_000, 10_000];

/// By turns in the hot body and in a helper. Each is measured in all three ways before the next, so that a busy moment of the machine troubles all alike.
const EDITS: usize = 15;

/// Parts of `total` that the session tells.
const PHASES: [&str; 5] = ["detect", "compile", "plan", "link", "load"];

/// Times of one edit, in milliseconds.
#[derive(Debug)]
struct Sample {
    bare: f64,
    total: f64,
    phases: [f64; PHASES.len()],
    build: f64,
}

/// What was measured in a crate of this size.
#[derive(Debug)]
struct Found {
    lines: usize,
    /// `total` of the session's first edit.
    first: f64,
    samples: Vec<Sample>,
}

fn main() -> Result<()> {
    let asked: Vec<usize> = env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let stage = Stage::set()?;
    let mut found = Vec::new();
    for lines in if asked.is_empty() { LINES.to_vec() } else { asked } {
        found.push(measure(&stage, lines)?);
    }
    report(&found);
    Ok(())
}

fn measure(stage: &Stage, lines: usize) -> Result<Found> {
    let name = format!("generated-{lines}");
    let crate_of_lines = Generated::of_lines(lines);
    let mut files = crate_of_lines.files();
    files.push(stage::manifest(&name));
    let project = stage.project(&name, &files)?;
    let ways = Ways::set(&project, &name)?;
    let mut running = project.start(&[], &[])?;
    let replay = Replay::of_crate(&ways.hot_target, &name)?;
    let mut samples = Vec::new();
    // One more, the first: it finds colder caches than any later one, and is told apart.
    for edit in 0..=EDITS {
        let place = if edit % 2 == 0 { Place::HotBody } else { Place::Helper };
        let (file, text) = crate_of_lines.edited(place, edit + 1);
        samples.push(ways.sample(&mut running, &replay, &file, &text)?);
    }
    running.finish()?;
    let first = samples.remove(0).total;
    Ok(Found { lines, first, samples })
}

/// The ways from a save to a program, but the one that the session takes.
struct Ways<'a> {
    project: &'a Project,
    hot_target: PathBuf,
    plain: Environment,
}

impl<'a> Ways<'a> {
    /// Builds once as cargo does, in a target directory that no session knows.
    fn set(project: &'a Project, name: &str) -> Result<Self> {
        let place = binary::target_directory()?.join("benches");
        let plain = Environment::new(&place.join("plain"), &[])?;
        let ways = Self { project, hot_target: place.join("target"), plain };
        ways.build().with_context(|| format!("in the first build of `{name}`"))?;
        Ok(ways)
    }

    fn build(&self) -> Result<f64> {
        let mut command = self.plain.command(&binary::cargo(), &self.project.root);
        command.args(["build", "--quiet"]);
        let begun = Instant::now();
        succeed(&mut command)?;
        Ok(begun.elapsed().as_secs_f64() * 1000.0)
    }

    fn sample(&self, running: &mut Running<'_>, replay: &Replay, file: &Path, text: &str) -> Result<Sample> {
        let event = running.save(file, text)?;
        let bare = replay.run()?.as_secs_f64() * 1000.0;
        let build = self.build()?;
        Ok(Sample { bare, total: phase(&event, "total"), phases: PHASES.map(|name| phase(&event, name)), build })
    }
}

fn phase(event: &Value, name: &str) -> f64 {
    event["times_ms"][name].as_f64().unwrap_or(f64::NAN)
}

fn report(found: &[Found]) {
    let mut head = vec!["median of edits, in ms", "bare rustc", "total"];
    head.extend(PHASES);
    head.extend(["rest", "cargo build", "total / bare", "total - bare", "total / build", "first total"]);
    table::print("Save to live", &head, &found.iter().map(Found::row).collect::<Vec<_>>());
    println!();
    for found in found {
        let ([bare, total, build], lines) = (found.medians(), found.lines);
        let limit = 1.15 * bare + 40.0;
        table::goal(
            &format!("{lines} lines: {total:.0} ms to live, at most 1.15 x bare + 40 ms = {limit:.0}"),
            total <= limit,
        );
        table::goal(&format!("{lines} lines: {total:.0} ms to live, below cargo build = {build:.0}"), total < build);
    }
}

impl Found {
    fn row(&self) -> Vec<String> {
        let [bare, total, build] = self.medians();
        let phase = |index: usize| self.median(|sample| sample.phases[index]);
        let rest = self.median(|sample| sample.total - sample.phases.iter().sum::<f64>());
        let mut cells = vec![format!("{} lines", self.lines), format!("{bare:.0}"), format!("{total:.0}")];
        cells.extend((0..PHASES.len()).map(phase).chain([rest]).map(|value| format!("{value:.1}")));
        cells.push(format!("{build:.0}"));
        cells.push(format!("{:.2}", total / bare));
        cells.push(format!("{:.0}", total - bare));
        cells.push(format!("{:.2}", total / build));
        cells.push(format!("{:.0}", self.first));
        cells
    }

    /// Of rustc alone, of save to live, of `cargo build`.
    fn medians(&self) -> [f64; 3] {
        [self.median(|sample| sample.bare), self.median(|sample| sample.total), self.median(|sample| sample.build)]
    }

    fn median(&self, value: impl Fn(&Sample) -> f64) -> f64 {
        median(&self.samples.iter().map(value).collect::<Vec<_>>())
    }
}
