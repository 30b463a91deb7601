//! Rows of a text and its slice: what is kept has its line and its column.

use super::{Carved, HOST, Original, carve};
use crate::slice::index::{Entry, Index};
use crate::slice::rules::Reason;
use quote::ToTokens as _;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The slice of a file at the root of its crate, with the functions of these names, all of them new to the host: then
/// nothing is written beside them but what their modules need.
fn slice(text: &str, names: &[&str]) -> Result<String, Reason> {
    let index = Index::of(text).expect("the text parses");
    let chosen: BTreeMap<usize, Vec<Original>> = index
        .functions
        .iter()
        .enumerate()
        .filter(|(_, function)| names.contains(&function.path.as_str()))
        .map(|(number, _)| (number, Vec::new()))
        .collect();
    assert_eq!(chosen.len(), names.len(), "every name is one function of {text:?}");
    let files = BTreeMap::new();
    carve(&Carved {
        text,
        index: &index,
        module: &[],
        chosen: &chosen,
        private: &BTreeSet::new(),
        constants: &[],
        files: &files,
    })
}

/// Without the names that a module brings from the host, which a line of its own in the root shows.
fn shown(text: &str, names: &[&str]) -> String {
    let slice = slice(text, names).expect("there is room for all");
    let mut shown = slice.replace(&format!(" pub use ::{HOST}::*;\n"), "");
    for module in ["a", "a::b"] {
        shown = shown.replace(&format!(" pub use ::{HOST}::{module}::*;"), "");
    }
    shown
}

#[track_caller]
fn check(text: &str, names: &[&str], expected: &str) {
    assert_eq!(shown(text, names), expected, "{names:?} of {text:?}");
}

#[test]
fn a_free_function_stands_where_it_stood() {
    check("pub fn f() { 1; }", &["f"], "pub fn f() { 1; }");
    check("struct A;\npub fn f() { 1; }\nfn g() {}\n", &["f"], "\npub fn f() { 1; }");
    check("fn g() {} pub fn f() {\n    1;\n} fn h() {}", &["f"], "          pub fn f() {\n    1;\n}");
    check("pub fn f() {}\npub fn g() {}\npub fn h() {}", &["f", "h"], "pub fn f() {}\n\npub fn h() {}");
    check("/// Doc.\n#[a]\n#[b(c)] pub fn f() {}", &["f"], "\n#[a]\n#[b(c)] pub fn f() {}");
    check("pub unsafe extern \"C\" fn f() {}", &["f"], "pub unsafe extern \"C\" fn f() {}");
}

#[test]
fn an_async_method_that_is_hot_gives_back_a_box() {
    let slice = slice("impl T {\n    #[hot(?Send)]\n    async fn f(&self) {}\n}", &["T::f"]).expect("there is room");
    let method = slice.lines().nth(2).expect("the method's line");
    assert!(slice.contains("{#[::hot_runtime::hot_body(? Send)] \n"), "{slice}");
    assert!(method.starts_with("    async fn ") && method.contains("(&self) {}"), "{slice}");
    assert!(!slice.contains("#[hot"), "{slice}");
}

#[test]
fn conditions_of_several_lines_move_nothing() {
    for condition in [
        "#[cfg(all())]",
        "#[cfg(\n    all()\n)]",
        "#[cfg(\r\n    all()\r\n)]",
        "#[cfg_attr(\n    all(), // all\n    expect(unused, reason = \"one \\\n        and\n two\")\n)]",
    ] {
        for (open, name) in [("mod a {", "f"), ("impl T {", "T::f"), ("impl A for T {", "T::f")] {
            let text = format!("{condition}\n{open}\n    fn f() {{ 1; }}\n}}\n");
            let slice = slice(&text, &[name]).expect("there is room");
            let body = |text: &str| text.lines().position(|line| line.find("{ 1; }") == Some(11));
            let body = |text: &str| body(&text.replace(|letter: char| !letter.is_ascii(), "f"));
            assert_eq!(body(&slice), body(&text), "{slice}\nof\n{text}");
            assert!(body(&text).is_some() && syn::parse_file(&slice).is_ok(), "{slice}\nof\n{text}");
        }
    }
}

