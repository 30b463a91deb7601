//! How long the save of a one-line edit takes to be live by either route, beside rustc alone and an ordinary build.
//!
//! `cargo bench -p tests --bench save_to_live -- [LINES]... [slice] [replay]`

mod bare_slice;
mod generate;
mod goals;
mod recorded;
mod replay;
mod table;
mod tool;

use std::cell::Cell;
use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use bare_slice::BareSlice;
use generate::{Generated, Place};
use goals::{goal, median};
use recorded::{Recorded, time};
use replay::Replay;
use rustix::process::Pid;
use serde_json::Value;
use tests::binary;
use tests::environment::Environment;
use tests::stage::{self, Project, Stage};

const LINES: [usize; 4] = [1_000, 10_000, 50_000, 100_000];

/// Parts of `total` that the session tells.
const PHASES: [&str; 5] = ["detect", "compile", "plan", "link", "load"];

/// How rustc compiles what a route compiles, by hand.
type Bare = Box<dyn Fn() -> Result<f64>>;

/// How the crate's edits go live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Route {
    Slice,
    Replay,
}

/// One edit. Times are in milliseconds.
#[derive(Debug)]
struct Sample {
    place: Place,
    /// rustc alone.
    bare: f64,
    /// The session's event.
    patched: Value,
    /// `cargo build`; only beside a replay.
    build: Option<f64>,
}

/// What was measured in a session.
#[derive(Debug)]
struct Series {
    lines: usize,
    /// The event of an edit right after the program's start. It finds colder caches than any later one.
    first: Value,
    samples: Vec<Sample>,
}

fn main() -> Result<()> {
    let asked: Vec<usize> = env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let is_asked = |route: Route| {
        let names: Vec<String> = env::args().filter(|word| ["slice", "replay"].contains(&word.as_str())).collect();
        names.is_empty() || names.iter().any(|name| name == route.name())
    };
    let stage = Stage::at(&binary::target_directory()?.join("benches"), tool::cargo_hot()?);
    let (mut slices, mut replays) = (Vec::new(), Vec::new());
    for lines in if asked.is_empty() { LINES.to_vec() } else { asked } {
        let name = format!("generated-{lines}");
        let measured = Measured::lay_out(&stage, &name, lines)?;
        for (route, all) in [(Route::Slice, &mut slices), (Route::Replay, &mut replays)] {
            if is_asked(route) {
                all.push(measured.series(route)?);
            }
        }
    }
    report_slices(&slices);
    report_replays(&replays);
    Ok(())
}

/// A crate that is edited again and again.
struct Measured {
    lines: usize,
    text: Generated,
    project: Project,
    hot_target: PathBuf,
    /// For builds as cargo makes them, in a target directory that no session knows.
    plain: Environment,
    edits: Cell<usize>,
}

impl Measured {
    fn lay_out(stage: &Stage, name: &str, lines: usize) -> Result<Self> {
        let text = Generated::of_lines(lines);
        let mut files = text.files();
        files.push(stage::manifest(name));
        let project = stage.project(name, &files)?;
        let place = binary::target_directory()?.join("benches");
        let plain = Environment::new(&place.join("plain"), &[])?;
        let hot_target = place.join("target");
        let measured = Self { lines, text, project, hot_target, plain, edits: Cell::new(0) };
        measured.build().with_context(|| format!("in the first build of `{name}`"))?;
        Ok(measured)
    }

    /// One session. Each edit is measured in all ways before the next, so that a busy moment of the machine troubles all
    /// alike.
    fn series(&self, route: Route) -> Result<Series> {
        let options: &[&str] = if route == Route::Replay { &["--route", "replay"] } else { &[] };
        let mut running = self.project.start(options, &[])?;
        let (_, file, text) = self.next_edit();
        let first = running.save(&file, &text)?;
        let bare = self.bare(route, running.session.program()?)?;
        let mut samples = Vec::new();
        for _ in 0..edits(self.lines, route) {
            let (place, file, text) = self.next_edit();
            let patched = running.save(&file, &text)?;
            ensure!(patched["route"] == route.name(), "it went live by another route: {patched}");
            let build = (route == Route::Replay).then(|| self.build()).transpose()?;
            samples.push(Sample { place, bare: bare()?, patched, build });
        }
        running.finish()?;
        Ok(Series { lines: self.lines, first, samples })
    }

    /// By turns in the hot body and in a helper.
    fn next_edit(&self) -> (Place, PathBuf, String) {
        let edit = self.edits.get() + 1;
        self.edits.set(edit);
        let place = if edit.is_multiple_of(2) { Place::Helper } else { Place::HotBody };
        let (file, text) = self.text.edited(place, edit);
        (place, file, text)
    }

    fn bare(&self, route: Route, program: Pid) -> Result<Bare> {
        let record = Recorded::of_program(&self.hot_target, program)?;
        Ok(match route {
            Route::Slice => {
                let slice = BareSlice::of(record)?;
                Box::new(move || slice.run())
            }
            Route::Replay => {
                let replay = Replay::of(record, &self.hot_target)?;
                Box::new(move || replay.run())
            }
        })
    }

    fn build(&self) -> Result<f64> {
        time(self.plain.command(&binary::cargo(), &self.project.root).args(["build", "--quiet"]))
    }
}

/// Above 10,000 lines every edit takes many seconds of compiling: in the background, if not in front.
fn edits(lines: usize, route: Route) -> usize {
    match route {
        _ if lines <= 10_000 => 15,
        Route::Slice => 6,
        Route::Replay => 3,
    }
}

