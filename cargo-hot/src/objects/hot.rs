//! The slots and bodies of hot functions that an object defines.
//!
//! The macro writes the slot as a static and the body as a function, each beside the hot function or inside it, as it can
//! (`hot_macros::expand`, `implementation`). Both are found by their names, and belong to one function where the paths that
//! lead to them do. What is inside an `async fn` is inside its future, the first closure of the function.

use crate::objects::mangled::Mangled;
use crate::objects::names::{Name, Names};
use crate::objects::object::Object;
use hot_runtime::names::{BODIES_TRAIT, BODY_PREFIX, LIVE_BODY, LIVE_SLOT, SLOT_PREFIX, TRACKED_SUFFIX};

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
    Slot {
        /// No body but one that stands alone is given the place of the function's caller.
        is_tracked: bool,
    },
    Body {
        /// One of perhaps many: the function, its `impl` or its trait has parameters.
        is_instance: bool,
    },
}

impl Role {
    pub(crate) fn is_slot(self) -> bool {
        matches!(self, Self::Slot { .. })
    }
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

/// The slot of the runtime's own hot function, if it is among these names: its bodies are for types of the program, and so in its
/// objects, as the slot is not.
pub(crate) fn slot_of_runtime(mut used: impl Iterator<Item = Name>, names: &Names) -> Option<HotPart> {
    let name = used.find(|name| names.text(*name) == LIVE_SLOT)?;
    Some(HotPart { function: LIVE_BODY.into(), role: Role::Slot { is_tracked: false }, name })
}

/// The function that a slot or a body belongs to, spelled alike for both, and unlike any other's: with the numbers that tell
/// two blocks or two `const _` of one module apart.
fn part_of(symbol: &str) -> Option<(String, Role)> {
    let mut place = Mangled::of(symbol)?.outer_place()?;
    let last = place.names.pop()?;
    if let Some(name) = last.strip_prefix(SLOT_PREFIX) {
        // Behind the hash, where the slot is not inside the function.
        match name.split_once('_') {
            Some((_, function)) => place.names.push(function.to_owned()),
            None => place.leave_future(),
        }
        return Some((
            place.names.join("::"),
            Role::Slot { is_tracked: name.ends_with(TRACKED_SUFFIX) && !name.contains('_') },
        ));
    }
    if last == LIVE_BODY && place.names.first().is_some_and(|owner| owner.starts_with(RUNTIME)) {
        return Some((LIVE_BODY.into(), Role::Body { is_instance: true }));
    }
    let function = last.strip_prefix(BODY_PREFIX)?;
    if place.is_inside(function) {
        place.leave_future();
    } else {
        place.names.push(function.to_owned());
    }
    Some((place.names.join("::"), Role::Body { is_instance: place.is_instance }))
}

/// The runtime's crate.
const RUNTIME: &str = "hot_runtime";

/// A path without its arguments.
#[derive(Debug, Clone, Default)]
struct Place {
    /// Each with its number among those of one name.
    names: Vec<String>,
    is_instance: bool,
}

/// What a path has for a closure.
const CLOSURE: &str = "{closure}";

impl Place {
    fn leave_future(&mut self) {
        self.names.pop_if(|name| name == CLOSURE);
    }

    fn is_inside(&self, function: &str) -> bool {
        let mut names = self.names.iter().rev().skip_while(|name| *name == CLOSURE);
        names.next().is_some_and(|name| name.split_once('#').map_or(&**name, |(name, _)| name) == function)
    }
}

impl Mangled<'_> {
    /// Of a function or static; not of what is inside a closure of it.
    fn outer_place(&mut self) -> Option<Place> {
        if self.rest().starts_with("NC") { None } else { self.parts() }
    }

    fn parts(&mut self) -> Option<Place> {
        self.deeper(Self::any_parts)
    }

    fn any_parts(&mut self) -> Option<Place> {
        match self.next()? {
            b'C' => Some(Place { names: vec![self.numbered_name()?], is_instance: false }),
            b'N' => {
                let kind = self.next()?;
                let mut place = self.parts()?;
                let name = self.numbered_name()?;
                place.names.push(if kind == b'C' { CLOSURE.to_owned() } else { name });
                Some(place)
            }
            b'M' => {
                let number = self.number()?;
                let mut place = self.parts()?;
                place.names.push(format!("{{impl#{number}}}"));
                // A type with arguments, or of another kind than those that have a name alone.
                place.is_instance |= !self.rest().starts_with(['N', 'B']);
                self.type_name()?;
                Some(place)
            }
            b'X' => {
                let number = self.number()?;
                let mut place = self.parts()?;
                self.type_name()?;
                let of_trait = self.path()?.segments.pop();
                // Bodies beside an implementation of the user's are in one of ours, the only one in its `const _`.
                if of_trait.is_none_or(|name| name != BODIES_TRAIT) {
                    place.names.push(format!("{{impl#{number}}}"));
                }
                Some(Place { is_instance: true, ..place })
            }
            b'Y' => {
                self.type_name()?;
                Some(Place { is_instance: true, ..self.parts()? })
            }
            b'I' => {
                let mut place = self.parts()?;
                while !self.eat(b'E') {
                    // Instances that differ in lifetimes are one.
                    place.is_instance |= !self.rest().starts_with('L');
                    self.argument()?;
                }
                Some(place)
            }
            b'B' => self.earlier(Self::parts),
            _ => None,
        }
    }

