//! What the process may hold values of, and in which layout: a type may change as long as nothing holds old values of it that
//! new code would come to.
//!
//! Old values are met by new code in few ways: through statics and thread-locals, as arguments and results of hot functions,
//! through code of others that keeps them behind `Any` or the like; and old code meets new values as what methods of older objects
//! are called with. For each of those the layouts of all types that it leads to
//! are kept, as they were when it was loaded. What an object still held by old code alone is like, that code knows.

use super::Build;
use super::parsed::Parsed;
use crate::objects::names::{Name, Names};
use crate::objects::types::{Candidate, Found, Holder, Layout, Misfit, Reach, layouts, misfits, reaches};
use hot_runtime::names::{LIVE_SLOT, SLOT_PREFIX};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What is known of those who hold values.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Whether debug information tells of all types: an optimizer leaves some out.
    is_told: bool,
    /// What each led to when it was loaded.
    loaded: FxHashMap<Key, Reach>,
    /// What all code outside the workspace led to: what one function keeps, another may give back.
    outside: Reach,
    /// Methods and closures that objects may go on with, and what they led to.
    objects: FxHashMap<Name, Vec<Reach>>,
    /// The traits of which objects may be alive, by path.
    traits: FxHashSet<String>,
    /// Objects that the compiler wrote since the last patch, with what is in them once that was asked for.
    fresh: Vec<Fresh>,
    /// Objects that are gone, or were only laid over others; and whether a patch was made of them, or the program.
    past: Vec<(Arc<Parsed>, bool)>,
}

#[derive(Debug)]
struct Fresh {
    parsed: Arc<Parsed>,
    found: Option<Holders>,
}

/// What of an object holds values.
#[derive(Debug, Default)]
struct Holders {
    all: Vec<(Key, Holder, Reach)>,
    /// The traits of which it has objects, by path.
    traits: Vec<String>,
}

/// A static or function; a hot one with its slot, as another signature has another one, which no old caller knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    symbol: Name,
    slot: Option<Name>,
}

/// A value that may be alive and does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misheld {
    /// Who holds it; `None` where no code does.
    pub(crate) symbol: Option<Name>,
    pub(crate) holder: Holder,
    pub(crate) misfit: Misfit,
}

/// A type whose layout is not what the process was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangedType {
    pub(crate) path: String,
    pub(crate) old_size: u64,
    pub(crate) new_size: u64,
}

/// Crates whose generic functions keep nothing where types do not tell of it: those of the standard library and what it is made of,
/// the runtime, and those by which values are written and read.
pub(super) const TRANSPARENT: [&str; 9] =
    ["core", "alloc", "std", "hashbrown", "hot_runtime", "serde", "serde_core", "serde_content", "serde_json"];

/// What compares types while a program runs, so that a value's layout is taken on trust: methods of `Any`, `TypeId`, `Error`.
const BY_IDENTITY: [&str; 2] = ["core::any::", "core::error::"];

/// How the symbols of methods of traits begin, and those of closures: what tables of methods can hold.
const METHODS: [&str; 4] = ["_RNvX", "_RNvY", "_RNSNvY", "_RNC"];

impl Held {
    /// The compiler wrote this object.
    pub(super) fn note_fresh(&mut self, parsed: &Arc<Parsed>) {
        if self.is_told {
            self.fresh.push(Fresh { parsed: Arc::clone(parsed), found: None });
        }
    }

    /// What the process has of this object will have to fit.
    pub(super) fn note_past(&mut self, parsed: &Arc<Parsed>) {
        if self.is_told {
            let is_made_of = !self.fresh.iter().any(|fresh| Arc::ptr_eq(&fresh.parsed, parsed));
            self.past.push((Arc::clone(parsed), is_made_of));
        }
    }

    /// Keeps what the loaded ones led to; where a patch was made of their object, that of code outside too, which may be loaded
    /// as a part of its callers.
    fn remember(&mut self, found: Holders, is_made_of: bool, is_loaded: &impl Fn(Name) -> bool) {
        self.traits.extend(found.traits.into_iter().filter(|_| is_made_of));
        let mut outside = Vec::new();
        for (key, holder, reach) in found.all {
            if holder == Holder::Object {
                continue;
            }
            let is_part = is_made_of && holder == Holder::Outside;
            let is_old = is_part || is_loaded(key.symbol) && key.slot.is_none_or(is_loaded);
            if !is_old {
                continue;
            }
            match holder {
                Holder::Outside => outside.push(reach),
                _ => drop(self.loaded.entry(key).or_insert(reach)),
            }
        }
        self.outside.join(outside);
    }
}

impl Build {
    /// From now on, what holds values is looked for where it is about to change; where debug information does not tell of all
    /// types, it is not.
    pub(crate) fn watch_types(&mut self) {
        self.held.is_told = true;
    }

    /// The process runs the newest build: what of it is loaded stays as it is from now on.
    pub(crate) fn settle(&mut self, crates: &[String], names: &mut Names, is_loaded: impl Fn(Name) -> bool) {
        for Fresh { parsed, found } in std::mem::take(&mut self.held.fresh) {
            let found = found.unwrap_or_else(|| holders(&parsed, crates, names));
            self.held.remember(found, true, &is_loaded);
        }
        self.replaced.clear();
    }

