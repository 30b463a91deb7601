//! Programs and edits by chance: what a patched process prints must be what a fresh ordinary build prints.
//!
//! A seed gives a [`program`] and edits of it. A step runs the program's functions on its statics, whose numbers can be read
//! and set from outside, so that an ordinary build can start from the state that the patched process is in. The way of a
//! seed, in order:
//!
//! [`items`] and [`grow`] make the first program, [`sequence`] each one after it, [`render`] and [`spell`] their texts, [`play`]
//! saves them one after the other and compares with what [`ordinary`] builds, and [`shrink`] looks for what of a failure can be
//! left out.

mod edit;
pub mod expression;
mod frame;
pub mod grow;
pub mod idiom;
pub mod items;
pub mod ordinary;
pub mod play;
pub mod program;
pub mod random;
pub mod render;
pub mod sequence;
pub mod shrink;
pub mod spell;
pub mod writer;
