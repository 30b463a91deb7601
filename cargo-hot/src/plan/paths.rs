//! Symbols as the user knows them: `game::update`, `World::step`.
//!
//! A symbol says more than a path of the source text: generic arguments, the crate that an instance is for, the
//! compiler's own inner functions. It also says what its demangled text leaves out: where the `impl` stands that a
//! method is of, and so whose text it is. Mangling: Rust RFC 2603, "v0".

use crate::objects::mangled::{Mangled, TraitMethod};
use hot_runtime::names::{BODY_PREFIX, DESCRIBE_PREFIX, SLOT_PREFIX};

/// The module that the base build appends to a program's root file: its one function calls `main`, or holds it inlined.
pub(crate) const ENTRY: &str = "__cargo_hot";

/// A function or static as its text has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// Without the crate: modules, then types, traits and functions.
    pub(crate) path: String,
    /// Of a method that implements a trait: `World as Debug`, in its module.
    pub(crate) implementation: Option<String>,
}

/// What a symbol belongs to; `None` for code of other crates than these.
pub(crate) fn written(symbol: &str, crates: &[String]) -> Option<Written> {
    if tells_shapes(symbol) {
        return None;
    }
    let path = Mangled::of(symbol)?.path()?;
    let is_ours = crates.contains(&path.owner) && !path.segments.iter().any(|name| name.starts_with(SLOT_PREFIX));
    is_ours
        .then(|| Written { implementation: path.implementation(), path: without_our_names(path.segments).join("::") })
}

/// Whether a function tells the shape of a live type: nobody wrote it.
fn tells_shapes(symbol: &str) -> bool {
    symbol.contains("4live5shape9Described") || symbol.contains(DESCRIBE_PREFIX)
}

/// Code that an object's vtable can lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OfObjects {
    Method(TraitMethod),
    /// A closure or a future.
    Closure,
    /// What calls a closure or a function in a box, by the trait's name: `FnOnce`.
    Call(String),
    /// What drops a value: every vtable begins with it.
    Drop,
}

/// `None` for functions that nothing but a pointer of their own leads to.
pub(crate) fn of_objects(symbol: &str) -> Option<OfObjects> {
    if symbol.starts_with(CLOSURE) {
        return Some(OfObjects::Closure);
    }
    let path = Mangled::of(symbol)?.path()?;
    if path.owner == "core" && path.segments == ["ptr", "drop_in_place"] {
        return Some(OfObjects::Drop);
    }
    match path.trait_method()? {
        TraitMethod::Provided(name) if path.owner == "core" && name.starts_with("Fn") => Some(OfObjects::Call(name)),
        method => Some(OfObjects::Method(method)),
    }
}

/// How symbols of closures begin.
pub(crate) const CLOSURE: &str = "_RNC";

