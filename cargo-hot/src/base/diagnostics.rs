//! What of rustc's messages the user shall see, with the user's own text in them.
//!
//! rustc speaks JSON, a line each, as cargo asked it to. The shadow differs from the sources in visibility alone, and
//! the hot build in a target feature: what rustc says about either is dropped, and where it quotes a line of the
//! shadow, the original line is put in its place.

use hot_runtime::names::BODY_PREFIX;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// Lints that speak of visibility, and so of the shadow rather than the sources.
const OF_THE_SHADOW: &[&str] = &[
    "ambiguous_glob_reexports",
    "dead_code",
    "exported_private_dependencies",
    "hidden_glob_reexports",
    "improper_ctypes_definitions",
    "missing_abi",
    "missing_copy_implementations",
    "missing_debug_implementations",
    "missing_docs",
    "private_bounds",
    "private_interfaces",
    "unfulfilled_lint_expectations",
    "unnameable_types",
    "unreachable_pub",
];

/// What to do with one line of rustc's stderr.
#[derive(Debug, PartialEq)]
pub(crate) enum Line {
    /// An artifact is there; cargo waits for it.
    Artifact(String),
    /// For the user.
    Diagnostic {
        line: String,
        rendered: String,
        is_error: bool,
        /// What the system did not do for rustc, where that is the error.
        of_system: Option<String>,
    },
    /// Of no interest to the user.
    Dropped,
}

/// Reads rustc's lines; knows where the original files stand.
#[derive(Debug)]
pub(crate) struct Diagnostics {
    /// rustc's working directory, from which it names files.
    directory: PathBuf,
    originals: HashMap<PathBuf, Vec<String>>,
}

impl Diagnostics {
    pub(crate) fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), originals: HashMap::new() }
    }

    pub(crate) fn read(&mut self, line: String) -> Line {
        let Ok(mut message) = serde_json::from_str::<Value>(&line) else {
            return Line::Diagnostic { rendered: format!("{line}\n"), line, is_error: false, of_system: None };
        };
        if message.get("artifact").is_some() {
            return Line::Artifact(line);
        }
        if message.get("rendered").is_none() || is_of_the_hot_build(&message) {
            return Line::Dropped;
        }
        tell_lone_method(&mut message);
        let rendered = self.quote_originals(&message);
        let is_error = message["level"].as_str().is_some_and(|level| level.starts_with("error"));
        message["rendered"] = Value::String(rendered.clone());
        let of_system = of_system(&message).filter(|_| is_error);
        Line::Diagnostic { line: message.to_string(), rendered, is_error, of_system }
    }

    /// The rendered message with every quoted line as the user wrote it.
    fn quote_originals(&mut self, message: &Value) -> String {
        let rendered = message["rendered"].as_str().unwrap_or_default();
        let pairs = self.pairs(message);
        // Once in a line: what the user saves meanwhile may hold what was quoted more than once.
        let quote = |line: &str| {
            let (quoted, original) = pairs.iter().find(|(quoted, _)| line.contains(quoted))?;
            Some(line.replacen(quoted, original, 1))
        };
        let told: String =
            rendered.split_inclusive('\n').map(|line| quote(line).unwrap_or_else(|| line.into())).collect();
        self.quote_between(&told)
    }

    /// The lines that spans quote and that differ from the originals, with those; the longest first, as it may hold others.
    fn pairs<'message>(&mut self, message: &'message Value) -> Vec<(&'message str, String)> {
        let (mut spans, mut pairs) = (Vec::new(), BTreeMap::new());
        collect_spans(message, &mut spans);
        for span in spans {
            let (Some(file), Some(first)) = (span["file_name"].as_str(), span["line_start"].as_u64()) else { continue };
            for (number, quoted) in (first..=u64::MAX).zip(span["text"].as_array().into_iter().flatten()) {
                let Some(quoted) = quoted["text"].as_str().map(str::trim_end) else { continue };
                let Some(original) = self.original_line(file, number) else { continue };
                if original != quoted && !quoted.is_empty() {
                    pairs.entry(quoted).or_insert_with(|| original.to_owned());
                }
            }
        }
        let mut pairs = Vec::from_iter(pairs);
        pairs.sort_by_key(|(quoted, _)| Reverse(quoted.len()));
        pairs
    }

    /// The same for lines that only stand between those that a message is about: no span has their text.
    fn quote_between(&mut self, rendered: &str) -> String {
        let mut file = None;
        let mut quote = |line: &str| {
            let plain = anstream::adapter::strip_str(line).to_string();
            let plain = plain.trim();
            if let Some(place) = plain.strip_prefix("--> ").or_else(|| plain.strip_prefix("::: ")) {
                file = place.rsplitn(3, ':').nth(2).map(str::to_owned);
            }
            let (number, marked) = plain.split_once(' ')?;
            let quoted = marked.trim_start_matches([' ', '|', '/', '_']);
            let original = self.original_line(file.as_ref()?, number.parse().ok()?)?.trim();
            let is_it = quoted != original && same_but_for_visibility(quoted, original) && line.contains(quoted);
            is_it.then(|| line.replacen(quoted, &in_its_columns(quoted, original), 1))
        };
        rendered.split_inclusive('\n').map(|line| quote(line).unwrap_or_else(|| line.to_owned())).collect()
    }

    fn original_line(&mut self, file: &str, number: u64) -> Option<&str> {
        let path = self.directory.join(file);
        let lines = self.originals.entry(path).or_insert_with_key(|path| {
            fs::read_to_string(path).unwrap_or_default().lines().map(|line| line.trim_end().to_owned()).collect()
        });
        lines.get(usize::try_from(number.checked_sub(1)?).ok()?).map(String::as_str)
    }
}

