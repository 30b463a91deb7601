//! Compiles as many functions alone as rustc takes, and finds out which it does not.

use super::{FunctionId, lines};
use crate::base::record::Record;
use crate::slice::{Chosen, Reason, Slice, Slicer};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Names that are tried for a slice.
const SALTS: u32 = 16;

/// One crate's functions on their way through rustc.
pub(super) struct Attempt<'a> {
    record: &'a Record,
    slicer: &'a Slicer,
    folder: &'a Path,
    salt: u32,
    pub(super) failed: BTreeMap<FunctionId, Reason>,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(record: &'a Record, slicer: &'a Slicer, folder: &'a Path) -> Self {
        Self { record, slicer, folder, salt: 0, failed: BTreeMap::new() }
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
            let guilty = match self.slicer.slice_of(self.record, &chosen) {
                Ok(slice) => match self.rustc(&slice)? {
                    Ok(object) => {
                        if !done(&slice, &object)? && self.salt < SALTS {
                            self.salt += 1;
                            open.push(chosen);
                        }
                        continue;
                    }
                    Err(errors) => self.guilty(&chosen, &errors),
                },
                Err(_) => Vec::new(),
            };
            let count: usize = chosen.values().map(|keys| keys.len()).sum();
            if !guilty.is_empty() {
                for (path, key) in guilty {
                    chosen.entry(path.clone()).or_default().remove(&key);
                    self.failed.insert((path, key), Reason::NotCompiled);
                }
                open.push(chosen);
            } else if count == 1 {
                for (path, keys) in chosen {
                    self.failed.extend(keys.into_iter().map(|key| ((path.clone(), key), Reason::NotCompiled)));
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
        let output = Command::new(&self.record.rustc)
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

    /// The functions that errors stand in.
    fn guilty(&self, chosen: &Chosen, errors: &[Value]) -> Vec<FunctionId> {
        let lines = lines(self.slicer, chosen);
        let mut found = Vec::new();
        for span in errors.iter().flat_map(|error| error["spans"].as_array().into_iter().flatten()) {
            let (Some(file), Some(line)) = (span["file_name"].as_str(), span["line_start"].as_u64()) else { continue };
            if span["is_primary"] != true {
                continue;
            }
            let path = self.record.directory.join(file);
            let line = usize::try_from(line).unwrap_or(0);
            let of_file = lines.get(&path).into_iter().flatten();
            let holds = of_file.filter(|(range, _)| range.contains(&line));
            found.extend(holds.map(|(_, key)| (path.clone(), key.clone())));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn halves(chosen: Chosen, first: usize) -> [Chosen; 2] {
    let mut halves = [Chosen::new(), Chosen::new()];
    let all = chosen.into_iter().flat_map(|(path, keys)| keys.into_iter().map(move |key| (path.clone(), key)));
    for (number, (path, key)) in all.enumerate() {
        halves[usize::from(number >= first)].entry(path).or_default().insert(key);
    }
    halves
}