#[test]
fn characters_are_counted_and_not_bytes() {
    check("/* äöü */ pub fn f() {}", &["f"], "          pub fn f() {}");
    check("\u{feff}pub fn f() {}", &["f"], "pub fn f() {}");
    check("\u{feff}fn g() {} pub fn f() {}", &["f"], "          pub fn f() {}");
    check("fn g() {}\r\npub fn f() {\r\n}\r\n", &["f"], "\npub fn f() {\r\n}");
}

#[test]
fn uses_macros_and_attributes_are_kept() {
    let text = "#![no_std]\n//! Doc.\nuse x::y; extern crate z;\nmacro_rules! m { () => {} }\nm!();\npub fn f() {}";
    let expected = "#![no_std]\n\nuse x::y; extern crate z;\nmacro_rules! m { () => {} }\n\npub fn f() {}";
    check(text, &["f"], expected);
}

#[test]
fn a_module_is_there_for_what_is_in_it() {
    check("mod a {\npub fn f() {} }\nmod c { fn g() {} }", &["f"], " pub mod a {\npub fn f() {}}");
    check(
        "mod a {\n    mod b {\n        pub fn f() {}\n    }\n}",
        &["f"],
        " pub mod a { pub mod b {\n\n        pub fn f() {}}}",
    );
    check(
        "mod a {\nmacro_rules! m { () => {} } }\npub fn f() {}",
        &["f"],
        " pub mod a {\nmacro_rules! m { () => {} }}\npub fn f() {}",
    );
}

#[test]
fn what_must_stand_on_one_line_needs_room() {
    assert_eq!(slice("mod a { pub fn f() {} }", &["f"]), Err(Reason::NoRoom));
    check("\nmod a { pub fn f() {} }", &["f"], " pub mod a {\n        pub fn f() {}}");
}

#[test]
fn a_private_function_is_public_in_its_slice() {
    for text in ["fn f() {}", "\n\nfn f() {}", "\n    fn f() {}", "pub(crate) fn f() {}", "mod a {\n    fn f() {}\n}"] {
        let slice = slice(text, &["f"]).expect("there is room");
        let file = syn::parse_file(&slice).expect("a slice is Rust");
        let is_public =
            |item: &syn::Item| matches!(item, syn::Item::Fn(found) if matches!(found.vis, syn::Visibility::Public(_)));
        let found = file.items.iter().any(|item| match item {
            syn::Item::Mod(found) => found.content.iter().flat_map(|(_, items)| items).any(is_public),
            item => is_public(item),
        });
        // On the first line there may be no room for it.
        assert!(found || text.starts_with("fn"), "{slice:?}");
    }
}

