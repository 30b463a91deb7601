//! A rustc command line, as options with names instead of words with positions.
//!
//! Parsed once when cargo calls the wrapper; every later step asks for an option or replaces one. What rustc reads
//! as one option, here is one [`Opt`]; order is kept, since rustc lets the last of some options win.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Arguments of one rustc call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Invocation {
    options: Vec<Opt>,
    /// The root source file; `None` for calls that only ask rustc something.
    pub(crate) input: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Opt {
    /// With its dashes: `-C`, `--crate-name`.
    name: String,
    value: Option<String>,
}

/// Long options that stand alone; every other long option takes a value.
const FLAGS: &[&str] = &["--test", "--verbose", "--help", "--version"];

impl Invocation {
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Self {
        let mut arguments = arguments.into_iter();
        let mut parsed = Self { options: Vec::new(), input: None };
        while let Some(argument) = arguments.next() {
            if let Some((name, value)) = split(&argument) {
                let value = value.or_else(|| if takes_value(&name) { arguments.next() } else { None });
                parsed.options.push(Opt { name, value });
            } else {
                parsed.input = Some(argument);
            }
        }
        parsed
    }

    /// The words to call rustc with.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut words = Vec::new();
        for option in &self.options {
            words.push(option.name.clone());
            words.extend(option.value.clone());
        }
        words.extend(self.input.clone());
        words
    }

    /// The last value of the option.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.values(name).last()
    }

    /// All values of a repeatable option, in order.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.options.iter().filter(move |option| option.name == name).filter_map(|option| option.value.as_deref())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|option| option.name == name)
    }

    /// The value of `-C key=value`; rustc reads `_` in a key as `-`.
    pub(crate) fn codegen(&self, key: &str) -> Option<&str> {
        self.values("-C").filter_map(|value| codegen_value(value, key)).last()
    }

    /// Appends an option.
    pub(crate) fn push(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.options.push(Opt { name: name.into(), value: Some(value.into()) });
        self
    }

    /// Replaces every occurrence of an option by one.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.remove(name).push(name, value)
    }

    pub(crate) fn remove(&mut self, name: &str) -> &mut Self {
        self.options.retain(|option| option.name != name);
        self
    }

    /// Replaces every `-C key=..` by one.
    pub(crate) fn set_codegen(&mut self, key: &str, value: &str) -> &mut Self {
        self.remove_codegen(key).push("-C", format!("{key}={value}"))
    }

    pub(crate) fn remove_codegen(&mut self, key: &str) -> &mut Self {
        self.options.retain(|option| {
            option.name != "-C" || option.value.as_deref().is_none_or(|value| !is_codegen(value, key))
        });
        self
    }

    /// Replaces the value of each `-C key=..` by what `edit` makes of it; `None` takes the option away.
    pub(crate) fn edit_codegen(&mut self, key: &str, edit: impl Fn(&str) -> Option<String>) -> &mut Self {
        self.options.retain_mut(|option| {
            let value = option.value.as_deref().filter(|_| option.name == "-C");
            let Some(old) = value.and_then(|value| codegen_value(value, key)) else { return true };
            let new = edit(old);
            option.value = new.as_ref().map(|new| format!("{key}={new}"));
            new.is_some()
        });
        self
    }

    /// Adds to the features that `-C target-feature` lists.
    pub(crate) fn add_target_feature(&mut self, feature: &str) -> &mut Self {
        let features = match self.codegen("target-feature") {
            Some(present) if !present.is_empty() => format!("{present},{feature}"),
            _ => feature.to_owned(),
        };
        self.set_codegen("target-feature", &features)
    }

    /// `--extern` crates: the name in the source and the file, where one is given.
    pub(crate) fn externs(&self) -> impl Iterator<Item = (&str, PathBuf)> {
        self.values("--extern").filter_map(|value| {
            let (name, path) = value.split_once('=')?;
            // `priv:name` and the like are modifiers in front of the name.
            Some((name.rsplit(':').next().unwrap_or(name), PathBuf::from(path)))
        })
    }

    pub(crate) fn crate_name(&self) -> Option<&str> {
        self.value("--crate-name")
    }

    pub(crate) fn out_dir(&self) -> Option<PathBuf> {
        self.value("--out-dir").map(PathBuf::from)
    }

    /// What `-C extra-filename` appends to the names of the outputs.
    pub(crate) fn extra_filename(&self) -> &str {
        self.codegen("extra-filename").unwrap_or("")
    }

    /// The crate's name as its output files carry it: `life-0123456789abcdef`.
    pub(crate) fn file_stem(&self) -> Option<String> {
        Some(format!("{}{}", self.crate_name()?, self.extra_filename()))
    }
}

