//! Runs the end-to-end cases.
//!
//! A case is a directory below `tests/cases`: a small cargo project whose name is a sentence, and whose directives, the
//! `//#` lines at the top of its main file, say what is done and what must be seen. The way of one case, in order:
//!
//! [`case`] reads the directory, [`project`] lays it out, [`play`] goes through the steps with one or two running
//! [`session`]s, [`remains`] looks at what they left behind, and [`report`] tells what failed. [`oracle`] asks plain
//! cargo what the edited sources do.

pub mod binary;
pub mod case;
pub mod directive;
#[cfg(test)]
mod documents;
pub mod environment;
pub mod expected;
pub mod fuzz;
pub mod ledger;
pub mod oracle;
pub mod other_user;
pub mod pattern;
pub mod play;
pub mod played;
pub mod project;
pub mod record;
pub mod refusals;
pub mod remains;
pub mod report;
pub mod session;
pub mod stage;
pub mod substitution;
pub mod trials;
