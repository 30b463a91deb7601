//! The files of a case, laid out where they can be edited and built.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};

use crate::binary;
use crate::case::{Burst, Case, Edit, Manner};
use crate::directive;

/// By how much a file is older that is put in another's place.
const AGE: Duration = Duration::from_secs(86_400);

/// How far ahead of it is what a clock says that was set wrong.
const CENTURY: Duration = Duration::from_secs(36_525 * 86_400);

/// The manifest of a case that has none.
const MANIFEST: &str = r#"[package]
name = "{case}"
version = "0.1.0"
edition = "2024"

[dependencies]
hot-runtime = { path = "{runtime}" }

[workspace]
"#;

/// A case's project on disk.
#[derive(Debug)]
pub struct Project {
    /// Its root.
    pub root: PathBuf,
    script: PathBuf,
    held_back: Vec<(PathBuf, String)>,
    /// When files were modified before their first edits.
    first_times: BTreeMap<PathBuf, SystemTime>,
}

impl Project {
    /// Copies the case's files to a fresh directory below `place`.
    ///
    /// In every `Cargo.toml`, `{case}` and `{runtime}` become the case's name and the path of `hot-runtime`: packages of
    /// different cases have different names, so that all cases can share a target directory. Directive lines are
    /// emptied, for an edit must not find its own text there, and every line keeps its number.
    pub fn lay_out(case: &Case, place: &Path) -> Result<Self> {
        let place = place.join(&case.name);
        if place.exists() {
            fs::remove_dir_all(&place).with_context(|| format!("failed to remove `{}`", place.display()))?;
        }
        let root = place.join(case.launch.project.as_deref().unwrap_or("project"));
        let project = Self { root, script: case.script.clone(), held_back: Vec::new(), first_times: BTreeMap::new() };
        project.copy(case, Path::new(""))?;
        if !case.directory.join("Cargo.toml").exists() {
            project.write(Path::new("Cargo.toml"), fill(MANIFEST, case))?;
        }
        // The versions of our own lock file are there already: no case asks the registry.
        let lock =
            fs::read_to_string(binary::checkout().join("Cargo.lock")).context("failed to read our Cargo.lock")?;
        project.write(Path::new("Cargo.lock"), &lock)?;
        Ok(project)
    }

    fn copy(&self, case: &Case, folder: &Path) -> Result<()> {
        let from = case.directory.join(folder);
        let entries = fs::read_dir(&from).with_context(|| format!("failed to read `{}`", from.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("failed to read `{}`", from.display()))?;
            let file = folder.join(entry.file_name());
            let kind = entry.file_type().with_context(|| format!("failed to look at `{}`", entry.path().display()))?;
            if kind.is_symlink() {
                self.link(&file, &entry.path())?;
                continue;
            }
            if kind.is_dir() {
                self.copy(case, &file)?;
                continue;
            }
            let bytes =
                fs::read(entry.path()).with_context(|| format!("failed to read `{}`", entry.path().display()))?;
            let text = std::str::from_utf8(&bytes);
            match text {
                Ok(text) if is_script(case, &entry.path()) => self.write(&file, without_directives(text))?,
                Ok(text) if file.ends_with("Cargo.toml") => self.write(&file, fill(text, case))?,
                _ => self.write(&file, &bytes)?,
            }
            let permissions = entry.metadata().with_context(|| format!("failed to look at `{}`", file.display()))?;
            fs::set_permissions(self.root.join(&file), permissions.permissions())
                .with_context(|| format!("failed to set the permissions of `{}`", file.display()))?;
        }
        Ok(())
    }

    /// Makes the link that `original` is.
    fn link(&self, file: &Path, original: &Path) -> Result<()> {
        let link = self.root.join(file);
        let make = || {
            fs::create_dir_all(link.parent().unwrap_or(&self.root))?;
            symlink(fs::read_link(original)?, &link)
        };
        make().with_context(|| format!("failed to make the link `{}`", link.display()))
    }

