//! Which values may change their type, as the program carries them over.

use super::Loaded;
use crate::image::Generation;
use crate::link::Linked;
use crate::objects::build::Misheld;
use crate::objects::types::Holder;
use crate::plan::Plan;
use crate::plan::hot::HotFunctions;
use crate::plan::shapes::Kind;
use hot_runtime::names::TYPE_PREFIX;
use rustc_hash::FxHashSet;

impl Loaded {
    /// As [`Self::misheld`], but for what calls of hot functions pass on of live types: no such call is under way when the
    /// program carries values over. Then nobody else may have one: no frame of code that is not hot, and no object. Notes what changed.
    pub(crate) fn misheld_but_live(&mut self) -> Vec<Misheld> {
        let mut found = self.misheld();
        self.changed_types.clear();
        let live = self.live_types();
        if live.is_empty() {
            return found;
        }
        let crates = self.crate_names();
        let changed: FxHashSet<String> = self.build.changed_types(&crates).into_iter().map(|it| it.path).collect();
        let is_live = |path: &str| live.contains(base(path));
        let changed_live: FxHashSet<String> = changed.iter().filter(|path| is_live(path)).cloned().collect();
        let is_of_live = |it: &Misheld| it.misfit.path.as_deref().is_some_and(is_live);
        // Live types ask for their own identities.
        let is_asked = |it: &Misheld| it.symbol.is_some_and(|symbol| is_identity(self.names.text(symbol)));
        let is_lent = |it: &Misheld| it.holder == Holder::Hot || it.holder == Holder::Outside && is_asked(it);
        found.retain(|it| !is_of_live(it) || !is_lent(it));
        if !changed_live.is_empty() {
            let outside = self.build.outside(&HotFunctions::find(&self.build), &crates, &self.names);
            found.extend(self.build.values_of(&changed_live, &outside, &crates, &self.names));
        }
        let leading = if changed.is_empty() { changed } else { self.build.leading_to(&changed, &crates) };
        let mut paths: Vec<String> = leading.iter().map(|path| base(path).to_owned()).collect();
        paths.sort_unstable();
        paths.dedup();
        self.changed_types = paths;
        found
    }

    /// Functions that stay as they are loaded, though the newest build has others, and have to do with live types that changed.
    pub(crate) fn touching_live(&self, plan: &Plan) -> Vec<Misheld> {
        let live = self.live_types();
        if live.is_empty() || plan.old.is_empty() {
            return Vec::new();
        }
        let crates = self.crate_names();
        let changed = self.build.changed_types(&crates).into_iter().map(|it| it.path);
        let changed: FxHashSet<String> = changed.filter(|path| live.contains(base(path))).collect();
        if changed.is_empty() {
            return Vec::new();
        }
        let outside = self.build.outside(&HotFunctions::find(&self.build), &crates, &self.names);
        let old: FxHashSet<_> = plan.old.intersection(&outside).copied().collect();
        self.build.touching(&changed, &old, &crates, &self.names)
    }

    /// A patch brought the roots of live types that were new.
    pub(crate) fn note_types(&mut self, generation: Generation, linked: &Linked) {
        let roots = linked.defined.iter().filter(|found| self.names.text(found.name).contains(TYPE_PREFIX));
        self.image.types.extend(roots.map(|found| (generation, found.address)));
    }

    /// Whether values of the types that these are about could be carried over.
    pub(crate) fn has_live(&self, found: &[Misheld]) -> bool {
        let live = self.live_types();
        found.iter().filter_map(|it| it.misfit.path.as_deref()).any(|path| live.contains(base(path)))
    }

    /// The last names of the paths of all types that are marked.
    pub(crate) fn names_of_live_types(&self) -> FxHashSet<String> {
        let last = |path: &String| path.rsplit("::").next().unwrap_or_default().to_owned();
        self.live_types().iter().map(last).collect()
    }

    /// The paths of all types that are marked, with their crates.
    fn live_types(&self) -> FxHashSet<String> {
        let of_crates = self.crates.iter().flat_map(|found| {
            let is_type = |kind| matches!(kind, Kind::Struct | Kind::Enum);
            let marked = found.layouts.newest().filter(move |shape| shape.hot && is_type(shape.kind));
            let name = found.name();
            marked.map(move |shape| format!("{name}::{}", shape.path)).collect::<Vec<_>>()
        });
        of_crates.collect()
    }
}

/// Whether a function tells which type it is for, and nothing else.
fn is_identity(symbol: &str) -> bool {
    // Without hashes.
    let path = format!("{:#}", rustc_demangle::demangle(symbol));
    ["<core::any::TypeId>::of::<", "core::any::type_name::<"].iter().any(|start| path.starts_with(start))
}

/// A type's path, without what it is generic over.
fn base(path: &str) -> &str {
    path.split('<').next().unwrap_or(path)
}