#[test]
fn every_token_of_a_chosen_function_keeps_its_place() {
    let text = "\
use x::y;
struct T<'a>(&'a str);
impl<'a> T<'a> {
    const C: u8 = 1;
    /// Doc.
    pub(crate) fn method(&self, (one, _): (u8, u8)) -> u8 {
        let unchanged = one; unchanged + Self::C
    }
    fn other(&self) {}
}
impl Tr for T<'_> { fn way(self: Box<Self>) {} fn off(&self) {} }
mod inner { fn deep() { \"äöü\"; deep() } }
fn free() {
    free()
}
";
    let slice = slice(text, &["T<'a>::method", "T<'_>::off", "deep", "free"]).expect("there is room");
    syn::parse_file(&slice).expect("a slice is Rust");
    let place = |text: &str, part: &str| {
        let at = text.find(part).unwrap_or_else(|| panic!("{part:?} is in {text}"));
        let line_start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        (text[..at].matches('\n').count(), text[line_start..at].chars().count())
    };
    for part in ["use x::y;", "(&self, (one", "let unchanged", "unchanged + Self::C", "(&self) {} }"] {
        let part = part.trim_end_matches(" }");
        if part == "(&self) {}" {
            continue;
        }
        assert_eq!(place(&slice, part), place(text, part), "{part:?} in {slice}");
    }
    for part in ["\"äöü\"", "free()\n"] {
        assert_eq!(place(&slice, part.trim_end()).0, place(text, part.trim_end()).0, "{part:?} in {slice}");
    }
    assert!(!slice.contains("fn other") && !slice.contains("fn way"), "{slice}");
}

#[test]
fn what_the_host_has_is_compared_by_address() {
    let text = "pub fn f() {}\nimpl T { fn g(&self) {} }\nimpl Tr<u8> for T { fn h(&self) {} }\n";
    let index = Index::of(text).unwrap();
    let original = |number| vec![Original { number, instance: None }];
    let chosen: BTreeMap<usize, Vec<Original>> = (0..3).map(|number| (number, original(number + 5))).collect();
    let files = BTreeMap::new();
    let module = ["m".to_owned()];
    let carved = Carved {
        text,
        index: &index,
        module: &module,
        chosen: &chosen,
        private: &BTreeSet::new(),
        constants: &[],
        files: &files,
    };
    let slice = carve(&carved).unwrap();
    syn::parse_file(&slice).expect("a slice is Rust");
    for wanted in [
        format!("pub fn {}5() -> *const () {{ self::f as *const () }}", super::OF_SLICE),
        format!("pub fn {}5() -> *const () {{ ::{HOST}::m::f as *const () }}", super::OF_HOST),
        "{ <T>::g as *const () }".to_owned(),
        "{ <T as Tr < u8 >>::h as *const () }".to_owned(),
    ] {
        assert!(slice.contains(&wanted), "{wanted} in {slice}");
    }
}

#[test]
fn only_new_constants_and_needed_files_are_kept() {
    let text = "const OLD: u8 = 1;\nconst NEW: u8 = 2;\nmod one;\nmod two;\n";
    let index = Index::of(text).unwrap();
    let hash = |entry: &Entry| match entry {
        Entry::Kept { hash, .. } => Some(*hash),
        _ => None,
    };
    let hashes: Vec<u64> = index.entries.iter().filter_map(hash).collect();
    let chosen = BTreeMap::new();
    let files = BTreeMap::from([(1, Path::new("/s/two.rs"))]);
    let carved = Carved {
        text,
        index: &index,
        module: &[],
        chosen: &chosen,
        private: &BTreeSet::new(),
        constants: &hashes[1..],
        files: &files,
    };
    let slice = carve(&carved).unwrap();
    assert!(slice.starts_with("\nconst NEW: u8 = 2;"), "{slice}");
    assert!(slice.contains("#[path = \"/s/two.rs\"] pub mod two;") && !slice.contains("one"), "{slice}");
}

#[test]
fn names_of_a_module_win_over_those_of_its_globs() {
    let text = "use x::*;\nfn f() {}\nfn g() {}\nstruct S;\n#[cfg(x)] fn maybe() {}\nfn drop() {}\n";
    let slice = slice(text, &["f"]).unwrap();
    let brought: BTreeSet<&str> = ["g", "S"].into();
    let list = slice.split_once(&format!("::{HOST}::{{")).expect("it brings them by name").1.split_once('}').unwrap().0;
    assert_eq!(list.split(", ").collect::<BTreeSet<_>>(), brought, "{slice}");
}

#[test]
fn a_trait_is_in_scope_in_its_own_impls_alone() {
    let text = "struct T;\nimpl a::A for T { fn f(&self) {} }\n#[cfg(x)]\nimpl<'a> B<'a> for T { fn h(&self) {} }\nimpl T { fn g(&self) {} }";
    let slice = slice(text, &["T::f", "T::h", "T::g"]).expect("there is room");
    let file = syn::parse_file(&slice).expect("a slice is Rust");
    let imports = file.items.iter().filter_map(|item| match item {
        syn::Item::Const(item) => Some(item.to_token_stream().to_string()),
        _ => None,
    });
    let imports: Vec<_> = imports.map(|text| text.split_once(" as _ ;").expect("it imports").0.to_owned()).collect();
    let import = "const _ : () = { # [allow (unused_imports)] use";
    assert_eq!(imports, [format!("{import} a :: A"), format!("# [cfg (x)] {import} B")], "{slice}");
    assert_eq!(slice.matches(" as _;").count(), 2, "{slice}");
}
