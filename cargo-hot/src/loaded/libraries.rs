//! The libraries that patches may take code from, and where they are.

use super::Crate;
use crate::base::record::Record;
use crate::objects::library::Libraries;
use anyhow::{Context, Result};
use rustc_hash::FxHashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Dependencies from the registry and elsewhere, and the standard library. First what the linker was given, used or not, and
/// what crates name; then what lies beside it, where the dependencies are that no code names yet, and those of other builds.
pub(super) fn outside_libraries(crates: &[Crate], linked: &[String]) -> Result<Libraries> {
    let (mut named, mut beside): (Vec<PathBuf>, Vec<PathBuf>) = Default::default();
    named.extend(linked.iter().filter(|word| word.ends_with(".rlib")).map(PathBuf::from));
    for found in crates {
        let (directory, invocation) = (&found.record.directory, &found.record.invocation);
        named.extend(invocation.externs().map(|(_, library)| directory.join(library).with_extension("rlib")));
        for folder in invocation.values("-L").filter_map(|value| value.strip_prefix("dependency=")) {
            beside.extend(rlibs(&directory.join(folder))?);
        }
    }
    let mut seen: FxHashSet<PathBuf> = crates.iter().map(|found| found.record.library.clone()).collect();
    named.retain(|library| library.is_file() && seen.insert(library.clone()));
    beside.retain(|library| seen.insert(library.clone()));
    Ok(Libraries::new(named, beside))
}

fn rlibs(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|extension| extension == "rlib")).collect())
}

pub(super) fn sysroot(record: &Record) -> Result<PathBuf> {
    let output = record
        .rustc
        .alone()
        .args(["--print", "sysroot"])
        .current_dir(&record.directory)
        .env_clear()
        .envs(&record.environment)
        .output()
        .with_context(|| format!("failed to ask `{}` for its sysroot", record.rustc))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}
