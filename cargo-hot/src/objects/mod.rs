//! Machine code as the compiler left it: objects, their sections, and what each refers to.
//!
//! With one section a function and a static, a section is the unit of linking here. [`object`] reads one object,
//! [`digest`] says when two sections mean the same and reads
//! code through [`code`], [`build`] holds the newest objects of the workspace's crates, and
//! [`library`] those of the other crates, opened only when a patch needs code the host's linker dropped.

pub(crate) mod build;
mod code;
#[cfg(test)]
mod damaged;
pub(crate) mod digest;
mod dwarf;
pub(crate) mod hot;
pub(crate) mod library;
pub(crate) mod lines;
pub(crate) mod mangled;
pub(crate) mod names;
pub(crate) mod object;
mod rlib;
pub(crate) mod types;

pub(crate) use build::{Build, Place};
pub(crate) use names::{Item, Name, Names};
pub(crate) use object::{Object, Reference, Section, SectionIndex, SectionKind};
pub(crate) use rlib::Rlib;
