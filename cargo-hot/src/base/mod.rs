//! The base build: `cargo run` with `cargo hot` in the places of rustc and of the program's runner.

#[cfg(test)]
mod damaged;
mod diagnostics;
mod displaced;
mod invocation;
pub(crate) mod launch;
mod overrides;
mod profile;
pub(crate) mod record;
mod rustc;
pub(crate) mod turn;
mod unit;
pub(crate) mod wrapper;

pub(crate) use diagnostics::{Diagnostics, Line};
pub(crate) use displaced::{TARGET, other_target};
pub(crate) use invocation::Invocation;
pub(crate) use overrides::Overrides;
