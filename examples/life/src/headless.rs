//! The world without a terminal: a line per tick, which a test can read and compare.
//!
//! `tick=12 population=3477 born=10232 digest=ea7d0ef719cdf20c`, where the digest covers each cell and its colour. The
//! same seed, rules and palette give the same lines.

use std::hash::{Hash as _, Hasher as _};
use std::io::{self, Write as _};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use hot_runtime::hot;
use xxhash_rust::xxh3::Xxh3;

use crate::options::Options;
use crate::world::{Kind, World};
use crate::{pace, palette, rules};

const SIZE: (usize, usize) = (96, 48);

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let mut world = World::new(SIZE.0, SIZE.1, options.seed);
    while world.tick() < options.ticks {
        world.step();
        show(&world).context("failed to print a tick")?;
        thread::sleep(Duration::from_secs_f32(1.0 / pace::ticks_per_second().max(0.1)));
    }
    Ok(())
}

/// Prints a line and flushes it, for the reader may be waiting on a pipe.
fn show(world: &World) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", line(world))?;
    out.flush()
}

#[hot]
fn line(world: &World) -> String {
    let population = SIZE.0 * SIZE.1 - world.count(Kind::Soil);
    format!("tick={} population={population} born={} digest={:016x}", world.tick(), rules::born(), digest(world))
}

fn digest(world: &World) -> u64 {
    let mut digest = Xxh3::new();
    for &cell in world.cells() {
        cell.hash(&mut digest);
        palette::colour(cell).hash(&mut digest);
    }
    digest.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest_after(ticks: u64, seed: u64) -> u64 {
        let mut world = World::new(SIZE.0, SIZE.1, seed);
        for _ in 0..ticks {
            world.step();
        }
        digest(&world)
    }

    #[test]
    fn a_seed_gives_one_digest() {
        assert_eq!(digest_after(40, 1), digest_after(40, 1));
    }

    #[test]
    fn another_seed_or_tick_gives_another_digest() {
        assert_ne!(digest_after(40, 1), digest_after(40, 2));
        assert_ne!(digest_after(40, 1), digest_after(41, 1));
    }
}
