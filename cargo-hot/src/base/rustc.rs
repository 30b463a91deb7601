//! What calls rustc: the words before its arguments.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;
use std::process::Command;

/// rustc, behind the wrapper of the user's that cargo would have called with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rustc {
    wrapper: Option<String>,
    program: String,
}

impl Rustc {
    pub(crate) fn new(wrapper: Option<&Path>, program: &str) -> Self {
        Self { wrapper: wrapper.map(|wrapper| wrapper.to_string_lossy().into_owned()), program: program.to_owned() }
    }

    /// For compiling.
    pub(crate) fn command(&self) -> Command {
        match &self.wrapper {
            Some(wrapper) => {
                let mut command = Command::new(wrapper);
                command.arg(&self.program);
                command
            }
            None => self.alone(),
        }
    }

    /// For questions, which are no business of a wrapper.
    pub(crate) fn alone(&self) -> Command {
        Command::new(&self.program)
    }
}

impl fmt::Display for Rustc {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(wrapper) = &self.wrapper {
            write!(formatter, "{wrapper} ")?;
        }
        formatter.write_str(&self.program)
    }
}
