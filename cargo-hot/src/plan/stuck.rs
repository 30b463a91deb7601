//! What of a save cannot go live, and why.

use super::hot::HotFunctions;
use super::paths::{ENTRY, OfObjects, of_objects, written};
use super::{Plan, Planner};
use crate::image::InstanceKind;
use crate::objects::mangled::Mangled;
use crate::objects::{Name, Place, SectionKind};
use hot_runtime::names::LIVE_BODY;
use rustc_hash::FxHashSet;

/// A change that goes live only with a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stuck {
    pub(crate) name: Name,
    pub(crate) place: Place,
    pub(crate) reason: StuckReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StuckReason {
    /// No hot function reaches it; the caller, where there is one, is not hot.
    Unreachable { caller: Option<Name> },
    /// This function, itself or its caller, is hot by now, and was not when the program started.
    HotSince { function: Name },
    /// Nothing leads to it but this method of objects, which the maker makes.
    OnlyObjects { method: Name, maker: Name },
    /// It is live in hot functions, but this loaded function, which is not hot, keeps the old one.
    OldCaller { caller: Name },
    /// This static keeps its pointer to the old one.
    OldPointer { holder: Name },
    /// A static keeps its value.
    StaticValue,
}

/// A function or static that refers to another.
struct Holder {
    name: Name,
    place: Place,
    /// What it refers to.
    held: Name,
}

