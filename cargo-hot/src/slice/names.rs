//! How a slice names what the crate's types are made of: through the host, or as the crate itself names other crates.

use super::File;
use super::index::{Entry, Kept};
use super::instances::{Crate, Naming};
use crate::base::Invocation;
use crate::slice::carve::HOST;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::{ItemUse, UseTree};

pub(super) struct Names<'a> {
    pub(super) krate: &'a Crate,
    pub(super) invocation: &'a Invocation,
    pub(super) files: &'a BTreeMap<PathBuf, File>,
}

impl Naming for Names<'_> {
    fn path(&self, krate: &Crate, path: &[String]) -> Option<String> {
        if krate == self.krate {
            return Some(format!("::{HOST}::{}", path.join("::")));
        }
        let (root, _) = self.invocation.externs().find(|(_, file)| is_library_of(file, &krate.name))?;
        // Other crates may keep the module private that declares it.
        let imported = path.last().and_then(|name| self.imported(root, name));
        let names = imported.unwrap_or_else(|| path.to_vec());
        Some(format!("::{root}::{}", names.join("::")))
    }
}

impl Names<'_> {
    /// The path by which the crate's own text imports a name from another crate.
    fn imported(&self, root: &str, name: &str) -> Option<Vec<String>> {
        let uses = self.files.values().flat_map(|file| {
            let kept = file.index.entries.iter().filter_map(|entry| match entry {
                Entry::Kept { kind: Kept::Use, range, .. } => file.text.get(range.clone()),
                _ => None,
            });
            kept.filter(|text| text.contains(root) && text.contains(name))
        });
        let found = uses.filter_map(|text| syn::parse_str::<ItemUse>(text).ok()).find_map(|item| {
            let mut path = Vec::new();
            let is_it = leads_to(&item.tree, name, &mut path) && path.first().is_some_and(|first| first == root);
            is_it.then_some(path)
        });
        // Every text that was parsed is kept for its spans until told otherwise, and no span outlives this.
        proc_macro2::extra::invalidate_current_thread_spans();
        found.map(|path| path[1..].to_vec())
    }
}

fn leads_to(tree: &UseTree, name: &str, path: &mut Vec<String>) -> bool {
    match tree {
        UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            let is_there = leads_to(&inner.tree, name, path);
            if !is_there {
                path.pop();
            }
            is_there
        }
        UseTree::Group(group) => group.items.iter().any(|tree| leads_to(tree, name, path)),
        UseTree::Name(found) if found.ident == name => {
            path.push(name.to_owned());
            true
        }
        UseTree::Rename(found) if found.ident == name => {
            path.push(name.to_owned());
            true
        }
        _ => false,
    }
}

/// Whether a file is `libname-1a2b.rlib`.
fn is_library_of(file: &Path, crate_name: &str) -> bool {
    let stem = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let name = stem.strip_prefix("lib").unwrap_or(stem);
    name.rsplit_once('-').map_or(name, |(name, _)| name) == crate_name
}
