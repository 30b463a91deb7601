//! A pattern for a line of output, whose named groups compare numbers with those of earlier lines.
//!
//! `hits=(?<more>\d+)` must have grown since it last matched: state that was reset has not. `pid=(?<same_pid>\d+)` must be
//! what it was. The name's first part says which; groups of one name belong together.

use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};
use regex::Regex;

/// What the named groups of a case matched so far.
pub type Memory = HashMap<String, String>;

/// A regular expression with `same...` and `more...` groups.
#[derive(Debug)]
pub struct Pattern {
    regex: Regex,
}

impl Pattern {
    /// Parses a regular expression; a named group has to be `same...` or `more...`.
    pub fn parse(source: &str) -> Result<Self> {
        let regex = Regex::new(source)?;
        for name in regex.capture_names().flatten() {
            ensure!(
                name.starts_with("same") || name.starts_with("more"),
                "group `{name}` is neither `same` nor `more`"
            );
        }
        Ok(Self { regex })
    }

    /// Whether `line` is the one that is waited for.
    pub fn is_match(&self, line: &str) -> bool {
        self.regex.is_match(line)
    }

    /// Compares the groups of a line that matched with `memory`, and remembers them.
    pub fn compare(&self, line: &str, memory: &mut Memory) -> Result<()> {
        let captures = self.regex.captures(line).context("the line does not match")?;
        for name in self.regex.capture_names().flatten() {
            let Some(now) = captures.name(name) else {
                continue;
            };
            let now = now.as_str().to_owned();
            let Some(before) = memory.insert(name.to_owned(), now.clone()) else {
                continue;
            };
            if name.starts_with("same") {
                ensure!(now == before, "`{line}`: `{name}` was {before}, now it is {now}");
            } else if number(&now)? <= number(&before)? {
                bail!("`{line}`: `{name}` was {before} and must have grown, now it is {now}");
            }
        }
        Ok(())
    }
}

fn number(text: &str) -> Result<u64> {
    text.parse().with_context(|| format!("`{text}` is not a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_compared_with_earlier_lines() {
        for (source, lines, fits) in [
            (r"n=(?<more>\d+)", ["n=1", "n=2"], true),
            (r"n=(?<more>\d+)", ["n=9", "n=10"], true),
            (r"n=(?<more>\d+)", ["n=2", "n=2"], false),
            (r"n=(?<more>\d+)", ["n=2", "n=1"], false),
            (r"p=(?<same>\w+)", ["p=a", "p=a"], true),
            (r"p=(?<same>\w+)", ["p=a", "p=b"], false),
            (r"p=(?<more>\w+)", ["p=1", "p=x"], false),
        ] {
            let (pattern, mut memory) = (Pattern::parse(source).unwrap(), Memory::new());
            pattern.compare(lines[0], &mut memory).unwrap();
            assert_eq!(pattern.compare(lines[1], &mut memory).is_ok(), fits, "{source} {lines:?}");
        }
    }

    #[test]
    fn other_groups_are_an_error() {
        assert!(Pattern::parse("(?<other>a)").is_err());
    }
}
