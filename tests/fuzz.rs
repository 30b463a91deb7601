//! Sequences of edits by chance, each a seed: see `tests::fuzz`.
//!
//!     cargo test -p tests --test fuzz -- --seed 17
//!     cargo test -p tests --test fuzz -- --sequences 300

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tests::fuzz::play::{self, Manner, Stage};
use tests::fuzz::program::Program;
use tests::fuzz::random::Random;
use tests::fuzz::sequence::{self, Version};
use tests::fuzz::shrink;

/// Each seed of so many is played with optimized builds.
const OPTIMIZED: u64 = 8;

/// How many sequences are played at a time.
const WORKERS: usize = 2;

struct Arguments {
    seeds: std::ops::Range<u64>,
    limit: Duration,
    edits: usize,
    is_optimized: bool,
}

impl Arguments {
    fn read() -> Result<Self> {
        // What `cargo test --workspace` has time for.
        let mut found = Self { seeds: 1..u64::MAX, limit: Duration::from_secs(300), edits: 2, is_optimized: false };
        let mut sequences = 100;
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
                while begun.elapsed() < arguments.limit {
                    let Some(seed) = seeds.lock().unwrap_or_else(|error| error.into_inner()).next() else { break };
                    played.fetch_add(1, Ordering::Relaxed);
                    match sequence(seed, arguments, &stage) {
                        Ok(None) => {}
                        Ok(Some(report)) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                            eprintln!("{report}");
                        }
                        Err(error) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                            eprintln!("seed {seed} could not be played: {error:#}");
                        }
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

/// Plays the sequence of this seed; what went wrong.
fn sequence(seed: u64, arguments: &Arguments, stage: &Stage) -> Result<Option<String>> {
    let mut random = Random::new(seed);
    let route = if random.chance(1, 5) { Some("replay") } else { None };
    let manner = Manner { route, is_optimized: arguments.is_optimized || seed.is_multiple_of(OPTIMIZED) };
    let program = Program::grown(&format!("fuzz_{seed}_"), &mut random);
    let versions = sequence::versions(program, arguments.edits, &mut random);
    let name = versions[0].program.name.clone();
    let Some(failure) = play::play(&versions, manner, stage)? else {
        stage.clear(&name)?;
        return Ok(None);
    };
    eprintln!("seed {seed} fails; looking for less that does:\n{}{}", told(&versions, failure.version), failure.report);
    let (versions, failure) = shrink::shrink(&versions, failure, manner, stage)?;
    Ok(Some(format!("--- seed {seed}, {manner:?}\n{}{}", told(&versions, failure.version), failure.report)))
}

fn told(versions: &[Version], last: usize) -> String {
    let lines = versions.iter().enumerate().take(last + 1).skip(1);
    lines.map(|(number, version)| format!("{number}. {:?}: {}\n", version.outcome, version.done.join("; "))).collect()
}
