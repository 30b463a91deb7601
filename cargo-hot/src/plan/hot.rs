//! Which functions are hot, and which slot belongs to which body.

use crate::objects::hot::Role;
use crate::objects::{Build, Name};
use rustc_hash::{FxHashMap, FxHashSet};

/// A hot function of the newest build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HotFunction {
    pub(crate) slot: Name,
    pub(crate) body: Name,
    /// One of perhaps many that share the slot.
    pub(crate) is_instance: bool,
}

#[derive(Debug, Default)]
pub(crate) struct HotFunctions {
    /// By their bodies.
    functions: FxHashMap<Name, HotFunction>,
    bodies: FxHashSet<Name>,
}

impl HotFunctions {
    pub(crate) fn find(build: &Build) -> Self {
        let slots = build.hot_parts().filter_map(|part| match part.role {
            Role::Slot { is_tracked } => Some((part.function.as_str(), (part.name, is_tracked))),
            Role::Body { .. } => None,
        });
        let slots: FxHashMap<&str, (Name, bool)> = slots.collect();
        // A slice may hold another version of one.
        let mut functions = FxHashMap::default();
        let mut bodies = FxHashSet::default();
        for part in build.hot_parts() {
            let Role::Body { is_instance } = part.role else { continue };
            let slot = slots.get(part.function.as_str());
            // Its callers call it themselves.
            if slot.is_some_and(|(_, is_tracked)| *is_tracked && is_instance) {
                continue;
            }
            bodies.insert(part.name);
            if let Some((slot, _)) = slot {
                functions.insert(part.name, HotFunction { slot: *slot, body: part.name, is_instance });
            }
        }
        Self { functions, bodies }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &HotFunction> {
        self.functions.values()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    /// Whether it is a body that shares its slot with others.
    pub(crate) fn is_one_of_many(&self, name: Name) -> bool {
        self.functions.get(&name).is_some_and(|function| function.is_instance)
    }

    pub(crate) fn into_bodies(self) -> FxHashSet<Name> {
        self.bodies
    }

    pub(crate) fn is_body(&self, name: Name) -> bool {
        self.bodies.contains(&name)
    }
}
