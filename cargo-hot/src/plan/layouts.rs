//! One crate's shapes: those that the process was built with, and those of the newest text.

use crate::plan::shapes::{Key, Kind, Shape, ShapeChange, compare, remember, shapes};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a save may not change while old values live, by file.
#[derive(Debug, Default)]
pub(crate) struct Layouts {
    loaded: BTreeMap<Key, Shape>,
    files: BTreeMap<PathBuf, Vec<Shape>>,
    root: PathBuf,
}

impl Layouts {
    /// The shapes of a crate as it was compiled; `root` is its root file.
    pub(crate) fn new<'text>(root: &Path, files: impl Iterator<Item = (&'text Path, &'text [u8])>) -> Self {
        let mut layouts = Self { root: root.to_owned(), ..Self::default() };
        for (path, text) in files {
            layouts.update(path, text);
        }
        layouts.settle();
        layouts
    }

    /// Takes in a file's new text, and says whether that changed a shape. A text that does not parse keeps the shapes
    /// it had: it does not compile either.
    pub(crate) fn update(&mut self, path: &Path, text: &[u8]) -> bool {
        if path.extension().is_none_or(|extension| extension != "rs") {
            return false;
        }
        let parsed = std::str::from_utf8(text).ok().and_then(|text| syn::parse_file(text).ok());
        let found = parsed.map(|file| shapes(&file, &module_of(&self.root, path)));
        // Every text that was parsed is kept for its spans until told otherwise, and no span outlives this.
        proc_macro2::extra::invalidate_current_thread_spans();
        let Some(found) = found else { return false };
        let before = self.files.insert(path.to_owned(), found);
        before.as_ref() != self.files.get(path)
    }

    /// The file is no part of the crate any more.
    pub(crate) fn forget(&mut self, path: &Path) {
        self.files.remove(path);
    }

    pub(crate) fn compare(&self) -> Vec<(PathBuf, ShapeChange)> {
        let changes = compare(&self.loaded, &self.latest());
        changes.into_iter().map(|change| (self.file_of(&change), change)).collect()
    }

    /// The shapes of the newest text.
    pub(crate) fn newest(&self) -> impl Iterator<Item = &Shape> {
        self.files.values().flatten()
    }

    /// The newest texts of traits.
    pub(crate) fn traits(&self) -> impl Iterator<Item = &Shape> {
        self.files.values().flatten().filter(|shape| shape.kind == Kind::Trait)
    }

    /// What is added now will have to stay as it is.
    pub(crate) fn settle(&mut self) {
        let latest = self.latest();
        remember(&mut self.loaded, &latest);
    }

    fn latest(&self) -> Vec<Shape> {
        self.files.values().flatten().cloned().collect()
    }

    fn file_of(&self, change: &ShapeChange) -> PathBuf {
        let holds =
            |shapes: &[Shape]| shapes.iter().any(|shape| shape.path == change.path && shape.kind == change.kind);
        let file = self.files.iter().find(|(_, shapes)| holds(shapes));
        file.map_or_else(|| self.root.clone(), |(path, _)| path.clone())
    }
}

/// The module that a file is, from where it stands: unique for each file, and right unless `#[path]` says otherwise.
pub(crate) fn module_of(root: &Path, file: &Path) -> Vec<String> {
    if file == root {
        return Vec::new();
    }
    let folder = root.parent().unwrap_or(root);
    let relative = file.strip_prefix(folder).unwrap_or(file).with_extension("");
    let mut module: Vec<String> =
        relative.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if module.len() > 1 && module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_place_is_its_module() {
        let module = |file: &str| module_of(Path::new("/p/src/main.rs"), Path::new(file)).join("::");
        assert_eq!(module("/p/src/main.rs"), "");
        assert_eq!(module("/p/src/game.rs"), "game");
        assert_eq!(module("/p/src/game/mod.rs"), "game");
        assert_eq!(module("/p/src/game/world.rs"), "game::world");
    }
}
