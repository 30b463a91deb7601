//! Rows of text in and text out, and what must hold for every file there is.

use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use walkdir::WalkDir;

use super::super::closed::Closed;
use super::{macros, publicize};

#[track_caller]
fn check(source: &str, expected: &str) {
    assert_eq!(publicize(source, &Closed::default()).expect("the source parses"), expected);
}

#[track_caller]
fn unchanged(source: &str) {
    check(source, source);
}

#[test]
fn each_kind_of_item_becomes_public() {
    check("fn a() {}", "pub fn a() {}");
    check("const unsafe extern \"C\" fn a() {}", "pub const unsafe extern \"C\" fn a() {}");
    check("async fn a() {}", "pub async fn a() {}");
    check("const A: u8 = 1;", "pub const A: u8 = 1;");
    check("static mut A: u8 = 1;", "pub static mut A: u8 = 1;");
    check("enum A { B { c: u8 }, D(u8) }", "pub enum A { B { c: u8 }, D(u8) }");
    check("struct A;", "pub struct A;");
    check("struct A { b: u8, pub c: u8 }", "pub struct A { pub b: u8, pub c: u8 }");
    check("struct A(u8, pub(crate) B);", "pub struct A(pub u8, pub        B);");
    check("struct A((u8, u8), &'static str);", "pub struct A(pub (u8, u8), pub &'static str);");
    check("struct A(crate::B, ::std::C);", "pub struct A(pub crate::B, pub ::std::C);");
    check("union A { b: u8 }", "pub union A { pub b: u8 }");
    check("unsafe trait A { fn b(); }", "pub unsafe trait A { fn b(); }");
    check("type A = u8;", "pub type A = u8;");
    check("mod a;", "pub mod a;");
    check("mod a { mod b { fn c() {} } }", "pub mod a { pub mod b { pub fn c() {} } }");
    unchanged("const _: () = ();");
}

#[test]
fn members_of_inherent_impls_become_public_and_those_of_traits_have_no_visibility() {
    check("impl A { const B: u8 = 1; fn c() {} }", "impl A { pub const B: u8 = 1; pub fn c() {} }");
    check("impl<T> A<T> { pub(super) fn c() {} }", "impl<T> A<T> { pub        fn c() {} }");
    unchanged("impl B for A { const C: u8 = 1; type D = u8; fn e() {} }");
    check("trait A { const B: u8; type C; fn d() {} }", "pub trait A { const B: u8; type C; fn d() {} }");
}

#[test]
fn foreign_items_become_public() {
    check("extern \"C\" { fn a(); }", "extern \"C\" { pub fn a(); }");
    check(
        "unsafe extern \"C\" { safe fn a(); unsafe fn b(); safe static C: u8; static D: u8; }",
        "unsafe extern \"C\" { pub safe fn a(); pub unsafe fn b(); pub safe static C: u8; pub static D: u8; }",
    );
}

#[test]
fn a_restriction_gives_way_to_as_many_spaces() {
    check("pub(crate) fn a() {}", "pub        fn a() {}");
    check("pub(self) fn a() {}", "pub       fn a() {}");
    check("pub (in crate::a) fn b() {}", "pub               fn b() {}");
    check("pub(in\r\n  crate) fn b() {}", "pub   \r\n         fn b() {}");
    check("pub(crate)fn a() {}", "pub       fn a() {}");
}

#[test]
fn imports_stay_as_private_as_they_are_and_restricted_ones_become_public() {
    unchanged("use a::b;");
    unchanged("extern crate a;");
    check("pub(crate) extern crate a;", "pub        extern crate a;");
    check("pub(crate) use a::{b, c::*};", "pub        use a::{b, c::*};");
}

#[test]
fn a_private_macro_cannot_be_exported() {
    unchanged("pub(crate) use macro_of_another_file;");
    unchanged("pub(crate) use macro_of_another_file as a;");
    unchanged("macro_rules! a { () => {} }\npub(crate) use a;");
    unchanged("macro_rules! a { () => {} }\npub(crate) use self::a as b;");
    unchanged("macro_rules! a { () => {} }\npub(crate) use {a as b, c};");
    unchanged("m! { pub(crate) use a; }\nmacro_rules! a { () => {} }");
    check(
        "#[macro_export]\nmacro_rules! a { () => {} }\npub(crate) use crate::a;",
        "#[macro_export]\nmacro_rules! a { () => {} }\npub        use crate::a;",
    );
}