/// `#[hot]` on one method of a trait's `impl` writes a body beside it that the trait does not have.
fn tell_lone_method(message: &mut Value) {
    let tell = |message: &Value| {
        let text = message["message"].as_str()?;
        let (method, of_trait) =
            text.strip_prefix("method `")?.strip_prefix(BODY_PREFIX)?.split_once("` is not a member of trait `")?;
        let of_trait = of_trait.trim_end_matches('`');
        let told = format!("`{method}` of `{of_trait}` cannot be hot alone");
        let help = format!("put `#[hot]` on the whole `impl {of_trait}`");
        let label = format!("not a member of trait `{of_trait}`");
        let rendered = message["rendered"].as_str()?.replace(text, &told).replace(&label, &help).replace("[E0407]", "");
        Some((told, rendered))
    };
    if let Some((told, rendered)) = tell(message) {
        message["message"] = Value::String(told);
        message["rendered"] = Value::String(rendered);
        message["code"] = Value::Null;
    }
}

/// Of a message that is about no place in any text. A file that is not there may be one of the user's.
fn of_system(message: &Value) -> Option<String> {
    const NO_SUCH_FILE: &str = "(os error 2)";
    let text = message["message"].as_str()?;
    let has_place = message["spans"].as_array().is_some_and(|spans| !spans.is_empty());
    (!has_place && text.contains("(os error ") && !text.contains(NO_SUCH_FILE)).then(|| text.to_owned())
}

fn is_of_the_hot_build(message: &Value) -> bool {
    let text = message["message"].as_str().unwrap_or_default();
    // What follows from the error that `tell_lone_method` speaks of.
    let misses_body = text.starts_with(&format!("no associated item named `{BODY_PREFIX}"));
    let counts_warnings = text.ends_with("warning emitted") || text.ends_with("warnings emitted");
    let code = message["code"]["code"].as_str();
    let is_error = message["level"].as_str().is_some_and(|level| level.starts_with("error"));
    text.contains("tagged-globals")
        || counts_warnings
        || misses_body
        || (!is_error && code.is_some_and(|code| OF_THE_SHADOW.contains(&code)))
}

fn same_but_for_visibility(quoted: &str, original: &str) -> bool {
    let words = |line: &str| {
        let line =
            ["pub(crate)", "pub(super)", "pub(self)"].iter().fold(line.to_owned(), |line, it| line.replace(it, ""));
        line.split_whitespace().filter(|word| *word != "pub").collect::<Vec<_>>().join(" ")
    };
    words(quoted) == words(original)
}

/// The original where the quoted text has it: behind the blanks that a `pub` took, or before a `pub` that found none.
fn in_its_columns(quoted: &str, original: &str) -> String {
    let width = if quoted.ends_with(" pub") { 0 } else { quoted.chars().count() };
    // A width that is formatted may not be over 65,535.
    let blanks = width.saturating_sub(original.chars().count());
    format!("{}{original}", " ".repeat(blanks))
}

