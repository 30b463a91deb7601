//! How lives are born, eat and die.
//!
//! A rule sees one cell, the lives it touches and its luck (0 to 1, drawn anew for each cell and tick), and says what
//! the cell is next. `luck < 0.2` happens in one tick of five. The small numbers behind a `+` are the lives that come
//! from nowhere, so that no kind dies out for ever.

use std::sync::atomic::{AtomicU64, Ordering};

use hot_runtime::hot;

use crate::world::{Around, Cell, Kind};

/// Lives born since the process started. It goes on counting through every patch.
static BORN: AtomicU64 = AtomicU64::new(0);

pub(crate) fn born() -> u64 {
    // Relaxed: a number to show, which orders nothing.
    BORN.load(Ordering::Relaxed)
}

/// What a cell of a new world is.
#[hot]
pub(crate) fn first_state(luck: f32) -> Cell {
    match luck {
        0.00..0.15 => birth(Kind::Hunter),
        0.15..0.40 => birth(Kind::Grazer),
        0.40..0.70 => birth(Kind::Plant),
        _ => Cell::SOIL,
    }
}

/// What a cell is after this tick.
#[hot]
pub(crate) fn next_state(cell: Cell, around: Around, luck: f32) -> Cell {
    match cell.kind {
        Kind::Soil => soil(cell, around, luck),
        Kind::Plant => plant(cell, around, luck),
        Kind::Grazer => grazer(cell, around, luck),
        Kind::Hunter => hunter(cell),
    }
}

/// Soil cools, until a plant beside it seeds it.
#[hot]
fn soil(cell: Cell, around: Around, luck: f32) -> Cell {
    if luck < 0.15 * around.plants + 0.0005 { birth(Kind::Plant) } else { cell.cool(12) }
}

/// A plant grows, until a grazer beside it eats it and leaves its young there.
#[hot]
fn plant(cell: Cell, around: Around, luck: f32) -> Cell {
    if luck < 0.15 * around.grazers + 0.00005 { birth(Kind::Grazer) } else { cell.grow(12) }
}

/// A grazer ages, unless a hunter beside it catches it and leaves its young there.
#[hot]
fn grazer(cell: Cell, around: Around, luck: f32) -> Cell {
    if luck < 0.12 * around.hunters + 0.0001 { birth(Kind::Hunter) } else { cell.age(14) }
}

/// A hunter ages.
#[hot]
fn hunter(cell: Cell) -> Cell {
    cell.age(26)
}

/// A new life.
#[hot]
fn birth(kind: Kind) -> Cell {
    BORN.fetch_add(1, Ordering::Relaxed);
    match kind {
        Kind::Soil => Cell::SOIL,
        Kind::Plant => Cell { kind, energy: 0, warmth: 0 },
        Kind::Grazer | Kind::Hunter => Cell { kind, energy: 255, warmth: 255 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_follows_from_cell_neighbours_and_luck() {
        const LUCKY: f32 = 0.01;
        const UNLUCKY: f32 = 0.99;
        let alone = Around::default();
        let plants = Around { plants: 3.0, ..alone };
        let grazers = Around { grazers: 3.0, ..alone };
        let hunters = Around { hunters: 3.0, ..alone };
        let cell = |kind, energy| Cell { kind, energy, warmth: 0 };

        let rows = [
            (cell(Kind::Soil, 0), plants, LUCKY, Kind::Plant),
            (cell(Kind::Soil, 0), plants, UNLUCKY, Kind::Soil),
            (cell(Kind::Soil, 0), grazers, LUCKY, Kind::Soil),
            (cell(Kind::Plant, 9), grazers, LUCKY, Kind::Grazer),
            (cell(Kind::Plant, 9), hunters, LUCKY, Kind::Plant),
            (cell(Kind::Grazer, 99), hunters, LUCKY, Kind::Hunter),
            (cell(Kind::Grazer, 99), plants, LUCKY, Kind::Grazer),
            (cell(Kind::Grazer, 1), plants, UNLUCKY, Kind::Soil),
            (cell(Kind::Hunter, 99), grazers, LUCKY, Kind::Hunter),
            (cell(Kind::Hunter, 1), grazers, LUCKY, Kind::Soil),
        ];
        for (cell, around, luck, expected) in rows {
            assert_eq!(next_state(cell, around, luck).kind, expected, "{cell:?} {around:?} {luck}");
        }
    }
}
