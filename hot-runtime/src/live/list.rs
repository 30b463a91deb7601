//! Tells a program what it holds.

use super::entries::Entries;
use std::panic::Location;

/// A value that a [`Live`](crate::Live) holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LiveValue {
    /// Of its type, as [`std::any::type_name`] has it.
    pub type_name: &'static str,
    /// Where it was made.
    pub place: &'static Location<'static>,
    /// In bytes, without what it points to.
    pub size: usize,
    /// The generation that made it or carried it over.
    pub generation: u32,
}

/// All values that are held now, in no order. None where `cargo hot` did not start the program.
#[must_use]
pub fn live_values() -> Vec<LiveValue> {
    let value = |entry: &super::entries::Entry| {
        let content = *entry.content();
        Some(LiveValue {
            type_name: content.name,
            place: content.origin?.place,
            size: content.layout.size(),
            generation: content.generation,
        })
    };
    Entries::lock().iter().filter_map(value).collect()
}