    /// Writes the files of one save, one right after the other.
    pub fn save(&mut self, edits: &[Edit]) -> Result<()> {
        let mut changed: Vec<(PathBuf, Manner, String)> = Vec::new();
        for edit in edits {
            let file = edit.file.clone().unwrap_or_else(|| self.script.clone());
            let index = match changed.iter().position(|(path, ..)| *path == file) {
                Some(index) => index,
                None => {
                    let text = self.read(&file)?;
                    changed.push((file.clone(), edit.manner, text));
                    changed.len() - 1
                }
            };
            let text = &mut changed[index].2;
            *text = edit.substitution.apply(text).with_context(|| format!("failed to edit `{}`", file.display()))?;
        }
        for (file, manner, text) in changed {
            let path = self.root.join(&file);
            let modified =
                fs::metadata(&path).and_then(|it| it.modified()).context("failed to ask for a file's time")?;
            let first_time = *self.first_times.entry(file.clone()).or_insert(modified);
            match manner {
                Manner::InPlace => self.write(&file, &text)?,
                Manner::Rename => {
                    let temporary = file.with_extension("rs~");
                    self.write(&temporary, &text)?;
                    fs::rename(self.root.join(&temporary), self.root.join(&file)).context("failed to rename")?;
                }
                Manner::Recreate => {
                    self.delete(&file)?;
                    self.write(&file, &text)?;
                }
                Manner::Restore | Manner::Age | Manner::Past | Manner::Future => {
                    self.write(&file, &text)?;
                    let time = match manner {
                        Manner::Age => first_time - AGE,
                        Manner::Past => SystemTime::UNIX_EPOCH,
                        Manner::Future => SystemTime::now() + CENTURY,
                        _ => first_time,
                    };
                    let aged = File::options().write(true).open(&path);
                    aged.and_then(|file| file.set_modified(time)).context("failed to set a file's time")?;
                }
                Manner::Half => {
                    self.write(&file, &text[..text.floor_char_boundary(text.len() / 2)])?;
                    self.held_back.push((file, text));
                }
            }
        }
        Ok(())
    }

    /// Makes the saves of a burst.
    pub fn save_often(&self, burst: &Burst) -> Result<()> {
        let text = self.read(&self.script)?;
        let text = burst.substitution.apply(&text).context("failed to edit the script")?;
        for number in 1..=burst.count {
            self.write(&self.script, text.replace("{n}", &number.to_string()))?;
            thread::sleep(burst.pause);
        }
        Ok(())
    }

    /// Writes what a save by half held back.
    pub fn write_rest(&mut self) -> Result<()> {
        if self.held_back.is_empty() {
            bail!("no edit was written by half");
        }
        for (file, text) in std::mem::take(&mut self.held_back) {
            self.write(&file, &text)?;
        }
        Ok(())
    }

    /// Deletes a file, or a folder with all that is in it.
    pub fn delete(&self, file: &Path) -> Result<()> {
        let path = self.root.join(file);
        let deleted = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        deleted.with_context(|| format!("failed to delete `{}`", file.display()))
    }

    /// Writes a file's own bytes again.
    pub fn touch(&self, file: &Path) -> Result<()> {
        self.write(file, &self.read(file)?)
    }

    /// Writes a file, and the folders it lies in.
    pub fn write(&self, file: &Path, text: impl AsRef<[u8]>) -> Result<()> {
        let path = self.root.join(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("failed to make `{}`", folder.display()))?;
        }
        fs::write(&path, text).with_context(|| format!("failed to write `{}`", path.display()))
    }

    fn read(&self, file: &Path) -> Result<String> {
        fs::read_to_string(self.root.join(file)).with_context(|| format!("failed to read `{}`", file.display()))
    }

    /// Removes the project.
    pub fn remove(self) -> Result<()> {
        let place = self.root.parent().context("a project lies in its case's directory")?;
        fs::remove_dir_all(place).with_context(|| format!("failed to remove `{}`", place.display()))
    }
}

/// Links may lead to it.
fn is_script(case: &Case, path: &Path) -> bool {
    fs::canonicalize(case.directory.join(&case.script)).is_ok_and(|script| script == path)
}

fn fill(manifest: &str, case: &Case) -> String {
    let runtime = binary::checkout().join("hot-runtime").display().to_string();
    manifest.replace("{case}", &case.name).replace("{runtime}", &runtime)
}

fn without_directives(text: &str) -> String {
    let mut plain = String::new();
    let mut leading = true;
    for line in text.split_inclusive('\n') {
        leading &= line.starts_with(directive::PREFIX);
        plain.push_str(if leading { "//\n" } else { line });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_leading_directives_are_emptied() {
        assert_eq!(without_directives("//# a: b\n//# c\nx\n//# d\n"), "//\n//\nx\n//# d\n");
    }
}
