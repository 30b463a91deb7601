//! Live values that go from one process to the next: written by serde, made to fit the types of the next program by the rules of
//! a migration, and read by serde again.

mod bytes;
mod claim;
mod code;
mod fit;
mod sketch;
mod snapshot;
#[cfg(test)]
mod tests;

pub(crate) use claim::{Waiting, waiting};
pub(super) use claim::{claim, count};
pub(crate) use code::Code;
pub use code::Keep;
pub(crate) use fit::{Fitter, parts_of, value_of};
pub(crate) use snapshot::{Snapshot, keep, restore};

/// A value as serde tells it: with all names, and nothing left out.
pub(crate) type Tree = serde_content::Value<'static>;
