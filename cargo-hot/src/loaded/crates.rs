//! The workspace crates of a program: found from the binary's record along the `--extern`s, with their sources.

use crate::base::record::{HotDir, Record};
use crate::base::wrapper::append_call;
use crate::plan::layouts::Layouts;
use crate::shadow::{Text, forget_file, mirror_file, shadow_of, write_shadow};
use crate::sources::Sources;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// A crate of the workspace that is part of the program.
#[derive(Debug)]
pub(crate) struct Crate {
    pub(crate) record: Record,
    pub(crate) sources: Sources,
    pub(crate) layouts: Layouts,
    /// Indices of the crates that use it, at whatever distance.
    pub(crate) dependents: Vec<usize>,
}

impl Crate {
    fn new(record: Record, dependents: Vec<usize>) -> Result<Self> {
        let sources = Sources::read(&record.dep_info, &record.shadow_root, &record.directory)?;
        let layouts = Layouts::new(&original_root(&record), sources.files());
        Ok(Self { record, sources, layouts, dependents })
    }

    pub(crate) fn name(&self) -> String {
        self.record.invocation.crate_name().unwrap_or_default().to_owned()
    }

    /// Whether a file is, or could become, part of the crate.
    pub(crate) fn may_contain(&self, path: &Path) -> bool {
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        self.sources.contains(path) || (is_rust && path.starts_with(&self.record.package_root))
    }

    /// Brings the shadow and what is known of a file up to its newest text; `None` for a file that is gone.
    pub(crate) fn take_in(&mut self, path: &Path, text: Option<&[u8]>) -> Result<()> {
        let root = &self.record.shadow_root;
        let Some(bytes) = text else {
            self.layouts.forget(path);
            self.sources.forget(path);
            return forget_file(root, path);
        };
        match std::str::from_utf8(bytes) {
            Ok(source) if path.extension().is_some_and(|extension| extension == "rs") => {
                write_shadow(root, path, source, self.text())?;
            }
            _ => mirror_file(root, path)?,
        }
        if self.record.program.is_some() && path == original_root(&self.record) {
            append_call(&shadow_of(root, path))?;
        }
        self.layouts.update(path, bytes);
        self.sources.set(path, bytes.to_vec());
        Ok(())
    }

    /// The text that the crate was compiled from, in case the file has a newer one by now.
    pub(crate) fn compiled_text(&self, path: &Path) -> Option<Vec<u8>> {
        fs::read(shadow_of(&self.record.shadow_root, path)).ok()
    }

    fn text(&self) -> Text {
        if self.record.original_because.is_some() { Text::Original } else { Text::Public }
    }
}

/// The root file of the crate as the user knows it.
fn original_root(record: &Record) -> PathBuf {
    let shadow = Path::new(record.invocation.input.as_deref().unwrap_or_default());
    let relative = shadow.strip_prefix(&record.shadow_root).unwrap_or(shadow);
    Path::new("/").join(relative)
}

/// Dependencies before dependents; the binary is the last.
pub(crate) fn crates(hot_dir: &HotDir, binary: Record) -> Result<Vec<Crate>> {
    let mut records: Vec<Record> = Vec::new();
    let mut uses = Vec::new();
    collect(hot_dir, binary, &mut records, &mut uses)?;
    let all = records.into_iter().enumerate();
    all.map(|(index, record)| Crate::new(record, dependents(index, &uses))).collect()
}

/// Appends the record behind those of the workspace crates it uses, and gives back its index.
fn collect(hot_dir: &HotDir, record: Record, records: &mut Vec<Record>, uses: &mut Vec<Vec<usize>>) -> Result<usize> {
    if let Some(index) = records.iter().position(|known| known.library == record.library) {
        return Ok(index);
    }
    let mut used = Vec::new();
    for (_, library) in record.invocation.externs() {
        let library = record.directory.join(library).with_extension("rlib");
        if let Some(found) = hot_dir.of_library(&library)? {
            used.push(collect(hot_dir, found, records, uses)?);
        }
    }
    records.push(record);
    uses.push(used);
    Ok(records.len() - 1)
}

fn dependents(index: usize, uses: &[Vec<usize>]) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for (user, used) in uses.iter().enumerate().skip(index + 1) {
        if used.iter().any(|used| *used == index || found.contains(used)) {
            found.push(user);
        }
    }
    found
}