/// Name and attached value of an option; `None` if the word is no option.
fn split(argument: &str) -> Option<(String, Option<String>)> {
    if argument.starts_with("--") {
        return Some(match argument.split_once('=') {
            Some((name, value)) => (name.into(), Some(value.into())),
            None => (argument.into(), None),
        });
    }
    let letter = argument.strip_prefix('-')?.chars().next()?;
    let (name, attached) = argument.split_at(1 + letter.len_utf8());
    let canonical = match name {
        "-g" => return Some(("-C".into(), Some("debuginfo=2".into()))),
        "-O" => return Some(("-C".into(), Some("opt-level=3".into()))),
        name => name.to_owned(),
    };
    Some((canonical, (!attached.is_empty()).then(|| attached.to_owned())))
}

fn takes_value(name: &str) -> bool {
    match name.strip_prefix("--") {
        Some(_) => !FLAGS.contains(&name),
        None => matches!(name, "-C" | "-L" | "-l" | "-Z" | "-A" | "-W" | "-D" | "-F" | "-o"),
    }
}

fn is_codegen(option: &str, key: &str) -> bool {
    option.split('=').next().is_some_and(|name| name.replace('_', "-") == key)
}

fn codegen_value<'option>(option: &'option str, key: &str) -> Option<&'option str> {
    is_codegen(option, key).then(|| option.split_once('=').map_or("", |(_, value)| value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Invocation {
        Invocation::parse(line.split_whitespace().map(str::to_owned))
    }

    const CARGO: &str = "--crate-name life --edition=2024 src/main.rs --error-format=json --crate-type bin \
        --emit=dep-info,link -C opt-level=1 -Cdebuginfo=2 -C metadata=ab -C extra-filename=-ab --out-dir /t/deps \
        -L dependency=/t/deps --extern rand=/t/librand.rlib --extern priv:one=/t/libone.rmeta -g";

    #[test]
    fn options_are_found_however_they_are_spelled() {
        let invocation = parse(CARGO);
        assert_eq!(invocation.input.as_deref(), Some("src/main.rs"));
        assert_eq!(invocation.value("--edition"), Some("2024"));
        assert_eq!(invocation.codegen("debuginfo"), Some("2"));
        assert_eq!(invocation.codegen("opt-level"), Some("1"));
        assert_eq!(invocation.file_stem().as_deref(), Some("life-ab"));
        let externs: Vec<_> = invocation.externs().collect();
        assert_eq!(externs, [("rand", "/t/librand.rlib".into()), ("one", "/t/libone.rmeta".into())]);
    }

    #[test]
    fn a_replaced_option_is_there_once() {
        let mut invocation = parse(CARGO);
        invocation.set("--crate-type", "lib").set_codegen("debuginfo", "1").add_target_feature("+a");
        invocation.add_target_feature("+b");
        assert_eq!(invocation.values("--crate-type").collect::<Vec<_>>(), ["lib"]);
        assert_eq!(invocation.codegen("debuginfo"), Some("1"));
        assert_eq!(invocation.codegen("target-feature"), Some("+a,+b"));
    }

    #[test]
    fn what_is_printed_is_parsed_to_the_same() {
        let invocation = parse(CARGO);
        assert_eq!(Invocation::parse(invocation.arguments()), invocation);
    }

    #[test]
    fn a_question_has_no_input() {
        let question = parse("- --crate-name ___ --print=file-names --crate-type bin");
        assert_eq!(question.input.as_deref(), Some("-"));
        assert!(question.has("--print"));
        assert!(parse("-vV").input.is_none());
    }
}
