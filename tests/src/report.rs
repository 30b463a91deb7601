//! What a failed case tells.

use std::fmt::Write;
use std::path::Path;

use anyhow::Error;

use crate::case::Case;
use crate::session::Session;

/// As much of a stream's end as helps.
const TAIL: usize = 40;

/// The failed directive, what every session showed, and how to run the case alone.
pub fn failure(case: &Case, error: &Error, project: &Path, sessions: &[Session]) -> String {
    let mut report = format!("{error:#}\n");
    for (number, session) in sessions.iter().enumerate() {
        let which = if number == 0 { "" } else { " of the second session" };
        let seen = session.record().seen();
        let events: Vec<String> = seen.events.iter().map(ToString::to_string).collect();
        section(&mut report, &format!("events{which}"), &events, events.len());
        section(&mut report, &format!("stdout{which}"), &seen.stdout.lines, TAIL);
        section(&mut report, &format!("stderr{which}"), &seen.stderr.lines, TAIL);
        let ended = seen.ended.map_or("still running".to_owned(), |status| status.to_string());
        let _ = writeln!(report, "--- cargo hot{which}: {ended}");
    }
    let _ = writeln!(report, "--- the project: {}", project.display());
    let _ = writeln!(report, "--- this case alone: cargo test -p tests --test end_to_end -- --exact {}", case.name);
    report
}

fn section(report: &mut String, title: &str, lines: &[String], tail: usize) {
    let hidden = lines.len().saturating_sub(tail);
    let note = if hidden > 0 { format!(" ({hidden} lines before these)") } else { String::new() };
    // Writing to a string cannot fail.
    let _ = writeln!(report, "--- {title}{note}:");
    for line in &lines[hidden..] {
        let _ = writeln!(report, "  {line}");
    }
}