#[test]
fn what_a_function_body_holds_is_left_alone() {
    check(
        "fn a() { struct B { c: u8 } pub(crate) fn d() {} }",
        "pub fn a() { struct B { c: u8 } pub(crate) fn d() {} }",
    );
    check("fn a() { m! { pub(crate) x } }", "pub fn a() { m! { pub(crate) x } }");
    check("static A: u8 = { fn b() {} 1 };", "pub static A: u8 = { fn b() {} 1 };");
}

#[test]
fn indentation_makes_room() {
    check("impl A {\n    fn b() {}\n}", "impl A {\npub fn b() {}\n}");
    check("impl A {\n        fn b() {}\n}", "impl A {\n    pub fn b() {}\n}");
    check("impl A {\n    #[b]\n    fn c() {}\n}", "impl A {\n    #[b]\npub fn c() {}\n}");
    check("impl A {\n    /// b\n    fn c() {}\n}", "impl A {\n    /// b\npub fn c() {}\n}");
    check("struct A {\n    b: u8,\n}", "pub struct A {\npub b: u8,\n}");
    check("mod a {    fn b() {}    fn c() {} }", "pub mod a {pub fn b() {}pub fn c() {} }");
}

#[test]
fn a_line_before_makes_room() {
    check("use a;\nfn b() {}", "use a; pub\nfn b() {}");
    check("use a;\r\n\r\nfn b() {}", "use a; pub\r\n\r\nfn b() {}");
    check("use a; // why\nfn b() {}", "use a; pub // why\nfn b() {}");
    check("use a; /* /* */ */\nfn b() {}", "use a; pub /* /* */ */\nfn b() {}");
    check("#[inline]\nfn b() {}", "#[inline] pub\nfn b() {}");
    check("/** doc */\nfn b() {}", "/** doc */ pub\nfn b() {}");
    check("impl A {\n\tfn b() {}\n}", "impl A { pub\n\tfn b() {}\n}");
    check("impl A {\n  fn b() {}\n}", "impl A { pub\n  fn b() {}\n}");
    check("mod a { /* é */\nfn b() {} }", "pub mod a { pub /* é */\nfn b() {} }");
    check("static A: &str = r#\"\nfn \"#;\nfn b() {}", "pub static A: &str = r#\"\nfn \"#; pub\nfn b() {}");
    check("//! Doc.\n\nfn a() {}", "//! Doc.\n pub\nfn a() {}");
    check("/// Doc.\n// why\nfn a() {}", "/// Doc.\n pub// why\nfn a() {}");
    check("// Licence\nfn a() {}", " pub// Licence\nfn a() {}");
    check("struct A(\n/// B.\n\nu8);", "pub struct A(\n/// B.\n pub\nu8);");
}

#[test]
fn a_column_is_given_up_only_where_nothing_else_works() {
    check("/// Doc.\nfn a() {}", "/// Doc.\npub fn a() {}");
    check("//! Doc.\r\nfn a() {}", "//! Doc.\r\npub fn a() {}");
    check("#[a] fn b() {}", "#[a] pub fn b() {}");
    check("use a; /* é */ fn b() {}", "use a; /* é */ pub fn b() {}");
    check("mod a {\tfn b() {} }", "pub mod a {\tpub fn b() {} }");
}

#[test]
fn what_stands_before_the_code_stays_there() {
    check("\u{feff}fn a() {}", "\u{feff}pub fn a() {}");
    check("\u{feff}\nfn a() {}", "\u{feff} pub\nfn a() {}");
    check("#!/bin/env run\nfn a() {}", "#!/bin/env run\npub fn a() {}");
    check("#!/bin/env run\n\nfn a() {}", "#!/bin/env run\n pub\nfn a() {}");
    check("#![no_std]\nfn a() {}", "#![no_std] pub\nfn a() {}");
    check("#! [no_std]\nfn a() {}", "#! [no_std] pub\nfn a() {}");
    unchanged("");
    unchanged("#!/bin/env run");
}

#[test]
fn non_exhaustive_is_dropped() {
    check("#[non_exhaustive] struct A;", "              pub struct A;");
    check("#[non_exhaustive]\npub enum A {}", "                 \npub enum A {}");
    check("pub enum A { #[non_exhaustive] B }", "pub enum A {                   B }");
    check("#[cfg_attr(a, non_exhaustive)]\npub struct A;", "#[cfg_attr(a,               )]\npub struct A;");
    check(
        "#[cfg_attr(non_exhaustive, non_exhaustive, b)]\npub struct A;",
        "#[cfg_attr(non_exhaustive,                 b)]\npub struct A;",
    );
}

