//! Live types: values that are carried over into another layout of their type while the program runs.

mod build;
mod changed;
mod collections;
pub(crate) mod commit;
mod containers;
mod entries;
#[cfg(feature = "serde")]
pub(crate) mod kept;
mod list;
mod made;
mod number;
mod old;
mod plan;
#[cfg(test)]
mod random;
mod shape;
mod standard;
#[cfg(test)]
mod tests;
mod value;

pub use hot_macros::HotType;
#[cfg(feature = "serde")]
pub use kept::Keep;
pub use list::{LiveValue, live_values};
pub use made::{Made, made};
pub use old::Old;
pub use shape::{DefaultValue, Described, Enum, Field, Mention, Parts, Probe, Shapes, Struct, Variant, View};
pub use value::{Live, Ref, RefMut};
