//! Types as debug information describes them: how they are laid out, what they are made of, and what holds values of them.

mod graph;
mod reach;
mod returned;
mod values;

pub(crate) use graph::Layout;
pub(crate) use reach::{Candidate, Found, Holder, Misfit, Reach, layouts, misfits, reaches, short};
pub(crate) use returned::{Returned, returned};
pub(crate) use values::{frames, leading, tables};
