//! A crate of the binary's name, with items of its items' names.

#[derive(Default)]
pub struct World {
    pub wide: u64,
}

pub fn name() -> &'static str {
    "lib"
}