/// Of a hot body the function: `update` of `__hot_update` beside it or inside it. Of what `thread_local!` writes, the
/// static.
pub(crate) fn without_our_names(mut segments: Vec<String>) -> Vec<String> {
    if let Some(at) = segments.iter().position(|name| name.starts_with(BODY_PREFIX)) {
        let function = segments[at].trim_start_matches(BODY_PREFIX).to_owned();
        if at > 0 && segments[at - 1] == function {
            segments.remove(at);
        } else {
            segments[at] = function;
        }
    }
    // `_` is a constant without a name, of the user's or ours.
    let is_of_std = |name: &str| name.to_lowercase().starts_with("__rust_std_internal_");
    let is_ours = |name: &str| is_of_std(name) || ["_", "__init", ENTRY].contains(&name);
    segments.retain(|name| !is_ours(name));
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(symbol: &str, expected: &str) {
        rustc_demangle::try_demangle(symbol).expect("it is a symbol");
        let found = written(symbol, &["life".to_owned()]);
        assert_eq!(found.map_or_else(|| "not ours".to_owned(), |found| found.path), expected, "{symbol}");
    }

    #[test]
    fn a_path_is_what_the_user_wrote() {
        check("_RNvC4life4main", "main");
        check("_RNvNtCs1f_4life4game6update", "game::update");
        check("_RINvC4life7largestmEC4life", "largest");
        check("_RNCNvC4life4main0", "main");
        check("_RNvNCNvC4life4main05inner", "main::inner");
        check("_RNvNvC4lifeu7gre_zla4main", "græe::main");
    }

    #[test]
    fn a_hot_body_is_its_function() {
        check("_RNvNvNtC4life4game6update12___hot_update", "game::update");
        check("_RNvNtC4life4game12___hot_update", "game::update");
        check("_RNvMC4lifeNtB2_5World10___hot_step", "World::step");
        check("_RNvXNvC4life1__NtB4_6CircleNtB2_11___HotBodies10___hot_area", "Circle::area");
        check("_RNvYNtC4life6CircleNtB4_5Shape11___hot_twice", "Shape::twice");
        check("_RNvNvC4life6update27___HOT_SLOT_0123456789abcdef", "not ours");
    }

    #[test]
    fn a_method_is_where_its_impl_stands() {
        check("_RNvMs_NtC4life4gameNtNtB4_5world5World4step", "game::World::step");
        check("_RNvXs0_C4lifeNtB5_5WorldNtNtC4core3fmt7Display3fmt", "World::fmt");
        check("_RNvXC4lifeINtNtC5alloc3vec3VecmENtB2_4Area4area", "Vec::area");
        check("_RNvXC4lifeRNtB2_5WorldNtB2_4Area4area", "World::area");
        check("_RNvMNvC4life4mainNtB2_5Local3get", "main::Local::get");
        check("_RNvXC4lifeShNtB2_4Area4area", "[u8]::area");
        check("_RNvXC4lifeAhj4_NtB2_4Area4area", "[u8; 4]::area");
        check("_RNvXC4lifeTmNtB2_5WorldENtB2_4Area4area", "(u32, World)::area");
        check("_RNvXC4lifeDNtB2_4AreaEL_NtB2_5Other4area", "dyn Area::area");
        check("_RNvXC4lifeFmEhNtB2_4Area4area", "fn(u32) -> u8::area");
        check("_RNvXC4lifePmNtB2_4Area4area", "*const u32::area");
    }

    #[test]
    fn a_default_method_is_its_traits() {
        check("_RNvYNtC4life5WorldNtB4_4Area4area", "Area::area");
        check("_RNvYINtNtC5alloc3vec3VecmENtC4life4Area4area", "Area::area");
    }

    #[test]
    fn what_was_written_for_the_user_is_named_after_what_the_user_wrote() {
        check("_RNvNtC4life11___cargo_hot4main", "main");
        check("_RNvNvC4life5COUNT27___rust_std_internal_init_fn", "COUNT");
        check("_RNvNCNvC4life5COUNT06___init", "COUNT");
        check("_RNvNvNvC4life2tl1C23___RUST_STD_INTERNAL_VAL", "tl::C");
    }

    #[test]
    fn only_the_workspace_has_functions_of_the_user() {
        check("_RNvC3std4main", "not ours");
        check("_RNvMNtC4core5sliceSNtC4life3Cmd4iter", "not ours");
        check("_RNvXNtC4core7convertNtC4life5WorldINtB2_4IntoB9_E4into", "not ours");
        check("_RINvNtC4core3ptr13drop_in_placeNtC4life5WorldE", "not ours");
        check("_RNvYNCNvC4life4main0INtNtNtC4core3ops8function6FnOnceuE9call_once", "not ours");
        assert_eq!(written("memcpy", &["life".to_owned()]), None);
    }

    #[test]
    fn what_objects_lead_to_is_known() {
        let method = |method| Some(OfObjects::Method(method));
        let implemented = |name: &str| method(TraitMethod::Implemented(name.to_owned()));
        assert_eq!(of_objects("_RNvXs_NtC4life4gameNtB4_5WorldNtNtC4core3fmt5Debug3fmt"), implemented("Debug"));
        assert_eq!(of_objects("_RNvXs_C4lifeNtB4_6CircleNtB4_5Shape4area"), implemented("Shape"));
        let provided = method(TraitMethod::Provided("Shape".to_owned()));
        assert_eq!(of_objects("_RNvYNtC4life6CircleNtB4_5Shape5twice"), provided);
        assert_eq!(of_objects("_RNCNvC4life4main0"), Some(OfObjects::Closure));
        assert_eq!(of_objects("_RNCNvXs_C4lifeNtB4_6CircleNtB4_5Shape4area0"), Some(OfObjects::Closure));
        assert_eq!(of_objects("_RNvNvXs_C4lifeNtB4_6CircleNtB4_5Shape4area5inner"), None);
        assert_eq!(of_objects("_RNvMC4lifeNtB2_5World4step"), None);
        assert_eq!(of_objects("_RNvC4life4main"), None);
        let call = |name: &str| Some(OfObjects::Call(name.to_owned()));
        let once = "_RNSNvYNCNvC4life4main0INtNtNtC4core3ops8function6FnOnceuE9call_once6vtableC4life";
        assert_eq!(of_objects(once), call("FnOnce"));
        assert_eq!(of_objects("_RINvNtC4core3ptr13drop_in_placeNtC4life5WorldE"), Some(OfObjects::Drop));
        assert_eq!(of_objects("_RNvYNvC4life6doubleINtNtNtC4core3ops8function2FnTmEE4callC4life"), call("Fn"));
    }

    #[test]
    fn an_implementation_of_a_trait_is_named_as_such() {
        let implementation = |symbol| written(symbol, &["life".to_owned()]).and_then(|found| found.implementation);
        let derived = "_RNvXs_NtC4life4gameNtB4_5WorldNtNtC4core3fmt5Debug3fmt";
        assert_eq!(implementation(derived).as_deref(), Some("game::World as Debug"));
        assert_eq!(implementation("_RNvMC4lifeNtB2_5World4step"), None);
    }
}