    fn numbered_name(&mut self) -> Option<String> {
        let number = self.number()?;
        let name = self.name()?;
        Some(if number == 0 { name } else { format!("{name}#{number}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(slot: &str, body: &str, same: bool) {
        let (slot, body) = (part_of(slot).unwrap(), part_of(body).unwrap());
        assert!(matches!((slot.1, body.1), (Role::Slot { is_tracked: false }, Role::Body { .. })));
        assert_eq!(slot.0 == body.0, same, "{} and {}", slot.0, body.0);
    }

    #[test]
    fn slot_and_body_name_the_same_function() {
        let nested = "_RNvNvNtCs1f_4life4game6update27___HOT_SLOT_0123456789abcdef";
        check(nested, "_RNvNvNtCs1f_4life4game6update12___hot_update", true);
        check(nested, "_RNvNvNtCs1f_4life5other6update12___hot_update", false);
        let of_method = "_RNvNvMNtCs1f_4life4gameNtB4_5World4step27___HOT_SLOT_0123456789abcdef";
        check(of_method, "_RNvMNtCs1f_4life4gameNtB2_5World10___hot_step", true);
        check(of_method, "_RNvMs_NtCs1f_4life4gameNtB4_4City10___hot_step", false);
    }

    #[test]
    fn an_async_function_is_outside_its_future() {
        let nested = "_RNvNCNvNtCs1f_4life4game6update027___HOT_SLOT_0123456789abcdef";
        check(nested, "_RNvNCNvNtCs1f_4life4game6update012___hot_update", true);
        check(nested, "_RNvNCNvNtCs1f_4life5other6update012___hot_update", false);
        let of_method = "_RNvNCNvMNtCs1f_4life4gameNtB6_5World4step027___HOT_SLOT_0123456789abcdef";
        check(of_method, "_RNvMNtCs1f_4life4gameNtB2_5World10___hot_step", true);
        check(of_method, "_RNvMs_NtCs1f_4life4gameNtB4_4City10___hot_step", false);
    }

    #[test]
    fn functions_of_one_path_are_told_apart() {
        let (one, two) = ("_RNvNvNvC4life4mains_4part", "_RNvNvNvC4life4mains0_4part");
        check(&format!("{one}27___HOT_SLOT_0123456789abcdef"), &format!("{one}10___hot_part"), true);
        check(&format!("{one}27___HOT_SLOT_0123456789abcdef"), &format!("{two}10___hot_part"), false);
    }

    #[test]
    fn a_slice_may_write_zeros_before_the_hash_of_its_crate() {
        let slot = "_RNvNvCs1a_4life5shown27___HOT_SLOT_0123456789abcdef";
        check(slot, "_RINvNvCs01a_4life5shown11___hot_showntEB4_", true);
        check(slot, "_RINvNvCs0_4life5shown11___hot_showntEB4_", false);
        check(
            "_RNvNvCs_4life5shown27___HOT_SLOT_0123456789abcdef",
            "_RINvNvCs00_4life5shown11___hot_showntEB4_",
            false,
        );
    }

    #[test]
    fn all_instances_share_a_slot() {
        let slot = "_RNvNvC4life4pick27___HOT_SLOT_0123456789abcdef";
        check(slot, "_RINvNvC4life4pick10___hot_picklEB4_", true);
        check(slot, "_RINvNvC4life4pick10___hot_pickmKj4_EB4_", true);
        let of_block = "_RNvNvMC4lifeINtB4_4CellpE4step27___HOT_SLOT_0123456789abcdef";
        check(of_block, "_RNvMC4lifeINtB2_4CelllE10___hot_stepB2_", true);
        check(of_block, "_RINvMC4lifeINtB3_4CelllE10___hot_stepmEB3_", true);
        let of_default = "_RNvNvNtC4life5Shape5twice27___HOT_SLOT_0123456789abcdef";
        check(of_default, "_RNvYNtC4life6CircleNtB4_5Shape11___hot_twice", true);
    }

    #[test]
    fn an_implementation_has_its_parts_beside_it() {
        let slot = "_RNvNvC4life1__32___HOT_SLOT_0123456789abcdef_area";
        check(slot, "_RNvXNvC4life1__NtB4_6CircleNtB2_11___HotBodies10___hot_area", true);
        check(slot, "_RNvXNvC4lifes_1__NtB4_6SquareNtB2_11___HotBodies10___hot_area", false);
        check(slot, "_RNvXNvC4life1__NtB4_6CircleNtB2_11___HotBodies10___hot_name", false);
    }

    #[test]
    fn a_body_that_has_no_others_beside_it_is_no_instance() {
        let is_instance = |symbol| match part_of(symbol) {
            Some((_, Role::Body { is_instance })) => is_instance,
            other => panic!("{symbol} is {other:?}"),
        };
        assert!(!is_instance("_RNvNvNtC4life4game6update12___hot_update"));
        assert!(!is_instance("_RINvNvNtC4life4game6update12___hot_updateL_E"));
        assert!(!is_instance("_RNvMNtCs1f_4life4gameNtB2_5World10___hot_step"));
        assert!(is_instance("_RINvNvC4life4pick10___hot_picklEB4_"));
        assert!(is_instance("_RNvMC4lifeINtB2_4CelllE10___hot_stepB2_"));
        assert!(is_instance("_RNvYNtC4life6CircleNtB4_5Shape11___hot_twice"));
    }

    #[test]
    fn a_slot_says_whether_its_function_is_given_its_callers_place() {
        let is_tracked = |symbol| matches!(part_of(symbol), Some((_, Role::Slot { is_tracked: true })));
        assert!(is_tracked("_RNvNvNtCs1f_4life4game6update28___HOT_SLOT_0123456789abcdeft"));
        assert!(!is_tracked("_RNvNvC4life1__32___HOT_SLOT_0123456789abcdef_sett"));
    }

    #[test]
    fn what_is_inside_a_body_is_no_body() {
        assert_eq!(part_of("_RNCNvNtC4life4game12___hot_update0"), None);
        assert_eq!(part_of("_RNCNvNCNvNtC4life4game6update012___hot_update0"), None);
    }
}
