//! The slots and bodies of hot functions that an object defines.
//!
//! The macro writes the slot as a static inside the function, and the body beside the function or, where it cannot
//! know what stands around it, inside. Both are found by their names. What is inside an `async fn` is inside its future,
//! the first closure of the function.

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
        let (function, role) = part_of(symbol)?;
        Some(HotPart { function, role, name })
    };
    definitions.filter(|definition| !definition.is_anonymous).filter_map(|found| part(found.name)).collect()
}

/// The function that a slot or a body belongs to, spelled alike for both. Functions may share their path (in two blocks, in
/// two `const _`), so it is the mangled one, where that can be taken apart: an identifier ends it that is known.
fn part_of(symbol: &str) -> Option<(String, Role)> {
    let path = rustc_demangle::demangle(symbol).to_string();
    let (around, last) = path.rsplit_once("::")?;
    let parent = around.strip_suffix("::{closure#0}").unwrap_or(around);
    let (_, above) = parent.rsplit_once("::")?;
    let outside = |tag| symbol.strip_prefix(tag).and_then(|rest| without_last(rest, last));
    let inside = || mangled(without_last(without_future(outside("_RNv")?), above)?, above);
    if last.starts_with(SLOT_PREFIX) {
        return Some((inside().unwrap_or_else(|| parent.to_owned()), Role::Slot));
    }
    let name = last.strip_prefix(BODY_PREFIX)?;
    let is_inside = above == name;
    let function = if is_inside { inside() } else { outside("_R").and_then(|parent| mangled(parent, name)) };
    let demangled = || if is_inside { parent.to_owned() } else { format!("{parent}::{name}") };
    Some((function.unwrap_or_else(demangled), Role::Body))
}

/// The path of an `async fn` for that of its future.
fn without_future(path: &str) -> &str {
    path.strip_prefix("NC").and_then(|path| path.strip_suffix('0')).unwrap_or(path)
}

/// Back references are distances in the symbol, so they differ where a path stands deeper.
fn mangled(parent: &str, name: &str) -> Option<String> {
    let mut function = String::new();
    let mut rest = parent;
    while let Some(at) = rest.find('B') {
        function.push_str(&rest[..=at]);
        let digits = rest[at + 1..].find(|letter: char| !letter.is_ascii_alphanumeric())?;
        let is_reference = rest[at + 1 + digits..].starts_with('_');
        rest = &rest[at + 1 + if is_reference { digits } else { 0 }..];
    }
    Some(format!("{function}{rest} {name}"))
}

/// What stands before an identifier at the end of a mangled path.
fn without_last<'path>(path: &'path str, identifier: &str) -> Option<&'path str> {
    let separator =
        if identifier.starts_with(|letter: char| letter == '_' || letter.is_ascii_digit()) { "_" } else { "" };
    path.strip_suffix(&format!("{}{separator}{identifier}", identifier.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(slot: &str, body: &str, same: bool) {
        let (slot, body) = (part_of(slot).unwrap(), part_of(body).unwrap());
        assert_eq!((slot.1, body.1), (Role::Slot, Role::Body));
        assert_eq!(slot.0 == body.0, same, "{} and {}", slot.0, body.0);
    }

    #[test]
    fn slot_and_body_name_the_same_function() {
        let nested = "_RNvNvNtCs1f_4life4game6update27___HOT_SLOT_0123456789abcdef";
        check(nested, "_RNvNvNtCs1f_4life4game6update12___hot_update", true);
        check(nested, "_RNvNvNtCs1f_4life5other6update12___hot_update", false);
        let of_method = "_RNvNvMNtCs1f_4life4gameNtB4_5World4step27___HOT_SLOT_0123456789abcdef";
        check(of_method, "_RNvMNtCs1f_4life4gameNtB2_5World10___hot_step", true);
        check(of_method, "_RNvMNtCs1f_4life4gameNtB2_4City10___hot_step", false);
    }

    #[test]
    fn an_async_function_is_outside_its_future() {
        let nested = "_RNvNCNvNtCs1f_4life4game6update027___HOT_SLOT_0123456789abcdef";
        check(nested, "_RNvNCNvNtCs1f_4life4game6update012___hot_update", true);
        check(nested, "_RNvNCNvNtCs1f_4life5other6update012___hot_update", false);
        let of_method = "_RNvNCNvMNtCs1f_4life4gameNtB6_5World4step027___HOT_SLOT_0123456789abcdef";
        check(of_method, "_RNvMNtCs1f_4life4gameNtB2_5World10___hot_step", true);
        check(of_method, "_RNvMNtCs1f_4life4gameNtB2_4City10___hot_step", false);
    }

    #[test]
    fn functions_of_one_path_are_told_apart() {
        let (one, two) = ("_RNvNvNvC4life4mains_4part", "_RNvNvNvC4life4mains0_4part");
        check(&format!("{one}27___HOT_SLOT_0123456789abcdef"), &format!("{one}10___hot_part"), true);
        check(&format!("{one}27___HOT_SLOT_0123456789abcdef"), &format!("{two}10___hot_part"), false);
    }

    #[test]
    fn what_is_inside_a_body_is_no_body() {
        assert_eq!(part_of("_RNCNvNtC4life4game12___hot_update0"), None);
        assert_eq!(part_of("_RNCNvNCNvNtC4life4game6update012___hot_update0"), None);
    }
}
