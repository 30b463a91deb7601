//! Says what was found: a table by reason, the names on request, or all of it as JSON.

use super::{Covered, CoveredFunction};
use crate::cli::CoverageOptions;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::io::Write as _;

pub(super) fn print(crates: &[Covered], options: &CoverageOptions) -> Result<()> {
    let mut out = std::io::stdout().lock();
    if options.json {
        serde_json::to_writer_pretty(&mut out, crates).context("failed to write JSON")?;
        return writeln!(out).context("failed to write to standard output");
    }
    for found in crates {
        write!(out, "{}", table(found, options.names)).context("failed to write to standard output")?;
    }
    Ok(())
}

fn table(found: &Covered, with_names: bool) -> String {
    let all = found.functions.len();
    let eligible = found.functions.iter().filter(|function| function.is_eligible).count();
    let sliced: Vec<_> = found.functions.iter().filter(|function| function.reason.is_none()).collect();
    let identical = sliced.iter().filter(|function| function.difference.as_deref() == Some("")).count();
    let mut text = format!("{}: {all} functions\n", found.name);
    text.push_str(&line("compiled alone after a change", sliced.len(), all));
    text.push_str(&line("  of those that rules let through", sliced.len(), eligible));
    text.push_str(&line("  with the program's machine code, byte for byte", identical, sliced.len()));
    let mut reasons: BTreeMap<&str, Vec<&CoveredFunction>> = BTreeMap::new();
    for function in &found.functions {
        if let Some(reason) = &function.reason {
            reasons.entry(reason).or_default().push(function);
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, functions)| std::cmp::Reverse(functions.len()));
    if !reasons.is_empty() {
        text.push_str("compiled with the whole crate, because\n");
    }
    for (reason, functions) in reasons {
        text.push_str(&line(&format!("  {reason}"), functions.len(), all));
        if with_names {
            for function in functions {
                text.push_str(&name(function));
                if let Some(error) = &function.error {
                    text.push_str(&format!("        {error}\n"));
                }
            }
        }
    }
    let different: Vec<_> =
        sliced.iter().filter(|function| function.difference.as_ref().is_some_and(|found| !found.is_empty())).collect();
    if with_names && !different.is_empty() {
        text.push_str("other machine code than the program's\n");
        for function in different {
            text.push_str(&name(function));
            text.push_str(&format!("        {}\n", function.difference.as_deref().unwrap_or_default()));
        }
    }
    text.push('\n');
    text
}

fn line(what: &str, count: usize, of: usize) -> String {
    let share = if of == 0 { 100.0 } else { 100.0 * count as f64 / of as f64 };
    format!("{what:<58} {count:>6} {share:>5.1} %\n")
}

fn name(function: &CoveredFunction) -> String {
    format!("      {} ({}:{})\n", function.path, function.file.display(), function.line)
}