#[test]
fn a_macro_expands_to_public_items_and_matches_what_it_did() {
    check(
        "macro_rules! a { (pub(crate) $b:ident) => { pub(crate) fn $b() {} }; ($v:vis) => { $v struct A; } }",
        "macro_rules! a { (pub(crate) $b:ident) => { pub        fn $b() {} }; ($v:vis) => { $v struct A; } }",
    );
    check(
        "macro_rules! a { () => { macro_rules! b { (pub(crate)) => { pub(super) } } } }",
        "macro_rules! a { () => { macro_rules! b { (pub(crate)) => { pub        } } } }",
    );
    check(
        "macro_rules! a { ($b:ident, $d:tt) => { macro_rules! $b { (pub(self)) => {} } } }",
        "macro_rules! a { ($b:ident, $d:tt) => { macro_rules! $b { (pub(self)) => {} } } }",
    );
    check("m! { pub(in a::b) struct A { pub(crate) b: u8 } }", "m! { pub          struct A { pub        b: u8 } }");
    check("m! { #[non_exhaustive] pub struct A; }", "m! {                   pub struct A; }");
    check("impl A { m!(pub(crate) b); }", "impl A { m!(pub        b); }");
    check("m! { pub(crate::a) }", "m! { pub(crate::a) }");
    unchanged("m! { struct A; pub (crate::B) pub($vis) }");
}

#[test]
fn known_macros_hold_ordinary_items() {
    check(
        "cfg_if::cfg_if! { if #[cfg(a)] { mod b; } else { pub(crate) fn c() {} } }",
        "cfg_if::cfg_if! { if #[cfg(a)] { pub mod b; } else { pub        fn c() {} } }",
    );
    check("cfg_if! { if #[cfg(a)] { = pub(crate) } }", "cfg_if! { if #[cfg(a)] { = pub        } }");
    check(
        "thread_local! {\n    /// B.\n    static A: &'static str = \"\";\n    #[c] static B: u8 = const { 1 };\n}",
        "thread_local! {\n    /// B.\npub static A: &'static str = \"\";\n    #[c] pub static B: u8 = const { 1 };\n}",
    );
    check("thread_local!(pub(crate) static A: u8 = 1);", "thread_local!(pub        static A: u8 = 1);");
    check("lazy_static! { static ref A: u8 = 1; }", "lazy_static! { pub static ref A: u8 = 1; }");
}

#[test]
fn what_does_not_parse_is_an_error() {
    assert!(publicize("fn a( {}", &Closed::default()).is_err());
    assert!(publicize("fn a {}", &Closed::default()).is_err());
}

#[test]
fn the_sources_of_this_workspace_keep_their_lines_and_tokens() {
    let files = check_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    assert!(files > 0);
}

/// The same for sources elsewhere: `PUBLICIZE=~/.cargo/registry/src cargo test -p cargo-hot -- --ignored publicize`.
#[test]
#[ignore = "needs a tree of sources in the variable PUBLICIZE"]
fn the_sources_of_another_tree_keep_their_lines_and_tokens() {
    let tree = std::env::var("PUBLICIZE").expect("PUBLICIZE names a directory");
    println!("{} files", check_tree(Path::new(&tree)));
}

/// Checks every file that parses, and says how many.
fn check_tree(root: &Path) -> usize {
    let outside_target = WalkDir::new(root).into_iter().filter_entry(|entry| entry.file_name() != "target");
    let mut files = 0;
    for entry in outside_target.map(|entry| entry.expect("the tree can be read")) {
        if entry.path().extension().is_some_and(|extension| extension == "rs") {
            files += usize::from(check_file(entry.path()));
        }
    }
    files
}

fn check_file(path: &Path) -> bool {
    let Ok(source) = std::fs::read_to_string(path) else { return false };
    if syn::parse_file(&source).is_err() {
        return false;
    }
    let name = path.display();
    let shadow = publicize(&source, &Closed::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(source.matches('\n').count(), shadow.matches('\n').count(), "{name}: lines");
    assert!(syn::parse_file(&shadow).is_ok(), "{name}: the shadow does not parse");
    assert_eq!(publicize(&shadow, &Closed::default()).expect("it parses"), shadow, "{name}: a second time");
    assert_eq!(essence(&source), essence(&shadow), "{name}: tokens");
    proc_macro2::extra::invalidate_current_thread_spans();
    true
}

/// The tokens of a file but for those that `publicize` may add or drop.
fn essence(source: &str) -> String {
    fn strip(tokens: TokenStream, kept: &mut String) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(ident) if ident == "pub" => {
                    let restriction =
                        |token: &TokenTree| matches!(token, TokenTree::Group(group) if macros::is_restriction(group));
                    tokens.next_if(restriction);
                }
                TokenTree::Ident(ident) if ident == "non_exhaustive" => {
                    tokens.next_if(|token| token.to_string() == ",");
                }
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    tokens.next_if(|token| token.to_string() == "[non_exhaustive]");
                }
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        _ => ("(", ")"),
                    };
                    kept.push_str(open);
                    strip(group.stream(), kept);
                    kept.push_str(close);
                }
                token => {
                    kept.push_str(&token.to_string());
                    kept.push(' ');
                }
            }
        }
    }
    let mut kept = String::new();
    let code = &source[super::text::code_start(source)..];
    strip(code.parse().expect("it parses"), &mut kept);
    kept
}

