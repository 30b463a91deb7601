//! Symbols as the user knows them: `game::update`, `World::step`.
//!
//! A symbol names the crate, the type behind an impl, generic arguments and the compiler's own inner functions; the
//! user wrote a function in a module. Only functions of the workspace's crates have such a path.

use hot_runtime::names::{BODY_PREFIX, SLOT_PREFIX};

/// The path of the function that a symbol belongs to, without its crate; `None` for code of other crates.
pub(crate) fn function_path(symbol: &str, crates: &[String]) -> Option<String> {
    let path = format!("{:#}", rustc_demangle::try_demangle(symbol).ok()?);
    let path = without_generics(&without_impl(&path));
    let mut segments: Vec<&str> = path.split("::").filter(|segment| !segment.is_empty()).collect();
    let owner = segments.first()?;
    if !crates.iter().any(|name| name == owner) {
        return None;
    }
    if segments.iter().any(|segment| segment.starts_with(SLOT_PREFIX)) {
        return None;
    }
    segments.remove(0);
    if let Some(inner) = segments.iter().position(|segment| segment.starts_with('{')) {
        segments.truncate(inner);
    }
    Some(without_body(segments))
}

/// Of a hot body the function: `update` of `__hot_update` beside it or inside it.
fn without_body(mut segments: Vec<&str>) -> String {
    let Some(at) = segments.iter().position(|segment| segment.starts_with(BODY_PREFIX)) else {
        return segments.join("::");
    };
    let function = segments[at].trim_start_matches(BODY_PREFIX);
    if at > 0 && segments[at - 1] == function {
        segments.remove(at);
    } else {
        segments[at] = function;
    }
    segments.join("::")
}

/// `a::T::f` of `<a::T>::f` and of `<a::T as b::Trait>::f`.
fn without_impl(path: &str) -> String {
    let Some(inside) = path.strip_prefix('<') else { return path.to_owned() };
    let Some(end) = closing(inside) else { return path.to_owned() };
    let (inner, rest) = (&inside[..end], &inside[end + 1..]);
    let of_type = top_level(inner, " as ").map_or(inner, |at| &inner[..at]);
    let of_type = of_type.trim_start_matches(['&', '*', '(', '[']);
    let of_type = ["mut ", "const ", "dyn "].iter().fold(of_type, |rest, word| rest.trim_start_matches(word));
    format!("{}{rest}", without_impl(of_type))
}

/// Where the `>` stands that closes the `<` before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1;
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        before = letter;
    }
    None
}

/// Where `wanted` stands outside all angle brackets.
fn top_level(text: &str, wanted: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 && text[at..].starts_with(wanted) => return Some(at),
            _ => {}
        }
    }
    None
}

/// Without `<..>` and the `::` of a turbofish.
fn without_generics(path: &str) -> String {
    let mut text = String::new();
    let mut rest = path;
    while let Some(open) = rest.find('<') {
        text.push_str(rest[..open].trim_end_matches("::"));
        match closing(&rest[open + 1..]) {
            Some(end) => rest = &rest[open + end + 2..],
            None => return text,
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: &str) {
        let path = without_generics(&without_impl(path));
        let segments: Vec<&str> = path.split("::").filter(|segment| !segment.is_empty()).collect();
        assert_eq!(without_body(segments), expected, "{path}");
    }

    #[test]
    fn a_path_is_what_the_user_wrote() {
        check("life::game::update", "life::game::update");
        check("life::game::update::__hot_update", "life::game::update");
        check("life::game::__hot_update", "life::game::update");
        check("<life::World>::__hot_step", "life::World::step");
        check("<life::World as core::fmt::Display>::fmt", "life::World::fmt");
        check("<life::Grid<u8> as core::ops::Index<usize>>::index", "life::Grid::index");
        check("life::largest::<u32>", "life::largest");
        check("<&life::World as life::Area>::area", "life::World::area");
        check("<life::Map<fn() -> u8>>::get", "life::Map::get");
    }

    #[test]
    fn only_the_workspace_has_functions_of_the_user() {
        let crates = ["life".to_owned()];
        assert_eq!(function_path("_RNvC4life4main", &crates).as_deref(), Some("main"));
        assert_eq!(function_path("_RNvC3std4main", &crates), None);
        assert_eq!(function_path("_RNCNvC4life4main0", &crates).as_deref(), Some("main"));
        assert_eq!(function_path("memcpy", &crates), None);
    }
}
