//! `--config`: values of cargo's configuration that go before all others, and before the variables by which we take places.

use crate::base::displaced::TARGET;
use anyhow::{Result, bail};
use std::fs;
use std::path::Path;
use toml::{Table, Value};

/// What the command line says of cargo's configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    /// The first before the others.
    tables: Vec<Table>,
    /// What of it is for cargo, as it was given.
    words: Vec<String>,
}

/// Whether a key is for a place that we take: cargo must not hear of it.
fn is_ours(path: &[&str]) -> bool {
    matches!(path, ["build", "rustc-wrapper" | "rustc-workspace-wrapper"] | ["target", TARGET, "runner"])
        || matches!(path, ["profile", _, "lto"])
}

/// What cargo would look for behind our back, for this target or another.
fn is_of_a_condition(path: &[&str]) -> bool {
    matches!(path, ["target", condition, "runner"] if condition.starts_with("cfg("))
}

impl Overrides {
    /// From the values of `--config`, each `KEY=VALUE` or a file.
    ///
    /// # Errors
    /// A place that we take is set where it cannot be taken out.
    pub(crate) fn read(values: &[String]) -> Result<Self> {
        let mut found = Self::default();
        for value in values {
            let is_file = Path::new(value).exists();
            let text = if is_file { fs::read_to_string(value).unwrap_or_default() } else { value.clone() };
            // What cannot be read is left to cargo, which says so.
            let table: Table = text.parse().unwrap_or_default();
            let keys = keys(&table);
            let has = |is: fn(&[&str]) -> bool| keys.iter().find(|key| is(key)).map(|key| key.join("."));
            if let Some(key) = has(is_of_a_condition) {
                bail!(
                    "`--config` sets `{key}`, and whether that counts only cargo knows; name the target: `target.{TARGET}.runner`"
                );
            }
            match has(is_ours) {
                Some(key) if is_file => bail!(
                    "`{value}` of `--config` sets `{key}`, which cargo hot has to do itself; give it as `--config KEY=VALUE`, or \
                     set it in `.cargo/config.toml`"
                ),
                Some(_) => {}
                None => found.words.push(value.clone()),
            }
            found.tables.insert(0, table);
        }
        Ok(found)
    }

    /// For a command of cargo's.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().flat_map(|value| ["--config", value])
    }

    pub(super) fn tables(&self) -> &[Table] {
        &self.tables
    }

    pub(super) fn get(&self, path: [&str; 2]) -> Option<&Value> {
        self.tables.iter().find_map(|table| table.get(path[0])?.get(path[1]))
    }

    /// Of the program's target: one word with blanks, or several.
    pub(super) fn runner(&self) -> Option<Vec<String>> {
        let target = |table: &Table| Some(table.get("target")?.get(TARGET)?.get("runner")?.clone());
        Some(match self.tables.iter().find_map(target)? {
            Value::Array(words) => words.iter().filter_map(|word| Some(word.as_str()?.to_owned())).collect(),
            other => other.as_str()?.split_whitespace().map(str::to_owned).collect(),
        })
    }
}

/// The paths to all that is no table.
fn keys(table: &Table) -> Vec<Vec<&str>> {
    let mut found = Vec::new();
    for (name, value) in table {
        match value {
            Value::Table(inner) => {
                found.extend(keys(inner).into_iter().map(|path| [vec![name.as_str()], path].concat()));
            }
            _ => found.push(vec![name.as_str()]),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Overrides> {
        Overrides::read(&values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_last_one_counts_and_cargo_hears_of_what_is_its_own() {
        let runner = format!("target.{TARGET}.runner = 'nice -n 5'");
        let values = ["build.rustc-wrapper='a'", "build.jobs=2", "build.rustc-wrapper='b'", &runner, "no toml"];
        let found = read(&values).unwrap();
        assert_eq!(found.get(["build", "rustc-wrapper"]).and_then(Value::as_str), Some("b"));
        assert_eq!(found.runner().unwrap(), ["nice", "-n", "5"]);
        assert_eq!(found.words().collect::<Vec<_>>(), ["--config", "build.jobs=2", "--config", "no toml"]);
        assert_eq!(read(&["profile.dev.lto=true"]).unwrap().words().count(), 0);
    }

    #[test]
    fn what_cannot_be_taken_out_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("more.toml");
        fs::write(&file, "[build]\nrustc-wrapper = 'a'\n").unwrap();
        assert!(read(&[file.to_str().unwrap()]).unwrap_err().to_string().contains("build.rustc-wrapper"));
        fs::write(&file, "[build]\njobs = 2\n").unwrap();
        assert_eq!(read(&[file.to_str().unwrap()]).unwrap().words().count(), 2);
        assert!(read(&["target.'cfg(unix)'.runner = 'a'"]).is_err());
    }
}
