//! Sequences of edits by chance: each program, and what must become of its save.

use std::collections::BTreeSet;

use super::edit::Editor;
use super::expression::{Expression, Operation};
use super::program::{Broken, Id, Item, Kind, Program, Value};
use super::random::Random;

/// A program, how it came from the one before, and what must become of the save.
#[derive(Debug, Clone)]
pub struct Version {
    /// The program.
    pub program: Program,
    /// What was done, in words.
    pub done: Vec<String>,
    /// What must be seen.
    pub outcome: Outcome,
    /// When the next one is saved.
    pub pace: Pace,
}

/// When the next save comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// After so many milliseconds, whatever became of this one.
    Hasty(u64),
    /// When this one was answered and is as it should be.
    Plain,
    /// When everything was compiled and checked, too.
    Confirmed,
}

/// What must become of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All that hot functions reach does what an ordinary build does.
    Live,
    /// Nothing changes: it is refused.
    Refused,
    /// One or the other: something may hold values or objects of what changed.
    Either,
    /// Nothing changes: it does not compile.
    CompileError,
}

/// The statements that no program compiles with.
const MISTAKES: [&str; 4] =
    ["let mistake: u64 = \"text\";", "missing(1);", "let mistake = ;", "let gone = self::nowhere::at_all;"];

/// The programs of a sequence of so many edits, the first one included.
pub fn versions(program: Program, edits: usize, random: &mut Random) -> Vec<Version> {
    let pinned: BTreeSet<Id> = program.cold.iter().flat_map(|id| program.reached(*id)).collect();
    let first = Version { program, done: Vec::new(), outcome: Outcome::Live, pace: Pace::Plain };
    let mut versions = vec![first];
    while versions.len() <= edits {
        let mut next = next(&versions, &pinned, random);
        // What is refused or not compiled leaves what was live before, so that has to be known.
        if let (Some(last), true) = (versions.last_mut(), next.outcome != Outcome::Live) {
            last.pace = Pace::Confirmed;
        }
        if versions.len() == edits {
            next.pace = Pace::Confirmed;
        }
        versions.push(next);
    }
    versions
}

fn next(versions: &[Version], pinned: &BTreeSet<Id>, random: &mut Random) -> Version {
    let live = |version: &&Version| version.outcome == Outcome::Live;
    let lives: Vec<&Version> = versions.iter().filter(live).collect();
    let last = lives[lives.len() - 1];
    let is_mended = versions[versions.len() - 1].outcome == Outcome::Live;
    let pace = match random.below(12) {
        0 | 1 => Pace::Confirmed,
        2 => Pace::Hasty(random.of(&[0, 3, 20, 100, 400])),
        _ => Pace::Plain,
    };
    loop {
        let (mut program, mut done) = (last.program.clone(), Vec::new());
        let mut outcome = Outcome::Live;
        if lives.len() > 1 && random.chance(1, 10) {
            let index = random.below(lives.len() - 1);
            program = lives[index].program.clone();
            done.push(format!("put back version {index} of those that went live"));
        } else if is_mended && random.chance(1, 12) {
            outcome = Outcome::CompileError;
            done.extend(break_one(&mut program, random));
        } else if is_mended
            && random.chance(1, 12)
            && let Some(how) = misfit(&mut program, &versions[0].program, random)
        {
            outcome = Outcome::Either;
            done.push(how);
        }
        if done.is_empty() || (outcome != Outcome::CompileError && random.chance(1, 4)) {
            if done.is_empty() {
                outcome = Outcome::Live;
            }
            for _ in 0..random.of(&[1, 1, 1, 2, 3]) {
                done.extend(Editor { program: &mut program, pinned }.edit(random));
            }
        }
        let is_new = outcome == Outcome::Live || program != last.program;
        if !done.is_empty() && is_new && program.is_fit() {
            let pace = if outcome == Outcome::Live { pace } else { Pace::Plain };
            return Version { program, done, outcome, pace };
        }
    }
}

/// A mistake in a function.
fn break_one(program: &mut Program, random: &mut Random) -> Option<String> {
    let functions: Vec<Id> = program.functions().map(|(id, ..)| id).collect();
    let function = *random.pick(&functions)?;
    let by = random.of(&MISTAKES);
    program.broken = Some(Broken { function, by });
    Some(format!("`{by}` in `{}`", program.items[&function].name))
}

/// A change that values or tables of the running program may not fit; of what an edit brought there may be none.
fn misfit(program: &mut Program, first: &Program, random: &mut Random) -> Option<String> {
    let mut items: Vec<(&Id, &mut Item)> = program.items.iter_mut().collect();
    items.retain(|(id, item)| matches!(item.kind, Kind::Type(_) | Kind::Trait(_)) && first.items.contains_key(id));
    if items.is_empty() {
        return None;
    }
    let (id, item) = items.swap_remove(random.below(items.len()));
    let (id, name) = (*id, item.name.clone());
    match &mut item.kind {
        Kind::Type(found) if found.is_enum() && random.chance(1, 2) => {
            found.variants.push((format!("More{}", random.below(100)), Vec::new()));
            for item in program.items.values_mut() {
                for expression in Program::expressions_mut(item) {
                    expression.each_mut(&mut |inner| {
                        if matches!(inner.operation, Operation::Apart(of, _) if of == id) {
                            inner.parts.push(Expression::number(3));
                        }
                    });
                }
            }
            Some(format!("a variant of `{name}`"))
        }
        Kind::Type(found) => {
            let index = found.variants.iter().position(|(_, fields)| !fields.is_empty()).unwrap_or(0);
            found.variants[index].1.push(Value::Number);
            for item in program.items.values_mut() {
                for expression in Program::expressions_mut(item) {
                    expression.each_mut(&mut |inner| {
                        if inner.operation == Operation::Make(id, index) {
                            inner.parts.push(Expression::number(5));
                        }
                    });
                }
            }
            Some(format!("a field of `{name}`"))
        }
        Kind::Trait(found) => {
            found.extra += 1;
            Some(format!("a method of `{name}`"))
        }
        _ => None,
    }
}
