//! Live types: values that are carried over into another layout of their type while the program runs.

mod containers;
mod number;
mod old;
mod shape;

pub use old::Old;
pub use shape::{DefaultValue, Described, Enum, Field, Mention, Parts, Probe, Shapes, Struct, Variant, View};
