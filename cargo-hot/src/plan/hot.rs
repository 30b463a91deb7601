//! Which functions are hot, and which slot belongs to which body.

use crate::objects::hot::Role;
use crate::objects::{Build, Name};
use rustc_hash::{FxHashMap, FxHashSet};

/// A hot function of the newest build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HotFunction {
    pub(crate) slot: Name,
    pub(crate) body: Name,
}

#[derive(Debug, Default)]
pub(crate) struct HotFunctions {
    functions: Vec<HotFunction>,
    bodies: FxHashSet<Name>,
}

impl HotFunctions {
    pub(crate) fn find(build: &Build) -> Self {
        let of_role = |role| build.hot_parts().filter(move |part| part.role == role);
        let slots: FxHashMap<&str, Name> =
            of_role(Role::Slot).map(|part| (part.function.as_str(), part.name)).collect();
        // A slice may hold another version of one.
        let bodies: FxHashMap<Name, &str> =
            of_role(Role::Body).map(|body| (body.name, body.function.as_str())).collect();
        let functions =
            bodies.iter().filter_map(|(body, function)| Some(HotFunction { slot: *slots.get(function)?, body: *body }));
        Self { functions: functions.collect(), bodies: bodies.keys().copied().collect() }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &HotFunction> {
        self.functions.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    pub(crate) fn into_bodies(self) -> FxHashSet<Name> {
        self.bodies
    }

    pub(crate) fn is_body(&self, name: Name) -> bool {
        self.bodies.contains(&name)
    }
}