fn report_slices(all: &[Series]) {
    let mut head = vec!["median of edits, in ms", "edits", "bare rustc", "total"];
    head.extend(PHASES);
    head.extend(["rest", "total / bare", "helper, bare", "total", "hot body, bare", "total"]);
    head.extend(["patch, KiB", "first by", "first detect", "first total"]);
    let rows = all.iter().map(|series| {
        let mut cells = series.cells();
        let of_places = [Place::Helper, Place::HotBody].map(|place| [series.bare_of(place), series.total_of(place)]);
        cells.extend(of_places.as_flattened().iter().map(|time| format!("{time:.0}")));
        cells.push(format!("{:.1}", kib(series.patch_bytes())));
        cells.extend(series.first_cells());
        cells
    });
    table::print("Save to live by the slice route", &head, &rows.collect::<Vec<_>>());
    println!();
    for series in all {
        let (lines, bare, total) = (series.lines, series.bare(), series.total());
        let what = |limit: &str, value: f64| {
            format!("{lines} lines: {total:.0} ms to live as a slice, at most {limit} bare rustc = {value:.0}")
        };
        goal(&what("1.6 x", 1.6 * bare), total <= 1.6 * bare);
        let scaled = 100.0 / 45.0 * bare;
        goal(&what("100/45 x", scaled), total <= scaled);
        let bytes = series.patch_bytes();
        goal(&format!("{lines} lines: a patch maps {:.0} KiB, at most 64", kib(bytes)), bytes <= 64 * 1024);
    }
    let of = |lines: usize| all.iter().find(|series| series.lines == lines);
    let (Some(small), Some(large)) = (of(1_000), of(100_000)) else { return };
    // The helper is the same function in both; the hot body calls each module.
    for (place, name) in [(Place::Helper, "helper"), (Place::HotBody, "hot body")] {
        let (small, large) = (1.3 * small.total_of(place), large.total_of(place));
        let what = format!("100000 lines: {large:.0} ms for the {name}, at most 1.3 x 1000 lines = {small:.0}");
        goal(&what, large <= small);
    }
}

fn report_replays(all: &[Series]) {
    let mut head = vec!["median of edits, in ms", "edits", "bare rustc", "total"];
    head.extend(PHASES);
    head.extend(["rest", "total / bare", "cargo build", "total / build", "first by", "first detect", "first total"]);
    let rows = all.iter().map(|series| {
        let mut cells = series.cells();
        cells.extend([format!("{:.0}", series.build()), format!("{:.2}", series.total() / series.build())]);
        cells.extend(series.first_cells());
        cells
    });
    table::print("Save to live by the replay route", &head, &rows.collect::<Vec<_>>());
    println!();
    for series in all {
        let (lines, total, build) = (series.lines, series.total(), series.build());
        let limit = 1.15 * series.bare() + 40.0;
        goal(
            &format!("{lines} lines: {total:.0} ms to live by replay, at most 1.15 x bare + 40 ms = {limit:.0}"),
            total <= limit,
        );
        goal(&format!("{lines} lines: {total:.0} ms to live by replay, below cargo build = {build:.0}"), total < build);
    }
}

impl Route {
    fn name(self) -> &'static str {
        match self {
            Self::Slice => "slice",
            Self::Replay => "replay",
        }
    }
}

impl Series {
    /// Those that both tables have.
    fn cells(&self) -> Vec<String> {
        let rest = self.median(|sample| {
            phase(&sample.patched, "total") - PHASES.map(|name| phase(&sample.patched, name)).iter().sum::<f64>()
        });
        let phases = PHASES.map(|name| self.median(|sample| phase(&sample.patched, name)));
        let mut cells = vec![format!("{} lines", self.lines), self.samples.len().to_string()];
        cells.extend([self.bare(), self.total()].map(|time| format!("{time:.0}")));
        cells.extend(phases.into_iter().chain([rest]).map(|time| format!("{time:.1}")));
        cells.push(format!("{:.2}", self.total() / self.bare()));
        cells
    }

    /// Of the edit right after the start, whose `detect` lasts until the session has read the program.
    fn first_cells(&self) -> [String; 3] {
        let [detect, total] = ["detect", "total"].map(|name| format!("{:.0}", phase(&self.first, name)));
        [self.first["route"].as_str().unwrap_or_default().to_owned(), detect, total]
    }

    fn bare(&self) -> f64 {
        self.median(|sample| sample.bare)
    }

    fn total(&self) -> f64 {
        self.median(|sample| phase(&sample.patched, "total"))
    }

    fn bare_of(&self, place: Place) -> f64 {
        self.median_of(place, |sample| sample.bare)
    }

    fn total_of(&self, place: Place) -> f64 {
        self.median_of(place, |sample| phase(&sample.patched, "total"))
    }

    fn build(&self) -> f64 {
        self.median(|sample| sample.build.unwrap_or(f64::NAN))
    }

    /// Of the largest patch.
    fn patch_bytes(&self) -> u64 {
        self.samples.iter().filter_map(|sample| sample.patched["loaded_bytes"].as_u64()).max().unwrap_or(u64::MAX)
    }

    fn median_of(&self, place: Place, value: impl Fn(&Sample) -> f64) -> f64 {
        median(&self.samples.iter().filter(|sample| sample.place == place).map(value).collect::<Vec<_>>())
    }

    fn median(&self, value: impl Fn(&Sample) -> f64) -> f64 {
        median(&self.samples.iter().map(value).collect::<Vec<_>>())
    }
}

fn phase(patched: &Value, name: &str) -> f64 {
    patched["times_ms"][name].as_f64().unwrap_or(f64::NAN)
}

fn kib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}
