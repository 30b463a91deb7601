//! Who may have values of a type for its own where no holder tells of it: code that may be at work when a commit comes, and objects
//! behind pointers.

use super::Build;
use super::held::{Misheld, TRANSPARENT};
use crate::objects::mangled::Mangled;
use crate::objects::names::{Name, Names};
use crate::objects::object::SectionKind;
use crate::objects::types::{Candidate, Holder, Misfit, frames, leading, reaches, short, tables};
use crate::plan::hot::HotFunctions;
use crate::plan::paths::{ENTRY, written};
use rustc_hash::{FxHashMap, FxHashSet};

/// What every thread of the standard library begins with.
const THREAD: &str = "__rust_begin_short_backtrace";

impl Build {
    /// Functions that run outside of hot calls: what leads to them begins with `main`, with a thread, or in code of others, which may
    /// call it when it likes, and goes through no body of a hot function. As they are in the newest build, and as they were in
    /// the objects that it replaced.
    pub(crate) fn outside(&self, hot: &HotFunctions, crates: &[String], names: &Names) -> FxHashSet<Name> {
        let mut uses: FxHashMap<Name, Vec<Name>> = FxHashMap::default();
        let mut open: Vec<Name> = Vec::new();
        let is_root = |name: Name| {
            let symbol = names.text(name);
            let owner = || Some(Mangled::of(symbol)?.path()?.owner);
            let is_of_others = |owner: String| !TRANSPARENT.contains(&&*owner) && !crates.contains(&owner);
            symbol.contains(ENTRY) || symbol.contains(THREAD) || owner().is_none_or(is_of_others)
        };
        let newest = self.crates.iter().flat_map(|library| library.members.iter().flatten()).map(|it| &it.parsed);
        for parsed in newest.chain(self.replaced.values()) {
            for (section, used) in &parsed.uses {
                let section = &parsed.object.sections[*section];
                for definition in &section.definitions {
                    uses.entry(definition.name).or_default().extend(used);
                    if section.kind == SectionKind::Code && is_root(definition.name) {
                        open.push(definition.name);
                    }
                }
            }
        }
        let mut outside = FxHashSet::default();
        while let Some(name) = open.pop() {
            if !hot.is_body(name) && outside.insert(name) {
                open.extend(uses.get(&name).into_iter().flatten());
            }
        }
        outside
    }

    /// Frames of such functions that have values of these types, and objects that do, of whatever part of the program.
    pub(crate) fn values_of(
        &self,
        types: &FxHashSet<String>,
        outside: &FxHashSet<Name>,
        crates: &[String],
        names: &Names,
    ) -> Vec<Misheld> {
        let is_outside = |symbol: &str| names.get(symbol).is_some_and(|name| outside.contains(&name));
        let mut found = Vec::new();
        let mut hidden = Vec::new();
        let mut owned = FxHashSet::default();
        for old in self.replaced.values() {
            let of_frames = frames(&old.object, types, is_outside).into_iter();
            found.extend(of_frames.map(|frame| misheld(names.get(&frame.symbol), Holder::Frame, frame.name, None)));
            let (of_objects, traits) = tables(&old.object, types);
            hidden.extend(of_objects);
            owned.extend(traits);
        }
        // The user's own code says more than that of others which it calls.
        found.sort_by_key(|it| {
            it.symbol.map(|symbol| {
                let symbol = names.text(symbol);
                (written(symbol, crates).is_none(), symbol.to_owned())
            })
        });
        hidden.retain(|(table, _)| owned.contains(&table.of_trait));
        let through = |of_trait| Some(format!("dyn {}", short(of_trait)));
        found.extend(
            hidden.iter().map(|(table, path)| misheld(None, Holder::Hidden, path.clone(), through(&table.of_trait))),
        );
        found
    }

    /// The types of the crates that are made of these, or lead to them.
    pub(crate) fn leading_to(&self, types: &FxHashSet<String>, crates: &[String]) -> FxHashSet<String> {
        self.replaced_objects().flat_map(|(_, newest)| leading(&newest.object, crates, types)).collect()
    }

    /// Of these functions, which stay as they are loaded, those that the newest build has other code for, and that take, make or
    /// call what has to do with the types.
    pub(crate) fn touching(
        &self,
        types: &FxHashSet<String>,
        functions: &FxHashSet<Name>,
        crates: &[String],
        names: &Names,
    ) -> Vec<Misheld> {
        let mut found = Vec::new();
        for (old, newest) in self.replaced_objects() {
            for (index, section) in
                newest.object.sections.iter().enumerate().filter(|(_, it)| it.kind == SectionKind::Code)
            {
                let Some(function) = section.named().map(|it| it.name).filter(|name| functions.contains(name)) else {
                    continue;
                };
                let of_old = old
                    .object
                    .sections
                    .iter()
                    .position(|section| section.named().is_some_and(|it| it.name == function));
                let is_alike = |of_old| old.digests.of(of_old).without_lines == newest.digests.of(index).without_lines;
                if of_old.is_some_and(is_alike) {
                    continue;
                }
                let used: FxHashSet<Name> = newest.uses.get(&index).into_iter().flatten().copied().collect();
                let mut choose = |candidate: &Candidate<'_>| {
                    names
                        .get(candidate.symbol)
                        .filter(|name| used.contains(name) || *name == function)
                        .map(|_| Holder::Old)
                };
                // What it calls in other crates is for types of this one where it takes any, and described beside it.
                let reached = reaches(&newest.object, crates, &mut choose).holders;
                let leads = |name: &&String| reached.iter().any(|(.., reach)| reach.leads_to(name));
                let path = types.iter().find(leads).cloned();
                found.extend(path.map(|path| misheld(Some(function), Holder::Old, path, None)));
            }
        }
        found
    }
}

fn misheld(symbol: Option<Name>, holder: Holder, path: String, through: Option<String>) -> Misheld {
    Misheld { symbol, holder, misfit: Misfit { path: Some(path), old_size: 0, new_size: 0, through } }
}
