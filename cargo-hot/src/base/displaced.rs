//! What the user has in the places that we take in cargo: wrappers of rustc, a runner, variables.
//!
//! Cargo has room for one of each, and a variable of ours goes before whatever the configuration says. So the session
//! reads what stood there, and hands it on in a variable of its own: who stands in for something calls it.

use crate::base::overrides::Overrides;
use anyhow::{Context, Result};
use cargo_config2::Config;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use toml::Value;

/// The only one that patches can be made for.
pub(crate) const TARGET: &str = "x86_64-unknown-linux-gnu";
pub(super) const RUNNER: &str = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER";
pub(super) const WRAPPER: &str = "RUSTC_WRAPPER";
pub(super) const WORKSPACE_WRAPPER: &str = "RUSTC_WORKSPACE_WRAPPER";

/// Holds a [`Displaced`] as JSON.
const VARIABLE: &str = "CARGO_HOT_DISPLACED";

/// What cargo would have called and passed on.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Displaced {
    /// For every crate; the workspace's own are compiled without it, as what they become depends on us.
    pub(super) wrapper: Option<PathBuf>,
    /// For the crates of the workspace.
    pub(super) workspace_wrapper: Option<PathBuf>,
    /// What starts the program, with its arguments.
    runner: Vec<String>,
    /// The variables that we set, as they were.
    variables: BTreeMap<String, Option<String>>,
}

/// The target that cargo will build for, where it is not ours: `asked` for, or else configured.
///
/// # Errors
/// The configuration cannot be read.
pub(crate) fn other_target(asked: Option<&str>, overrides: &Overrides) -> Result<Option<String>> {
    let config = Config::load().context("failed to read cargo's configuration")?;
    let configured = || config.build.target.into_iter().flatten().map(|target| target.triple().to_owned()).next();
    let overridden = || match overrides.get(["build", "target"])? {
        Value::Array(targets) => targets.first()?.as_str(),
        target => target.as_str(),
    };
    let target = asked.or_else(overridden).map(str::to_owned).or_else(configured);
    Ok(target.filter(|target| target != TARGET))
}

impl Displaced {
    /// From the environment, the command line and cargo's configuration for the working directory.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub(crate) fn read(overrides: &Overrides) -> Result<Self> {
        let config = Config::load().context("failed to read cargo's configuration")?;
        let runner = config.runner(TARGET).context("failed to read the runner in cargo's configuration")?;
        let words = |runner: cargo_config2::PathAndArgs| {
            let path = runner.path.into_os_string();
            std::iter::once(path).chain(runner.args).map(|word| word.to_string_lossy().into_owned()).collect()
        };
        // An empty one is none, for cargo too.
        let some = |wrapper: Option<PathBuf>| wrapper.filter(|wrapper| !wrapper.as_os_str().is_empty());
        // The variable goes before the command line here, and nowhere else.
        let overridden = |variable, key| match overrides.get(["build", key])?.as_str() {
            Some(wrapper) if env::var_os(variable).is_none() && wrapper.contains('/') => {
                Some(std::path::absolute(wrapper).unwrap_or_else(|_| PathBuf::from(wrapper)))
            }
            Some(wrapper) if env::var_os(variable).is_none() => Some(PathBuf::from(wrapper)),
            _ => None,
        };
        let (wrapper, workspace) = (config.build.rustc_wrapper, config.build.rustc_workspace_wrapper);
        Ok(Self {
            wrapper: some(overridden(WRAPPER, "rustc-wrapper").or(wrapper)),
            workspace_wrapper: some(overridden(WORKSPACE_WRAPPER, "rustc-workspace-wrapper").or(workspace)),
            runner: overrides.runner().or(runner.map(words)).unwrap_or_default(),
            variables: BTreeMap::new(),
        })
    }

    /// What the session handed on; nothing, where no session did.
    pub(crate) fn handed_on() -> Self {
        env::var(VARIABLE).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// Has `command` find our variables in place of the user's, and these for whoever stands in.
    ///
    /// # Errors
    /// What the user has cannot be written down.
    pub(crate) fn displace(mut self, ours: BTreeMap<String, PathBuf>, command: &mut Command) -> Result<()> {
        for name in ours.keys() {
            self.variables.insert(name.clone(), env::var(name).ok());
        }
        command.envs(ours);
        command.env(VARIABLE, serde_json::to_string(&self).context("failed to write what the user has as JSON")?);
        Ok(())
    }

    /// The start of a program as cargo would have done it: by the user's runner, where there is one, and with no variable
    /// of ours.
    pub(crate) fn start_of(&self, program: &Path) -> Command {
        let mut command = match self.runner.split_first() {
            Some((runner, arguments)) => {
                let mut command = Command::new(runner);
                command.args(arguments).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.env_remove(VARIABLE);
        for (name, value) in &self.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_starts_as_the_user_has_it() {
        let variables = [("SET", Some("theirs")), ("UNSET", None)];
        let displaced = Displaced {
            runner: vec!["nice".into(), "-n5".into()],
            variables: variables.map(|(name, value)| (name.to_owned(), value.map(str::to_owned))).into(),
            ..Displaced::default()
        };
        let start = displaced.start_of(Path::new("/t/life"));
        let words: Vec<_> = std::iter::once(start.get_program()).chain(start.get_args()).collect();
        assert_eq!(words, ["nice", "-n5", "/t/life"]);
        let set: Vec<_> = start.get_envs().collect();
        let theirs = Some("theirs".as_ref());
        assert_eq!(set, [(VARIABLE.as_ref(), None), ("SET".as_ref(), theirs), ("UNSET".as_ref(), None)]);
    }
}
