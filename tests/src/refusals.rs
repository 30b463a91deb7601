//! The page of refusals, `docs/refusals.md`: what its examples say is what cases see.
//!
//! A section is named by a reason. In it a link with the name of a case stands before a fenced block, which holds what `cargo hot`
//! says in that case, the first time that it refuses something for this reason. `BLESS=1` writes what is said into the page.

use std::env;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use regex::{Captures, Regex};
use serde_json::Value;

use crate::binary;

/// What one case shows on the page.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    case: String,
    reason: String,
    /// Of the text in the block.
    range: Range<usize>,
}

/// One case at a time looks at the page, or writes it.
static TURN: Mutex<()> = Mutex::new(());

/// Fails where the page shows other words than a case has seen, in `events`; of `paths`, each is shown by the name beside it.
pub fn check(case: &str, events: &[Value], paths: &[(PathBuf, &str)]) -> Result<()> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let page = read()?;
    let Some(example) = examples(&page).into_iter().find(|example| example.case == case) else { return Ok(()) };
    let reason = &example.reason;
    let refused = events.iter().find(|event| event["event"] == "refused" && event["reason"] == **reason);
    let refused =
        refused.with_context(|| format!("the page of refusals shows this case, but nothing is `{reason}`"))?;
    let said = neutral(&words(refused), paths);
    if page[example.range.clone()] == said {
        return Ok(());
    }
    if env::var_os("BLESS").is_none() {
        bail!("the page of refusals (BLESS=1 writes it) says\n{}but cargo hot\n{said}", &page[example.range]);
    }
    let mut page = page;
    page.replace_range(example.range, &said);
    fs::write(path(), page).context("failed to write the page of refusals")
}

fn path() -> PathBuf {
    binary::checkout().join("docs/refusals.md")
}

fn read() -> Result<String> {
    fs::read_to_string(path()).with_context(|| format!("failed to read `{}`", path().display()))
}

/// What a person reads.
fn words(refused: &Value) -> String {
    let text = |field: &str| refused[field].as_str().unwrap_or_default();
    match text("rendered") {
        "" => format!("cargo hot: refused: {}\n  help: {}\n", text("message"), text("help")),
        rendered => format!("{rendered}cargo hot: refused; nothing was patched\n"),
    }
}

/// The same on every machine.
fn neutral(words: &str, paths: &[(PathBuf, &str)]) -> String {
    static HASH: LazyLock<Regex> = LazyLock::new(|| Regex::new("-[0-9a-f]{16}").expect("it is a pattern"));
    let named =
        paths.iter().fold(words.to_owned(), |words, (path, name)| words.replace(&*path.to_string_lossy(), name));
    HASH.replace_all(&named, |_: &Captures<'_>| "-0123456789abcdef").into_owned()
}

fn examples(page: &str) -> Vec<Example> {
    let (mut reason, mut case) = (String::new(), None);
    let mut begun = None;
    let mut found = Vec::new();
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        let text = line.trim_end();
        if let Some(heading) = text.strip_prefix("## `") {
            reason = heading.trim_end_matches('`').to_owned();
        } else if let Some((_, link)) = text.split_once("[`")
            && let Some((name, _)) = link.split_once("`](../tests/cases/")
        {
            case = Some(name.to_owned());
        } else if let Some(start) = begun.filter(|_| text == "```") {
            found.extend(case.take().map(|case| Example { case, reason: reason.clone(), range: start..at }));
            begun = None;
        } else if text == "```text" {
            begun = Some(at + line.len());
        }
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::ensure;

    #[test]
    fn every_reason_has_an_example() -> Result<()> {
        let page = read()?;
        let examples = examples(&page);
        let source = fs::read_to_string(binary::checkout().join("cargo-hot/src/events.rs"))?;
        let reason = Regex::new(r#"Self::\w+ => "([a-z-]+)""#)?;
        let mut count = 0;
        for reason in reason.captures_iter(&source).filter_map(|found| found.get(1)).map(|found| found.as_str()) {
            ensure!(examples.iter().any(|example| example.reason == reason), "nothing on the page is `{reason}`");
            count += 1;
        }
        ensure!(count > 10, "there are but {count} reasons");
        let cases: Vec<_> =
            crate::case::all()?.into_iter().flat_map(|(_, cases)| cases.into_iter().flatten()).collect();
        for Example { case, reason, .. } in &examples {
            let found = cases.iter().any(|known| known.name == *case);
            ensure!(found, "the page shows `{case}` for `{reason}`, which is no case");
        }
        Ok(())
    }

    #[test]
    fn an_example_is_a_block_behind_a_link_to_its_case() {
        let page = "# Refusals\n\n## `vetoed`\n\nSee [`a-case`](../tests/cases/a-case):\n\n```text\nno\n```\n";
        let start = page.find("no\n").unwrap_or_default();
        let example = Example { case: "a-case".into(), reason: "vetoed".into(), range: start..start + 3 };
        assert_eq!(examples(page), [example]);
    }

    #[test]
    fn what_differs_between_machines_is_named() {
        let paths = [(PathBuf::from("/tmp/x/project"), "/project")];
        let said = neutral("`/tmp/x/project/target/libstore-0a1b2c3d4e5f6071.rlib` was built anew", &paths);
        assert_eq!(said, "`/project/target/libstore-0123456789abcdef.rlib` was built anew");
    }
}
