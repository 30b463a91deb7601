//! The library of the package.

use hot_runtime::hot;

mod inner;

/// What the program keeps.
#[derive(Default)]
pub struct World {
    hits: u64,
}

impl World {
    /// One step.
    #[hot]
    pub fn step(&mut self) {
        self.hits += 1;
        println!("hits={} out: v1 {}", self.hits, inner::name());
    }
}
