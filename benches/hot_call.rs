//! What a call of a hot function costs over a direct call of one that is never inlined, both optimized.
//!
//! The program measures itself, in the session that patches it: first its slot is empty, then it holds a patch's body.

mod goals;
mod table;
mod tool;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use goals::{goal, median};
use tests::binary;
use tests::case::Stream;
use tests::stage::{self, Running, Stage};

/// Lines that are measured for either state of the slot.
const ROUNDS: usize = 31;

/// A round takes some 20 ms, and the machine may be busy.
const LIMIT: Duration = Duration::from_secs(60);

/// Prints `PATCH DIRECT HOT` again and again: what the hot function says, and ns a call.
const PROGRAM: &str = "
use std::hint::black_box;
use std::time::Instant;

use hot_runtime::hot;

const CALLS: u64 = 4_000_000;

// As much work, but not the same: of equal functions the optimizer keeps one.
#[inline(never)]
fn direct(number: u64) -> u64 {
    number.wrapping_mul(5) ^ 9
}

#[hot]
fn through_slot(number: u64) -> u64 {
    number.wrapping_mul(3) ^ PATCH
}

fn main() {
    loop {
        let patch = through_slot(0);
        let (direct, hot) = (time(direct), time(through_slot));
        // A patch may have come in between.
        if through_slot(0) == patch {
            println!(\"{patch} {direct:.3} {hot:.3}\");
        }
    }
}

/// Compiled for each function, so the call stands in the loop; each call waits for the one before.
#[inline(never)]
fn time(call: impl Fn(u64) -> u64) -> f64 {
    let mut number = black_box(1);
    let begun = Instant::now();
    for _ in 0..CALLS {
        number = call(number);
    }
    black_box(number);
    begun.elapsed().as_nanos() as f64 / CALLS as f64
}
";

/// Nanoseconds a call.
#[derive(Debug, Clone, Copy)]
struct Round {
    direct: f64,
    hot: f64,
}

fn main() -> Result<()> {
    let stage = Stage::at(&binary::target_directory()?.join("benches"), tool::cargo_hot()?);
    let main = PathBuf::from("src/main.rs");
    let text = |patch: &str| PROGRAM.replace("PATCH", patch);
    let project = stage.project("calls", &[stage::manifest("calls"), (main.clone(), text("1"))])?;
    let mut running = project.start(&["--release"], &[])?;
    let empty = rounds(&running, "1")?;
    running.save(Path::new(&main), &text("2"))?;
    let patched = rounds(&running, "2")?;
    running.finish()?;
    report(&[("an empty slot", empty), ("a patched slot", patched)]);
    Ok(())
}

/// Waits until the program has measured often enough in the state that it names so.
fn rounds(running: &Running<'_>, patch: &str) -> Result<Vec<Round>> {
    let found = running.session.record().wait(LIMIT, |seen| {
        let lines = seen.lines(Stream::Stdout).lines.iter();
        let rounds: Vec<_> = lines.filter_map(|line| round(line.strip_prefix(patch)?)).collect();
        (rounds.len() >= ROUNDS).then_some(rounds)
    });
    found.context("the program did not measure itself in time")
}

fn round(line: &str) -> Option<Round> {
    let mut numbers = line.split_whitespace().map(str::parse);
    Some(Round { direct: numbers.next()?.ok()?, hot: numbers.next()?.ok()? })
}

fn report(states: &[(&str, Vec<Round>)]) {
    let cost = |rounds: &[Round]| median(&rounds.iter().map(|round| round.hot - round.direct).collect::<Vec<_>>());
    let rows = states.iter().map(|(state, rounds)| {
        let direct = median(&rounds.iter().map(|round| round.direct).collect::<Vec<_>>());
        let hot = median(&rounds.iter().map(|round| round.hot).collect::<Vec<_>>());
        let numbers = [direct, hot, cost(rounds)].map(|number| format!("{number:.2}"));
        [(*state).to_owned()].into_iter().chain(numbers).collect()
    });
    let head = ["median of rounds, in ns a call", "direct", "hot", "difference"];
    table::print("A hot call at opt-level 3", &head, &rows.collect::<Vec<_>>());
    println!();
    for (state, rounds) in states {
        let cost = cost(rounds);
        goal(&format!("{state}: {cost:.2} ns more than a direct call, at most 2"), cost <= 2.0);
    }
}
