//! The slots and bodies of hot functions that an object defines.
//!
//! The macro writes the slot as a static inside the function, and the body beside the function or, where it cannot
//! know what stands around it, inside. Both are found by their names.

use crate::objects::names::{Name, Names};
use crate::objects::object::Object;
use hot_runtime::names::{BODY_PREFIX, SLOT_PREFIX};

/// A part of a hot function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HotPart {
    /// The function's path, the same for both its parts.
    pub(crate) function: String,
    pub(crate) role: Role,
    pub(crate) name: Name,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Slot,
    Body,
}

pub(crate) fn hot_parts(object: &Object, names: &Names) -> Vec<HotPart> {
    // An optimized build may have two equal bodies in one section.
    let definitions = object.sections.iter().flat_map(|section| &section.definitions);
    let part = |name: Name| {
        let symbol = names.text(name);
        if !symbol.contains(BODY_PREFIX) && !symbol.contains(SLOT_PREFIX) {
            return None;
        }
        let path = rustc_demangle::demangle(symbol).to_string();
        let slot = function_of_slot(&path).map(|function| (function.to_owned(), Role::Slot));
        let (function, role) = slot.or_else(|| Some((function_of_body(&path)?, Role::Body)))?;
        Some(HotPart { function, role, name })
    };
    definitions.filter(|definition| !definition.is_anonymous).filter_map(|found| part(found.name)).collect()
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
