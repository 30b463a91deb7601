//! Takes a plan to a shared library that any process of this build can load.
//!
//! [`weaver`] writes one relocatable object with the chosen sections, where each reference to something loaded goes
//! through a word that the host fills; `rust-lld` makes it a library; [`read_back()`] finds where everything landed.

mod bind;
#[cfg(test)]
mod damaged;
mod debug;
mod detour;
mod imports;
mod lld;
mod manifest;
mod read_back;
mod unwind;
mod weaver;

pub(crate) use lld::Linker;
pub(crate) use read_back::Linked;
pub(crate) use weaver::Frame;

use crate::loaded::Loaded;
use crate::plan::Plan;
use anyhow::{Context, Result};
use read_back::read_back;
use std::fs;
use std::path::Path;
use thiserror::Error;
use weaver::weave;

/// Why the chosen code cannot be linked into a patch, though it compiles.
#[derive(Debug, Error)]
pub(crate) enum LinkRefusal {
    #[error("`{function}` reaches `{target}` in a way that cannot be redirected to the running program ({kind:?})")]
    Relocation { function: String, target: String, kind: object::elf::RelocationType },
    #[error("`{function}` holds thread-locals of two generations in one block, which cannot be told apart")]
    MixedThreadLocals { function: String },
}

/// Links a plan to the library at `path`, and reads it back.
///
/// # Errors
/// The code cannot be redirected to the running program, or the linker does not make of it what was asked for.
pub(crate) fn link(loaded: &mut Loaded, plan: &Plan, path: &Path) -> Result<Linked> {
    let object = weave(plan, &loaded.build, &loaded.image, &loaded.names, loaded.frame())?;
    loaded.linker.link(&object, path, &loaded.shared_libraries)?;
    let library = fs::read(path).with_context(|| format!("failed to read `{}`", path.display()))?;
    read_back(&library, plan, &loaded.build, &loaded.names)
}
