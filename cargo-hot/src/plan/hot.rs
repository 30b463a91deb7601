//! Which functions are hot, and which slot belongs to which body.
//!
//! The macro writes the slot as a static inside the function, and the body beside the function or, where it cannot
//! know what stands around it, inside. Both are found by their names.

use crate::objects::{Build, Name, Names};
use hot_runtime::names::{BODY_PREFIX, SLOT_PREFIX};
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
    pub(crate) fn find(build: &Build, names: &Names) -> Self {
        let mut slots: FxHashMap<String, Name> = FxHashMap::default();
        let mut bodies: Vec<(String, Name)> = Vec::new();
        // An optimized build may have two equal bodies in one section.
        let named = build.sections().flat_map(|(_, section)| &section.definitions);
        for definition in named.filter(|definition| !definition.is_anonymous) {
            let symbol = names.text(definition.name);
            if !symbol.contains(BODY_PREFIX) && !symbol.contains(SLOT_PREFIX) {
                continue;
            }
            let path = rustc_demangle::demangle(symbol).to_string();
            if let Some(function) = function_of_slot(&path) {
                slots.insert(function.to_owned(), definition.name);
            } else if let Some(function) = function_of_body(&path) {
                bodies.push((function, definition.name));
            }
        }
        let functions =
            bodies.iter().filter_map(|(function, body)| Some(HotFunction { slot: *slots.get(function)?, body: *body }));
        Self { functions: functions.collect(), bodies: bodies.iter().map(|(_, body)| *body).collect() }
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

/// `game::update` of `game::update::__HOT_SLOT_0123456789abcdef`.
fn function_of_slot(path: &str) -> Option<&str> {
    let (function, last) = path.rsplit_once("::")?;
    last.starts_with(SLOT_PREFIX).then_some(function)
}

/// `game::update` of `game::__hot_update`, and of `game::update::__hot_update`.
fn function_of_body(path: &str) -> Option<String> {
    let (parent, last) = path.rsplit_once("::")?;
    let name = last.strip_prefix(BODY_PREFIX)?;
    let is_inside = parent.rsplit_once("::").is_some_and(|(_, inner)| inner == name);
    Some(if is_inside { parent.to_owned() } else { format!("{parent}::{name}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slot_and_body_name_the_same_function() {
        let slot = function_of_slot("life[1f]::game::update::__HOT_SLOT_0123456789abcdef");
        assert_eq!(slot, Some("life[1f]::game::update"));
        for (body, function) in [
            ("life[1f]::game::__hot_update", "life[1f]::game::update"),
            ("life[1f]::game::update::__hot_update", "life[1f]::game::update"),
            ("<life[1f]::World>::__hot_step", "<life[1f]::World>::step"),
        ] {
            assert_eq!(function_of_body(body).as_deref(), Some(function), "{body}");
        }
        assert_eq!(function_of_body("life[1f]::update::{closure#0}"), None);
    }
}