/// The file with its private members as the rest of the crate leaves them.
fn publicized_beside(source: &str, others: &str) -> String {
    let mut closed = Closed::default();
    for (path, text) in [("s.rs", source), ("others.rs", others)] {
        closed.add(Path::new(path), &syn::parse_file(text).expect("the source parses"));
    }
    publicize(source, &closed).expect("the source parses")
}

const PRIVATE: &str =
    "struct S { x: i32 }\nimpl S { fn own(&self) {} fn foo(&self) {} fn map(&self) {} }\nfn drop() {}";
const USES: &str = "trait T { fn foo(&self); } fn uses(s: S) { s.own(); S::foo(&s); m!(s.map()); s.x; }";

#[test]
fn a_private_method_that_would_be_taken_for_a_traits_stays_private() {
    let check = |source: &str, others: &str, closed: &[&str]| {
        let shadow = publicized_beside(source, &format!("{USES} {others}"));
        let shadow = shadow.split_whitespace().collect::<Vec<_>>().join(" ");
        for name in ["own", "foo", "map"] {
            assert_eq!(
                !shadow.contains(&format!("pub fn {name}")),
                closed.contains(&name),
                "{name}, {others}: {shadow}"
            );
        }
        assert!(shadow.contains("pub x") && !shadow.contains("pub fn drop"), "{shadow}");
    };
    check(PRIVATE, "", &[]);
    check(PRIVATE, "impl T for Other {} impl Iterator for Other {}", &[]);
    check(PRIVATE, "impl T for S {}", &["foo"]);
    check(PRIVATE, "impl a::T for &mut S {}", &["foo"]);
    check(PRIVATE, "impl<X> T for X {}", &["foo"]);
    check(PRIVATE, "impl<X: Copy + T + ?Sized> T for &X {}", &[]);
    check(PRIVATE, "impl<X: T> T for &mut X {} impl T for S {}", &["foo"]);
    check(PRIVATE, "impl<X: other::T> T for &X {}", &["foo"]);
    check(PRIVATE, "impl<X: T<u8>> T<i8> for &X {}", &["foo"]);
    check(PRIVATE, "impl Iterator for S {}", &["map"]);
    check(PRIVATE, "impl foreign::Unknown for S { fn more() {} }", &["foo", "map"]);
    check(PRIVATE, "macro_rules! m { ($of:ty) => { impl T for $of {} } }", &["foo"]);
    check(PRIVATE, "macro_rules! m { ($it:ident) => { impl $it for u8 {} } }", &["foo", "map"]);
    check(PRIVATE, "foreign::m! { S }", &["foo", "map"]);
    check(&PRIVATE.replace("fn foo", "pub(crate) fn foo"), "impl T for S {}", &[]);
    check(&PRIVATE.replace("fn foo", "pub(super) fn foo"), "impl T for S {}", &["foo"]);
    check(&format!("#[derive(Debug, Clone)] {PRIVATE}"), "", &[]);
    check(&format!("#[derive(foreign::Unknown)] {PRIVATE}"), "", &["foo", "map"]);
    check(&format!("#[cfg_attr(test, derive(PartialOrd))] {PRIVATE}"), "", &[]);
    check(&format!("#[foreign::unknown] {PRIVATE}"), "", &["foo", "map"]);
    check(&PRIVATE.replace("struct S {", "type S = Of<u8>; struct Of<X> {"), "", &["foo", "map"]);
}

#[test]
fn what_would_be_taken_for_a_member_behind_deref_stays_private() {
    let deref = |target: &str, uses: &str| {
        let deref = format!("type Target = {target}; fn deref(&self) -> &{target} {{ &0 }}");
        publicized_beside(PRIVATE, &format!("impl std::ops::Deref for S {{ {deref} }} {uses}"))
    };
    let closed = deref("Inner", USES);
    assert!(!closed.contains("pub x") && !closed.contains("pub fn own"), "{closed}");
    let unasked = deref("Inner", "");
    assert!(unasked.contains("pub x") && unasked.contains("pub fn own"), "{unasked}");
    let without_fields = deref("[u8]", USES);
    assert!(without_fields.contains("pub x") && !without_fields.contains("pub fn own"), "{without_fields}");
}
