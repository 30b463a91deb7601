//! The field of cells, and its step from one tick to the next.
//!
//! The edges meet: who leaves on the right comes back on the left. A world is its seed and its size; the rules that
//! make it live are in [`crate::rules`].

use fastrand::Rng;
use hot_runtime::hot;

use crate::rules;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Soil,
    Plant,
    Grazer,
    Hunter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cell {
    pub(crate) kind: Kind,
    /// What the life in it has left; an animal without it dies.
    pub(crate) energy: u8,
    /// How lately an animal was in it.
    pub(crate) warmth: u8,
}

impl Cell {
    pub(crate) const SOIL: Self = Self { kind: Kind::Soil, energy: 0, warmth: 0 };

    pub(crate) fn grow(self, gain: u8) -> Self {
        Self { energy: self.energy.saturating_add(gain), ..self }
    }

    pub(crate) fn age(self, loss: u8) -> Self {
        match self.energy.saturating_sub(loss) {
            0 => Self { warmth: self.warmth, ..Self::SOIL },
            energy => Self { energy, ..self },
        }
    }

    pub(crate) fn cool(self, loss: u8) -> Self {
        Self { warmth: self.warmth.saturating_sub(loss), ..self }
    }
}

/// How many of the eight cells around a cell hold each kind of life; as `f32`, for the rules multiply it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Around {
    pub(crate) plants: f32,
    pub(crate) grazers: f32,
    pub(crate) hunters: f32,
}

pub(crate) struct World {
    width: usize,
    height: usize,
    cells: Vec<Cell>,
    luck: Rng,
    tick: u64,
}

impl World {
    pub(crate) fn new(width: usize, height: usize, seed: u64) -> Self {
        let mut luck = Rng::with_seed(seed);
        let cells = (0..width * height).map(|_| rules::first_state(luck.f32())).collect();
        Self { width, height, cells, luck, tick: 0 }
    }

    pub(crate) fn tick(&self) -> u64 {
        self.tick
    }

    pub(crate) fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    pub(crate) fn cell(&self, x: usize, y: usize) -> Cell {
        self.cells[y * self.width + x]
    }

    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.cells.iter().filter(|cell| cell.kind == kind).count()
    }

    pub(crate) fn step(&mut self) {
        let mut next = Vec::with_capacity(self.cells.len());
        for y in 0..self.height {
            for x in 0..self.width {
                next.push(rules::next_state(self.cell(x, y), self.around(x, y), self.luck.f32()));
            }
        }
        self.cells = next;
        self.tick += 1;
    }

    /// Gives the world another size: what fits stays, what is new is soil.
    pub(crate) fn resize(&mut self, width: usize, height: usize) {
        let at = |x, y| {
            if x < self.width && y < self.height { self.cell(x, y) } else { Cell::SOIL }
        };
        self.cells = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect();
        (self.width, self.height) = (width, height);
    }

    #[hot]
    fn around(&self, x: usize, y: usize) -> Around {
        let left = if x == 0 { self.width - 1 } else { x - 1 };
        let right = if x + 1 == self.width { 0 } else { x + 1 };
        let above = if y == 0 { self.height - 1 } else { y - 1 };
        let below = if y + 1 == self.height { 0 } else { y + 1 };

        let mut around = Around::default();
        for (x, y) in [
            (left, above),
            (x, above),
            (right, above),
            (left, y),
            (right, y),
            (left, below),
            (x, below),
            (right, below),
        ] {
            match self.cell(x, y).kind {
                Kind::Soil => {}
                Kind::Plant => around.plants += 1.0,
                Kind::Grazer => around.grazers += 1.0,
                Kind::Hunter => around.hunters += 1.0,
            }
        }
        around
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_meet() {
        let mut world = World::new(4, 3, 1);
        world.cells.fill(Cell::SOIL);
        world.cells[0].kind = Kind::Hunter;
        let near = [(3, 2), (0, 2), (1, 2), (3, 0), (1, 0), (3, 1), (0, 1), (1, 1)];
        for (x, y) in (0..3).flat_map(|y| (0..4).map(move |x| (x, y))) {
            let expected = if near.contains(&(x, y)) { 1.0 } else { 0.0 };
            assert_eq!(world.around(x, y).hunters, expected, "{x} {y}");
        }
    }

    #[test]
    fn a_resize_keeps_what_fits() {
        let mut world = World::new(6, 4, 1);
        let before = world.cells.clone();
        world.resize(9, 5);
        world.resize(6, 4);
        assert_eq!(world.cells, before);
        world.resize(2, 2);
        assert_eq!(world.cells, [before[0], before[1], before[6], before[7]]);
    }
}