    /// What may hold values that the newest code would take for others.
    pub(crate) fn misheld(
        &mut self,
        crates: &[String],
        names: &mut Names,
        is_loaded: impl Fn(Name) -> bool,
    ) -> Vec<Misheld> {
        self.remember_past(crates, names, &is_loaded);
        let mut misheld = Vec::new();
        self.forget_replaced();
        for fresh in &mut self.held.fresh {
            let parsed = &fresh.parsed;
            let found = fresh.found.get_or_insert_with(|| holders(parsed, crates, names));
            for (key, holder, reach) in &found.all {
                let known = match holder {
                    Holder::Outside => Some(&self.held.outside),
                    _ => self.held.loaded.get(key),
                };
                let Some(known) = known.filter(|known| !known.fits(reach, *holder)) else { continue };
                let found = misfits(&parsed.object, crates, (names.text(key.symbol), *holder, known));
                let (symbol, holder) = (Some(key.symbol), *holder);
                misheld.extend(found.into_iter().map(|misfit| Misheld { symbol, holder, misfit }));
            }
        }
        misheld.extend(self.misheld_by_objects(crates));
        if misheld.is_empty() {
            // What slices brought, and a library has now.
            let all = self.held.fresh.iter().filter_map(|fresh| fresh.found.as_ref()).flat_map(|found| &found.all);
            let found = Holders { all: all.cloned().collect(), traits: Vec::new() };
            self.held.remember(found, false, &is_loaded);
        }
        misheld.sort_by(|one, other| one.order(names).cmp(&other.order(names)));
        misheld.dedup();
        misheld
    }

    /// Makes room, now that nobody waits: objects that are gone are read for what they led to, and let go.
    pub(crate) fn forget_past(&mut self, crates: &[String], names: &mut Names, is_loaded: impl Fn(Name) -> bool) {
        // As many as are not worth the time.
        const FEW: usize = 16;
        if self.held.past.len() > FEW {
            self.remember_past(crates, names, &is_loaded);
            self.forget_replaced();
        }
    }

    /// What the compiler wrote, and has written anew since.
    fn forget_replaced(&mut self) {
        let is_newest: FxHashSet<*const Parsed> = self.newest().map(Arc::as_ptr).collect();
        self.held.fresh.retain(|fresh| is_newest.contains(&Arc::as_ptr(&fresh.parsed)));
    }

    fn remember_past(&mut self, crates: &[String], names: &mut Names, is_loaded: &impl Fn(Name) -> bool) {
        let past = std::mem::take(&mut self.held.past);
        for (parsed, is_made_of) in &past {
            let found = holders(parsed, crates, names);
            for (key, _, reach) in found.all.iter().filter(|(_, holder, _)| *holder == Holder::Object) {
                let is_in = |parsed: &Arc<Parsed>| parsed.in_tables().contains(&key.symbol);
                let is_of_object = || past.iter().any(|(parsed, _)| is_in(parsed)) || self.newest().any(is_in);
                if *is_made_of && !reach.is_empty() && is_loaded(key.symbol) && is_of_object() {
                    let known = self.held.objects.entry(key.symbol).or_default();
                    if !known.contains(reach) {
                        known.push(reach.clone());
                    }
                }
            }
            self.held.remember(found, *is_made_of, is_loaded);
        }
    }

    /// The traits of which objects may be alive, by path. Reads all debug information.
    pub(crate) fn traits_of_objects(&self) -> FxHashSet<String> {
        let is_fresh = |parsed: &&Arc<Parsed>| self.held.fresh.iter().any(|fresh| Arc::ptr_eq(&fresh.parsed, parsed));
        let loaded = self.newest().filter(|parsed| !is_fresh(parsed));
        let of_loaded = loaded.flat_map(|parsed| reaches(&parsed.object, &[], |_| None).traits);
        self.held.traits.iter().cloned().chain(of_loaded).collect()
    }

    /// Objects whose methods take or give what is another type now.
    fn misheld_by_objects(&self, crates: &[String]) -> Vec<Misheld> {
        if self.held.objects.is_empty() {
            return Vec::new();
        }
        let newest = types(self.held.fresh.iter().map(|fresh| &fresh.parsed), crates);
        let is_unfit = |reach: &Reach| reach.outdated(&newest).is_some();
        if !self.held.objects.values().flatten().any(is_unfit) {
            return Vec::new();
        }
        // Another crate of the same name may have such a type, too.
        let everywhere = types(self.newest(), crates);
        let misheld = self.held.objects.iter().flat_map(|(symbol, known)| {
            let outdated = known.iter().filter(|known| is_unfit(known)).find_map(|known| known.outdated(&everywhere));
            outdated.map(|(name, layout)| {
                let new_size = everywhere[name].first().map_or(0, |newest| newest.size);
                let misfit = Misfit { path: Some(name.to_owned()), old_size: layout.size, new_size, through: None };
                Misheld { symbol: Some(*symbol), holder: Holder::Object, misfit }
            })
        });
        misheld.collect()
    }

