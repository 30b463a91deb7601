//! A program whose threads keep an invariant over several hot functions, while generations change under it as fast as they can.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use regex::Regex;
use serde_json::json;

use crate::binary;
use crate::fuzz::random::Random;
use crate::stage::{self, Project, Running, Stage};

/// A project with the program.
pub fn project(stage: &Stage, name: &str) -> Result<Project> {
    stage.project(name, &[stage::manifest(name), (script(), text(1)?)])
}

/// The file to be saved.
pub fn script() -> PathBuf {
    "src/main.rs".into()
}

/// The program in which a move is this much; every hot function differs from that of another.
pub fn text(term: usize) -> Result<String> {
    let path = binary::checkout().join("tests/programs/ledger.rs");
    let text = fs::read_to_string(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
    Ok(text.replace("TERM: u64 = 1", &format!("TERM: u64 = {term}")))
}

/// What the program counted.
#[derive(Debug)]
pub struct Count {
    /// How often an amount went from one account to another.
    pub moves: u64,
    /// How often all threads stood still and the ledger was added up.
    pub checks: u64,
}

/// Asks the program, which must have found nothing wrong and run this generation.
pub fn count(running: &mut Running<'_>, generation: u64) -> Result<Count> {
    let line = running.session.ask("count")?;
    let pattern = Regex::new(r"^moves=(\d+) checks=(\d+) wrong=(\d+) generation=(\d+)$")?;
    let found = pattern.captures(&line).with_context(|| format!("the program said `{line}`"))?;
    let number = |index: usize| found[index].parse::<u64>();
    ensure!(number(3)? == 0, "the ledger is wrong: {line}");
    ensure!(number(4)? == generation, "generation {generation} was published: {line}");
    Ok(Count { moves: number(1)?, checks: number(2)? })
}

/// Has the program run another of the generations up to `newest`, so often, chosen by chance; it runs the newest in the end.
pub fn switch(running: &mut Running<'_>, newest: u64, times: usize) -> Result<()> {
    let mut random = Random::new(newest);
    let mut runs = newest;
    for _ in 0..times {
        let others: Vec<u64> = (0..=newest).filter(|generation| *generation != runs).collect();
        runs = random.of(&others);
        running.ask(&json!({ "undo": { "to": runs } }))?;
        count(running, runs)?;
    }
    if runs != newest {
        running.ask(&json!({ "undo": { "to": newest } }))?;
    }
    count(running, newest).map(drop)
}
