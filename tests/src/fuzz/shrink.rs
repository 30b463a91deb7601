//! What of a failure can be left out: versions first, then the bodies of functions, in all versions alike.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::expression::Expression;
use super::play::{self, Failure, Manner, Stage};
use super::program::{Home, Id};
use super::sequence::Version;

/// How long a failure is looked at.
const PATIENCE: Duration = Duration::from_secs(300);

/// The fewest and smallest versions found that still fail, and how.
pub fn shrink(
    versions: &[Version],
    failure: Failure,
    manner: Manner,
    stage: &Stage,
) -> Result<(Vec<Version>, Failure)> {
    let end = Instant::now() + PATIENCE;
    let mut smallest = (versions[..=failure.version].to_vec(), failure);
    let mut number = 0;
    let mut attempt = |smallest: &mut (Vec<Version>, Failure), mut versions: Vec<Version>| -> Result<bool> {
        // A name of its own: what cargo made of another attempt is not used again.
        number += 1;
        for version in &mut versions {
            version.program.rename_package(&format!("{}_{number}", first_name(&version.program.name)));
        }
        let failure = play::play(&versions, manner, stage, &mut None)?;
        let (kept, gone) = match failure {
            Some(failure) if failure.is_like(&smallest.1) => {
                versions.truncate(failure.version + 1);
                (true, std::mem::replace(smallest, (versions, failure)).0)
            }
            _ => (false, versions),
        };
        stage.clear(&gone[0].program.name)?;
        Ok(kept)
    };
    let mut index = 1;
    while index + 1 < smallest.0.len() && Instant::now() < end {
        let mut fewer = smallest.0.clone();
        fewer.remove(index);
        if !attempt(&mut smallest, fewer)? {
            index += 1;
        }
    }
    let functions: Vec<Id> = smallest.0[0].program.functions().map(|(id, ..)| id).collect();
    for half in [functions.len().div_ceil(4).max(1), 1] {
        for some in functions.chunks(half) {
            if Instant::now() < end {
                let emptied = smallest.0.iter().map(|version| emptied(version, some)).collect::<Vec<Version>>();
                if emptied.iter().zip(&smallest.0).any(|(new, old)| new.program != old.program) {
                    attempt(&mut smallest, emptied)?;
                }
            }
        }
    }
    Ok(smallest)
}

/// The version with nothing in these functions.
fn emptied(version: &Version, functions: &[Id]) -> Version {
    let mut version = version.clone();
    for id in functions.iter().filter(|id| version.program.items.contains_key(id)).copied().collect::<Vec<Id>>() {
        if matches!(version.program.items[&id].home, Home::Module(_) | Home::Type(_) | Home::Impl(..)) {
            let function = version.program.function_mut(id);
            function.lets.clear();
            function.value = Expression::literal(function.returns);
        }
    }
    version
}

/// A package's name without the number of an attempt.
fn first_name(name: &str) -> &str {
    name.find("__").map_or(name, |end| &name[..=end])
}