    /// Which of these functions, which stay as they are loaded, use types that are others now.
    pub(crate) fn users_of_changed(&self, stay: &FxHashSet<Name>, crates: &[String], names: &Names) -> Vec<Misheld> {
        let mut choose = |candidate: &Candidate<'_>| {
            names.get(candidate.symbol).filter(|name| stay.contains(name) && !candidate.is_static).map(|_| Holder::Old)
        };
        let old = self.replaced.values().flat_map(|old| reaches(&old.object, crates, &mut choose).holders);
        let old: FxHashMap<String, Reach> = old.map(|(symbol, _, reach)| (symbol, reach)).collect();
        let mut found = Vec::new();
        for parsed in self.held.fresh.iter().map(|fresh| &fresh.parsed) {
            for (symbol, holder, reach) in reaches(&parsed.object, crates, &mut choose).holders {
                let Some(known) = old.get(&symbol).filter(|known| !known.fits(&reach, holder)) else { continue };
                let Some(name) = names.get(&symbol) else { continue };
                let misfits = misfits(&parsed.object, crates, (&symbol, holder, known));
                found.extend(misfits.into_iter().map(|misfit| Misheld { symbol: Some(name), holder, misfit }));
            }
        }
        found.sort_by(|one, other| one.order(names).cmp(&other.order(names)));
        found.dedup();
        found
    }

    /// Types of the crates that changed their layout, whether or not anything holds them.
    pub(crate) fn changed_types(&self, crates: &[String]) -> Vec<ChangedType> {
        let mut changed: Vec<ChangedType> = Vec::new();
        for (old, newest) in self.replaced_objects() {
            let loaded = layouts(&old.object, crates);
            for (path, layout) in layouts(&newest.object, crates) {
                if let Some(known) = loaded.get(&path).filter(|known| **known != layout) {
                    changed.push(ChangedType { path, old_size: known.size, new_size: layout.size });
                }
            }
        }
        changed.sort_by(|one, other| one.path.cmp(&other.path));
        changed.dedup();
        changed
    }

    fn newest(&self) -> impl Iterator<Item = &Arc<Parsed>> {
        self.crates.iter().flat_map(|library| library.members.iter().flatten()).map(|member| &member.parsed)
    }
}

impl Misheld {
    /// Statics first, then hot functions.
    fn order<'names>(&self, names: &'names Names) -> (Option<&str>, u8, &'names str) {
        (self.misfit.path.as_deref(), self.holder as u8, self.symbol.map_or("", |symbol| names.text(symbol)))
    }
}

/// The types that these objects describe, in all layouts that they have.
fn types<'a>(objects: impl Iterator<Item = &'a Arc<Parsed>>, crates: &[String]) -> FxHashMap<String, Vec<Layout>> {
    let mut found: FxHashMap<String, Vec<Layout>> = FxHashMap::default();
    for (name, layout) in objects.flat_map(|parsed| layouts(&parsed.object, crates)) {
        let known = found.entry(name).or_default();
        if !known.contains(&layout) {
            known.push(layout);
        }
    }
    found
}

fn holders(parsed: &Parsed, crates: &[String], names: &mut Names) -> Holders {
    let slots = slots(parsed, names);
    let slot = |symbol: &str, names: &Names| slots.get(&names.get(symbol)?).copied();
    let choose = |candidate: &Candidate<'_>| {
        if candidate.is_static {
            return Some(Holder::Static);
        }
        if candidate.is_declared_before {
            return None;
        }
        if slot(candidate.symbol, names).is_some() {
            return Some(Holder::Hot);
        }
        let path = candidate.path_around.as_str();
        let owner = path.split("::").next().unwrap_or_default();
        let is_of_others = !TRANSPARENT.contains(&owner) && !crates.iter().any(|known| known == owner);
        let is_by_identity = || BY_IDENTITY.iter().any(|start| path.starts_with(start));
        if is_of_others || is_by_identity() {
            return Some(Holder::Outside);
        }
        METHODS.iter().any(|start| candidate.symbol.starts_with(start)).then_some(Holder::Object)
    };
    let Found { holders, traits } = reaches(&parsed.object, crates, choose);
    // Code that is a part of its callers has no symbol in the object.
    let key = |symbol: &str, names: &mut Names| Key { symbol: names.intern(symbol), slot: slot(symbol, names) };
    let all = holders.into_iter().map(|(symbol, holder, reach)| (key(&symbol, names), holder, reach)).collect();
    Holders { all, traits }
}

fn is_slot(symbol: &str) -> bool {
    symbol.contains(SLOT_PREFIX) || symbol == LIVE_SLOT
}

/// The functions that ask a slot for the body to run.
fn slots(parsed: &Parsed, names: &Names) -> FxHashMap<Name, Name> {
    let mut found = FxHashMap::default();
    for (section, uses) in &parsed.uses {
        if let Some(slot) = uses.iter().find(|used| is_slot(names.text(**used))) {
            let definitions = &parsed.object.sections[*section].definitions;
            found.extend(definitions.iter().map(|definition| (definition.name, *slot)));
        }
    }
    found
}