fn collect_spans<'message>(message: &'message Value, spans: &mut Vec<&'message Value>) {
    spans.extend(message["spans"].as_array().into_iter().flatten());
    for child in message["children"].as_array().into_iter().flatten() {
        collect_spans(child, spans);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_feature_and_the_lints_of_visibility_are_dropped() {
        let mut diagnostics = Diagnostics::new(Path::new("/nowhere"));
        for message in [
            json!({"message": "unknown feature `tagged-globals`", "level": "warning", "rendered": "w", "spans": []}),
            json!({"message": "3 warnings emitted", "level": "warning", "rendered": "w", "spans": []}),
            json!({"message": "unused", "level": "warning", "code": {"code": "dead_code"}, "rendered": "w", "spans": []}),
            json!({"future_incompat_report": []}),
        ] {
            assert_eq!(diagnostics.read(message.to_string()), Line::Dropped, "{message}");
        }
    }

    #[test]
    fn a_quoted_line_is_the_users() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.rs"), "\nfn f() { x }\n").unwrap();
        let message = json!({
            "message": "cannot find `x`", "level": "error", "code": {"code": "E0425"}, "children": [],
            "rendered": "error: x\n2 | pub fn f() { x }\n  |  ^\n",
            "spans": [{"file_name": "main.rs", "line_start": 2, "text": [{"text": "pub fn f() { x }"}]}],
        });
        let Line::Diagnostic { rendered, is_error, .. } = Diagnostics::new(folder.path()).read(message.to_string())
        else {
            panic!("an error is for the user");
        };
        assert_eq!(rendered, "error: x\n2 | fn f() { x }\n  |  ^\n");
        assert!(is_error);
    }

    #[test]
    fn what_the_system_did_not_do_is_no_error_of_a_text() {
        let place = json!([{"file_name": "main.rs", "line_start": 2, "text": []}]);
        for (text, level, spans, is_of_system) in [
            ("failed to write to `x.rmeta`: No space left on device (os error 28)", "error", json!([]), true),
            ("failed to write to `x.rmeta`: No space left on device (os error 28)", "warning", json!([]), false),
            ("couldn't read `main.rs`: No such file or directory (os error 2)", "error", json!([]), false),
            ("couldn't read `a.txt`: Permission denied (os error 13)", "error", place, false),
            ("no global memory allocator found but one is required", "error", json!([]), false),
        ] {
            let message = json!({
                "message": text, "level": level, "code": null, "children": [], "rendered": text, "spans": spans,
            });
            let read = Diagnostics::new(Path::new("/")).read(message.to_string());
            let Line::Diagnostic { of_system, .. } = read else { panic!("`{text}` is for the user") };
            assert_eq!(of_system, is_of_system.then(|| text.to_owned()));
        }
    }

    #[test]
    fn a_message_about_one_line_many_times_holds_it_no_more_often() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.rs"), format!("x x\n{}\n", "y".repeat(70_000))).unwrap();
        let span =
            |line: u64, text: &str| json!({"file_name": "main.rs", "line_start": line, "text": [{"text": text}]});
        let last = json!({"file_name": "main.rs", "line_start": u64::MAX, "text": [{"text": "x"}, {"text": "x"}]});
        let quoted = format!("pub {}", "y".repeat(70_000));
        for (spans, rendered, expected) in [
            (vec![span(1, "x"); 60], "1 | x\n".to_owned(), "1 | x x\n".to_owned()),
            (vec![span(1, "x"), last], "1 | x\n".to_owned(), "1 | x x\n".to_owned()),
            (
                vec![],
                format!(" --> main.rs:2:1\n2 | {quoted}\n"),
                format!(" --> main.rs:2:1\n2 |     {}\n", &quoted[4..]),
            ),
        ] {
            let message = json!({"message": "", "level": "error", "rendered": rendered, "spans": spans});
            let told = Diagnostics::new(folder.path()).read(message.to_string());
            let Line::Diagnostic { rendered, .. } = told else { panic!("an error is for the user") };
            assert_eq!(rendered, expected);
        }
    }

    #[test]
    fn a_line_between_quoted_ones_is_the_users() {
        let folder = tempfile::tempdir().unwrap();
        let text = "mod a {\n    fn f() {}\n}\n\npub(crate) fn g() {\n    x\n}\n";
        fs::write(folder.path().join("main.rs"), text).unwrap();
        let rendered = concat!(
            "error: x\n --> main.rs:1:1\n",
            "1 | / mod a {\n2 | | pub fn f() {}\n3 | | } pub\n\u{1b}[1m5\u{1b}[0m \u{1b}[1m|\u{1b}[0m   pub        fn g() {\n6 | |     x\n",
        );
        let quoted = Diagnostics::new(folder.path()).quote_between(rendered);
        let expected = concat!(
            "error: x\n --> main.rs:1:1\n",
            "1 | / mod a {\n2 | |     fn f() {}\n3 | | }\n\u{1b}[1m5\u{1b}[0m \u{1b}[1m|\u{1b}[0m   pub(crate) fn g() {\n6 | |     x\n",
        );
        assert_eq!(quoted, expected);
    }
}
