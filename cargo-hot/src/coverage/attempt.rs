//! Compiles as many functions alone as rustc takes, and finds out which it does not.

use super::{FunctionId, lines};
use crate::base::record::Record;
use crate::slice::carve::{HOST, OF_HOST, OF_SLICE};
use crate::slice::{Chosen, Held, Reason, Slice, Slicer};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Names that are tried for a slice.
const SALTS: u32 = 16;

/// One crate's functions on their way through rustc.
pub(super) struct Attempt<'a> {
    record: &'a Record,
    slicer: &'a Slicer,
    /// The slice with some functions.
    slice_of: &'a dyn Fn(&Chosen) -> Result<Slice, Reason>,
    folder: &'a Path,
    salt: u32,
    /// Those that rustc does not take, and its first words about each.
    pub(super) failed: BTreeMap<FunctionId, String>,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(
        record: &'a Record,
        slicer: &'a Slicer,
        slice_of: &'a dyn Fn(&Chosen) -> Result<Slice, Reason>,
        folder: &'a Path,
    ) -> Self {
        Self { record, slicer, slice_of, folder, salt: 0, failed: BTreeMap::new() }
    }

    /// Compiles the chosen functions in as few slices as go; `done` gets each, and its object, and says
    /// whether it can use that: if not, it is compiled under another name.
    pub(super) fn compile(
        &mut self,
        chosen: Chosen,
        done: &mut dyn FnMut(&Slice, &Path) -> Result<bool>,
    ) -> Result<()> {
        let mut open = vec![chosen];
        while let Some(mut chosen) = open.pop() {
            chosen.retain(|_, keys| !keys.is_empty());
            if chosen.is_empty() {
                continue;
            }
            let slice = (self.slice_of)(&chosen);
            let errors = match &slice {
                Ok(slice) => match self.rustc(slice)? {
                    Ok(object) => {
                        if !done(slice, &object)? && self.salt < SALTS {
                            self.salt += 1;
                            open.push(chosen);
                        }
                        continue;
                    }
                    Err(errors) => errors,
                },
                Err(_) => Vec::new(),
            };
            let guilty = slice.as_ref().map(|slice| self.guilty(slice, &chosen, &errors)).unwrap_or_default();
            let count: usize = chosen.values().map(|keys| keys.len()).sum();
            if !guilty.is_empty() {
                for ((path, key), error) in guilty {
                    chosen.entry(path.clone()).or_default().remove(&key);
                    self.failed.insert((path, key), error);
                }
                open.push(chosen);
            } else if count == 1 {
                let error = errors.first().map(message).unwrap_or_default();
                for (path, keys) in chosen {
                    self.failed.extend(keys.into_iter().map(|key| ((path.clone(), key), error.clone())));
                }
            } else {
                open.extend(halves(chosen, count / 2));
            }
        }
        Ok(())
    }

    /// The object, or rustc's errors.
    fn rustc(&self, slice: &Slice) -> Result<Result<PathBuf, Vec<Value>>> {
        let object = self.folder.join("slice.o");
        let mut invocation = slice.lay_out(self.record, self.salt, &object)?;
        invocation.set("--error-format", "json").remove("--json");
        let output = self
            .record
            .rustc
            .command()
            .args(invocation.arguments())
            .env_clear()
            .envs(&self.record.environment)
            .current_dir(&self.record.directory)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("failed to run `{}`", self.record.rustc))?;
        if output.status.success() {
            return Ok(Ok(object));
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        Ok(Err(messages.filter(|message| message["level"] == "error").collect()))
    }

    /// The functions that errors stand in, or that speak of what a slice adds for them.
    fn guilty(&self, slice: &Slice, chosen: &Chosen, errors: &[Value]) -> BTreeMap<FunctionId, String> {
        let lines = lines(self.slicer, chosen);
        let mut found = BTreeMap::new();
        for error in errors {
            let spans = error["spans"].as_array().into_iter().flatten();
            for span in spans.filter(|span| span["is_primary"] == true) {
                let (Some(file), Some(line)) = (span["file_name"].as_str(), span["line_start"].as_u64()) else {
                    continue;
                };
                match added(span) {
                    Added::Number(number) => {
                        let function = slice.functions().get(number).map(Held::id);
                        found.extend(function.map(|function| (function, message(error))));
                    }
                    Added::Unknown => {}
                    Added::Not => {
                        let path = self.record.directory.join(file);
                        let line = usize::try_from(line).unwrap_or(0);
                        let of_file = lines.get(&path).into_iter().flatten();
                        let holds = of_file.filter(|(range, _)| range.contains(&line));
                        found.extend(holds.map(|(_, key)| ((path.clone(), key.clone()), message(error))));
                    }
                }
            }
        }
        found
    }
}

/// Whether an error speaks of a text that is the slice's own.
enum Added {
    Not,
    /// Of the function with this number.
    Number(usize),
    Unknown,
}

fn added(span: &Value) -> Added {
    let line = &span["text"][0];
    let (Some(text), Some(column)) = (line["text"].as_str(), line["highlight_end"].as_u64()) else { return Added::Not };
    let before: String = text.chars().take(usize::try_from(column).unwrap_or(0)).collect();
    let numbers = [OF_SLICE, OF_HOST].iter().filter_map(|prefix| before.rfind(prefix).map(|at| at + prefix.len()));
    if let Some(at) = numbers.max() {
        let digits: String = before[at..].chars().take_while(char::is_ascii_digit).collect();
        return digits.parse().map_or(Added::Unknown, Added::Number);
    }
    if before.contains(HOST) { Added::Unknown } else { Added::Not }
}

fn message(error: &Value) -> String {
    error["message"].as_str().unwrap_or_default().to_owned()
}

fn halves(chosen: Chosen, first: usize) -> [Chosen; 2] {
    let mut halves = [Chosen::new(), Chosen::new()];
    let all = chosen.into_iter().flat_map(|(path, keys)| keys.into_iter().map(move |key| (path.clone(), key)));
    for (number, (path, key)) in all.enumerate() {
        halves[usize::from(number >= first)].entry(path).or_default().insert(key);
    }
    halves
}
