//! Sequences of edits by chance, each a seed: see `tests::fuzz`.
//!
//!     cargo test -p tests --test fuzz -- --seed 17
//!     cargo test -p tests --test fuzz -- --sequences 300

use std::ops::Range;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tests::fuzz::play::{self, Manner, Opening, Stage};
use tests::fuzz::program::Program;
use tests::fuzz::random::Random;
use tests::fuzz::sequence::{self, Version};
use tests::fuzz::shrink;

/// So many seeds in a row have one program, since its first build takes longer than an edit.
const SEQUENCES: u64 = 5;

/// Each program of so many is built optimized, which takes several times as long.
const OPTIMIZED: u64 = 16;

/// How many sequences are played at a time.
const WORKERS: usize = 2;

struct Arguments {
    seeds: Range<u64>,
    limit: Duration,
    edits: usize,
    is_optimized: bool,
}

impl Arguments {
    fn read() -> Result<Self> {
        // What `cargo test --workspace` has time for.
        let mut found = Self { seeds: 0..u64::MAX, limit: Duration::from_secs(240), edits: 2, is_optimized: false };
        let mut sequences = 300;
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut number = || -> Result<u64> {
                let value = words.next().with_context(|| format!("`{word}` takes a number"))?;
                value.parse().with_context(|| format!("`{value}` is no number"))
            };
            match word.as_str() {
                "--seed" => {
                    let seed = number()?;
                    (found.seeds, found.limit) = (seed..seed + 1, Duration::MAX);
                }
                "--from" => found.seeds.start = number()?,
                "--sequences" => (sequences, found.limit) = (number()?, Duration::MAX),
                "--seconds" => (sequences, found.limit) = (u64::MAX, Duration::from_secs(number()?)),
                "--release" => found.is_optimized = true,
                "--edits" => found.edits = usize::try_from(number()?)?,
                // Of tests with a name like this, here is none.
                name if !name.starts_with('-') => sequences = 0,
                other => bail!("there is no option `{other}`"),
            }
        }
        found.seeds.end = found.seeds.end.min(found.seeds.start.saturating_add(sequences));
        Ok(found)
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool> {
    let arguments = Arguments::read()?;
    if arguments.seeds.is_empty() {
        return Ok(true);
    }
    let stage = Stage::set()?;
    let begun = Instant::now();
    let seeds = Mutex::new(arguments.seeds.clone());
    let (played, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for worker in 0..WORKERS {
            let stage = stage.for_worker(worker);
            let (begun, arguments, seeds, played, failed) = (&begun, &arguments, &seeds, &played, &failed);
            scope.spawn(move || {
                let next = || next_group(&mut seeds.lock().unwrap_or_else(|error| error.into_inner()));
                while let Some(group) = next().filter(|_| begun.elapsed() < arguments.limit) {
                    let reports = play_group(group, arguments, &stage);
                    played.fetch_add(reports.len(), Ordering::Relaxed);
                    for report in reports.into_iter().flatten() {
                        failed.fetch_add(1, Ordering::Relaxed);
                        eprintln!("{report}");
                    }
                }
            });
        }
    });
    for (answer, count) in stage.answers.lock().unwrap_or_else(|error| error.into_inner()).iter() {
        println!("{count:6} {answer}");
    }
    let (played, failed) = (played.into_inner(), failed.into_inner());
    println!("fuzz: {played} sequences of {} edits in {:.0?}, {failed} failed", arguments.edits, begun.elapsed());
    Ok(failed == 0)
}

/// Takes away those of the next seeds that have one program.
fn next_group(seeds: &mut Range<u64>) -> Option<Range<u64>> {
    let end = (seeds.start / SEQUENCES + 1).saturating_mul(SEQUENCES).min(seeds.end);
    let group = seeds.start..end;
    seeds.start = end;
    (!group.is_empty()).then_some(group)
}

/// Plays the sequences of seeds that have one program; what went wrong with each.
fn play_group(seeds: Range<u64>, arguments: &Arguments, stage: &Stage) -> Vec<Option<String>> {
    let group = seeds.start / SEQUENCES;
    let program = Program::grown(&format!("fuzz_{group}_"), &mut Random::new(group));
    let is_optimized = arguments.is_optimized || group.is_multiple_of(OPTIMIZED);
    let mut opening = None;
    let mut play = |seed| {
        let mut random = Random::new(seed);
        let route = if random.chance(1, 8) { Some("replay") } else { None };
        let versions = sequence::versions(program.clone(), arguments.edits, &mut random);
        let report = play_sequence(seed, &versions, Manner { route, is_optimized }, stage, &mut opening);
        report.unwrap_or_else(|error| Some(format!("seed {seed} could not be played: {error:#}")))
    };
    let mut reports: Vec<_> = seeds.clone().map(&mut play).collect();
    if reports.iter().all(Option::is_none)
        && let Err(error) = stage.clear(&program.name)
    {
        reports.push(Some(format!("after the seeds {seeds:?}: {error:#}")));
    }
    reports
}

/// Plays these versions; what went wrong, with less that does.
fn play_sequence(
    seed: u64,
    versions: &[Version],
    manner: Manner,
    stage: &Stage,
    opening: &mut Option<Opening>,
) -> Result<Option<String>> {
    let Some(failure) = play::play(versions, manner, stage, opening)? else { return Ok(None) };
    eprintln!("seed {seed} fails; looking for less that does:\n{}{}", told(versions, failure.version), failure.report);
    // Its files are cleared away while less is looked for.
    *opening = None;
    let (versions, failure) = shrink::shrink(versions, failure, manner, stage)?;
    Ok(Some(format!("--- seed {seed}, {manner:?}\n{}{}", told(&versions, failure.version), failure.report)))
}

fn told(versions: &[Version], last: usize) -> String {
    let lines = versions.iter().enumerate().take(last + 1).skip(1);
    lines.map(|(number, version)| format!("{number}. {:?}: {}\n", version.outcome, version.done.join("; "))).collect()
}