impl Planner<'_> {
    /// What the user shall hear: what went live, and what could not.
    pub(super) fn explain(&self, plan: &mut Plan, hot: &HotFunctions, touched: &FxHashSet<Name>) {
        let included: FxHashSet<Name> = plan
            .places
            .iter()
            .flat_map(|place| &self.build.section(*place).definitions)
            .map(|definition| definition.name)
            .collect();
        let is_written = |name: &Name| written(self.names.text(*name), self.crates).is_some();
        // What a patch brought is called by hot functions alone.
        let is_old = |name: &&Name| {
            let instances = self.image.all(**name);
            !instances.is_empty() && instances.iter().all(|instance| instance.generation == 0) && is_written(name)
        };
        let old = self.ledger.dirty.difference(&included).filter(is_old);
        plan.old = old.copied().collect();
        let is_ours = |name: Name| self.build.places(name).iter().any(|place| !self.build.is_foreign(*place));
        for name in &included {
            let is_code = |place: &Place| self.build.section(*place).kind == SectionKind::Code;
            let is_function = self.build.places(*name).first().is_some_and(is_code);
            if is_function
                && is_ours(*name)
                && (self.is_new_to_process(*name) || touched.contains(name) && self.is_news(*name))
            {
                plan.changed.push(*name);
            }
        }
        plan.changed.sort_unstable();
        plan.moves_lines_alone = included.iter().all(|name| self.is_as_loaded(*name) == Some(true));
        for name in plan.changed.clone() {
            plan.stuck.extend(self.old_callers(name, &included, hot));
        }
        let left = plan.left.iter().filter(|(_, caller)| !included.contains(*caller));
        let left = left.filter_map(|(body, caller)| {
            let place = *self.build.places(*body).first()?;
            Some(Stuck { name: *body, place, reason: StuckReason::OldCaller { caller: *caller } })
        });
        plan.stuck.extend(left);
        let is_told = |name: &Name| included.contains(name) || plan.left.contains_key(name);
        let mut left: Vec<_> = touched.iter().copied().filter(|name| !is_told(name)).collect();
        left.sort_unstable();
        let is_live = !plan.places.is_empty();
        plan.stuck.extend(
            left.into_iter().filter(|name| self.is_news(*name)).filter_map(|name| self.stuck(name, is_live, hot)),
        );
    }

    /// Its content is not what the user was last told of.
    fn is_news(&self, name: Name) -> bool {
        let Some(place) = self.build.places(name).first() else { return false };
        self.build.section(*place).named().is_some()
            && self.ledger.told.get(&self.names.item(name)) != Some(&self.build.digest(*place).without_lines)
    }

    /// It is loaded, with another content than this.
    fn is_new_to_process(&self, name: Name) -> bool {
        let is_code = |place: &Place| self.build.section(*place).kind == SectionKind::Code;
        self.build.places(name).first().is_some_and(is_code) && self.is_as_loaded(name) == Some(false)
    }

    /// Whether what is loaded of it has this content, but for lines.
    fn is_as_loaded(&self, name: Name) -> Option<bool> {
        let place = *self.build.places(name).first()?;
        let loaded = self.image.loaded_digest(self.build, name, place)?;
        Some(loaded.without_lines == self.build.digest(place).without_lines)
    }

    /// Loaded functions and statics that are not in the patch and lead to the old one, at whatever distance.
    fn old_callers(&self, name: Name, included: &FxHashSet<Name>, hot: &HotFunctions) -> Vec<Stuck> {
        let Some(place) = self.build.places(name).first().copied() else { return Vec::new() };
        let is_function = self.build.section(place).kind == SectionKind::Code;
        // Callers of a hot body ask its slot.
        if !is_function || self.loaded_as(name).is_none() || hot.is_body(name) {
            return Vec::new();
        }
        let holders = self.holders(name, |holder| included.contains(&holder) && !hot.is_body(holder));
        let old = holders.into_iter().map(|holder| holder.name).filter(|holder| !included.contains(holder));
        old.filter_map(|holder| {
            let reason = match self.image.newest(holder, None, None)?.kind {
                InstanceKind::Code => StuckReason::OldCaller { caller: holder },
                InstanceKind::Data | InstanceKind::ThreadLocal => StuckReason::OldPointer { holder },
            };
            Some(Stuck { name, place, reason })
        })
        .collect()
    }

    /// What refers to a function, directly or through code of others, which runs where the user's calls it or holds it;
    /// the search goes on behind those that lead on.
    fn holders(&self, name: Name, leads_on: impl Fn(Name) -> bool) -> Vec<Holder> {
        let mut found = Vec::new();
        let mut reached = FxHashSet::from_iter([name]);
        let mut open = vec![name];
        while let Some(held) = open.pop() {
            for place in self.build.users(held).iter().filter(|place| !self.build.is_superseded(**place)) {
                let Some(user) = self.build.section(*place).named() else { continue };
                // What makes live values is a hot body of the runtime's: who has it made asks a slot.
                if !reached.insert(user.name) || self.names.text(user.name).contains(LIVE_BODY) {
                    continue;
                }
                if leads_on(user.name) || self.is_code_of_others(user.name) {
                    open.push(user.name);
                } else {
                    found.push(Holder { name: user.name, place: *place, held });
                }
            }
        }
        found
    }

    fn is_code_of_others(&self, name: Name) -> bool {
        let is_code = |place: &Place| self.build.section(*place).kind == SectionKind::Code;
        let owner = || Some(Mangled::of(self.names.text(name))?.path()?.owner);
        self.build.places(name).first().is_some_and(is_code)
            && owner().is_none_or(|owner| !self.crates.contains(&owner))
    }

    /// The symbol by which the process has it, if maybe another than now.
    fn loaded_as(&self, name: Name) -> Option<Name> {
        let item = self.names.item(name);
        let other = || self.image.changeable().find(|loaded| self.names.item(*loaded) == item);
        if self.image.is_loaded(name) { Some(name) } else { other() }
    }

    /// What is not loaded runs nowhere, or inlined in a function that changed with it.
    fn stuck(&self, name: Name, is_live_in_part: bool, hot: &HotFunctions) -> Option<Stuck> {
        let place = *self.build.places(name).first()?;
        let loaded = self.image.loaded_digest(self.build, self.loaded_as(name)?, place)?;
        if loaded.without_lines == self.build.digest(place).without_lines {
            return None; // Put back before it ever went live.
        }
        let reason = match self.build.section(place).kind {
            SectionKind::Code => match self.holders(name, |_| false).first() {
                _ if self.is_hot_since(name, hot) => StuckReason::HotSince { function: name },
                // Inlined wherever it is called: its callers changed with it, and speak for themselves.
                None if is_live_in_part && !self.names.text(name).contains(ENTRY) => return None,
                None => StuckReason::Unreachable { caller: None },
                Some(holder) => self.held_back_by(holder, name, hot),
            },
            _ => StuckReason::StaticValue,
        };
        Some(Stuck { name, place, reason })
    }

    fn held_back_by(&self, holder: &Holder, name: Name, hot: &HotFunctions) -> StuckReason {
        let is_code = self.build.section(holder.place).kind == SectionKind::Code;
        let is_method = |name: Name| matches!(of_objects(self.names.text(name)), Some(OfObjects::Method(_)));
        if is_code && is_method(holder.held) && !self.build.is_direct(holder.place, holder.held) {
            return StuckReason::OnlyObjects { method: holder.held, maker: holder.name };
        }
        match is_code {
            true if self.is_hot_since(holder.name, hot) => StuckReason::HotSince { function: holder.name },
            true => StuckReason::Unreachable { caller: Some(holder.name) },
            // A closure that gives the static its value when that is first asked for.
            false if self.path(holder.name) == self.path(name) => StuckReason::StaticValue,
            false => StuckReason::OldPointer { holder: holder.name },
        }
    }

    /// Whether it is a hot function that the program has no slot for, or a closure of one.
    fn is_hot_since(&self, name: Name, hot: &HotFunctions) -> bool {
        let path = self.path(name);
        let mut new = hot.iter().filter(|function| !self.image.is_loaded(function.slot));
        path.is_some() && new.any(|function| self.path(function.body) == path)
    }

    /// What the user calls it.
    fn path(&self, name: Name) -> Option<String> {
        written(self.names.text(name), self.crates).map(|written| written.path)
    }
}
