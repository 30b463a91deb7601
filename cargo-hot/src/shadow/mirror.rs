//! Lays out the shadow of a package: its folders, its Rust files rewritten, links to all else.

use super::{publicize::publicize, replace_file, shadow_of};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;
use walkdir::{DirEntry, WalkDir};

/// Which text a copied Rust file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// Everything in it public.
    Public,
    /// As the user wrote it.
    Original,
}

/// Brings the shadow of the package at `package` up to date. The root is for one crate alone: in the shadow of
/// another the same path may be a link to the original.
///
/// What stands beside the package in the folders above it, up to the `workspace` root, is linked whole, so that paths
/// that leave the package still arrive.
pub(crate) fn mirror_package(root: &Path, workspace: &Path, package: &Path, text: Text) -> Result<()> {
    for above in package.ancestors().skip(1).take_while(|above| above.starts_with(workspace)) {
        link_siblings(root, above, package)?;
    }
    let entries = WalkDir::new(package).min_depth(1).into_iter().filter_entry(|entry| !is_left_out(root, entry));
    for entry in entries {
        let entry = entry.with_context(|| format!("failed to walk the package `{}`", package.display()))?;
        mirror_entry(root, &entry, text)?;
    }
    remove_orphans(root, package)
}

/// Writes the shadow of one Rust file; a text that does not parse is copied as it is, for rustc to complain about.
pub(crate) fn write_shadow(root: &Path, original: &Path, source: &str, text: Text) -> Result<()> {
    let rewritten = match text {
        Text::Public => publicize(source).ok(),
        Text::Original => None,
    };
    let wanted = rewritten.as_deref().unwrap_or(source);
    let path = shadow_of(root, original);
    if fs::read(&path).is_ok_and(|present| present == wanted.as_bytes()) {
        return Ok(());
    }
    refuse_link_out(root, &path)?;
    replace_file(&path, wanted.as_bytes())
}

/// No folder on the way from the root to a copy may be a link: behind it stand the user's own files.
fn refuse_link_out(root: &Path, copy: &Path) -> Result<()> {
    let linked = copy.ancestors().skip(1).take_while(|folder| *folder != root).find(|folder| folder.is_symlink());
    match linked {
        Some(folder) => bail!("`{}` is a link, so nothing is written behind it", folder.display()),
        None => Ok(()),
    }
}

/// Build output, version control and packages of their own are not part of a package's sources.
fn is_left_out(root: &Path, entry: &DirEntry) -> bool {
    let holds_shadow = root.starts_with(entry.path());
    let hidden = entry.file_name().to_str().is_some_and(|name| name.starts_with('.'));
    hidden || holds_shadow || (entry.file_type().is_dir() && entry.path().join("CACHEDIR.TAG").is_file())
}

fn mirror_entry(root: &Path, entry: &DirEntry, text: Text) -> Result<()> {
    let (path, kind) = (entry.path(), entry.file_type());
    if kind.is_dir() {
        let folder = shadow_of(root, path);
        if folder.is_symlink() {
            fs::remove_file(&folder).with_context(|| format!("failed to remove the link `{}`", folder.display()))?;
        }
        return fs::create_dir_all(&folder).with_context(|| format!("failed to create `{}`", folder.display()));
    }
    if path.extension().is_some_and(|extension| extension == "rs")
        && let Ok(source) = fs::read_to_string(path)
    {
        return write_shadow(root, path, &source, text);
    }
    mirror_file(root, path)
}

/// Removes copies and links whose original is gone: rustc must not find a module that the user deleted.
fn remove_orphans(root: &Path, package: &Path) -> Result<()> {
    for entry in WalkDir::new(shadow_of(root, package)).contents_first(true).into_iter().flatten() {
        let copy = entry.path();
        let Ok(relative) = copy.strip_prefix(root) else { continue };
        if Path::new("/").join(relative).symlink_metadata().is_ok() {
            continue;
        }
        let removed = if entry.file_type().is_dir() { fs::remove_dir(copy) } else { fs::remove_file(copy) };
        removed.with_context(|| format!("failed to remove `{}`, whose original is gone", copy.display()))?;
    }
    Ok(())
}

/// Links all in `folder` that is not on the way to the package.
fn link_siblings(root: &Path, folder: &Path, package: &Path) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if !package.starts_with(&path) && shadow_of(root, &path).symlink_metadata().is_err() {
            link(root, &path)?;
        }
    }
    Ok(())
}

/// Removes the copy of a file whose original is gone.
pub(crate) fn forget_file(root: &Path, original: &Path) -> Result<()> {
    let copy = shadow_of(root, original);
    refuse_link_out(root, &copy)?;
    match fs::remove_file(&copy) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("failed to remove `{}`", copy.display()))
        }
        _ => Ok(()),
    }
}

/// Links a file that is not rewritten into the shadow.
pub(crate) fn mirror_file(root: &Path, original: &Path) -> Result<()> {
    if shadow_of(root, original).is_file() { Ok(()) } else { link(root, original) }
}

fn link(root: &Path, original: &Path) -> Result<()> {
    let copy = shadow_of(root, original);
    if fs::read_link(&copy).is_ok_and(|target| target == original) {
        return Ok(());
    }
    let make = || -> io::Result<()> {
        fs::create_dir_all(copy.parent().unwrap_or(root))?;
        match symlink(original, &copy) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            result => result,
        }
    };
    make().with_context(|| format!("failed to link `{}` into the shadow", original.display()))
}
