//! Rows of two sources and what the comparison says of them.

use std::collections::BTreeMap;

use super::*;

fn parse(source: &str) -> Vec<Shape> {
    shapes(&syn::parse_file(source).expect("the source parses"), &["game".to_owned()])
}

fn load(source: &str) -> BTreeMap<Key, Shape> {
    let mut loaded = BTreeMap::new();
    remember(&mut loaded, &parse(source));
    loaded
}

fn differences(loaded: &BTreeMap<Key, Shape>, source: &str) -> Vec<String> {
    let sentence = |change: ShapeChange| match change.difference {
        Difference::Text => change.path,
        Difference::Through { definition } => format!("{} through {definition}", change.path),
        Difference::InitialValue => format!("{} starts anew", change.path),
    };
    compare(loaded, &parse(source)).into_iter().map(sentence).collect()
}

#[track_caller]
fn check(before: &str, after: &str, expected: &[&str]) {
    assert_eq!(differences(&load(before), after), expected, "{before} and {after}");
}

#[track_caller]
fn check_paths(source: &str, expected: &[&str]) {
    let name = |shape: &Shape| format!("{:?} {}:{}", shape.kind, shape.path, shape.line);
    assert_eq!(parse(source).iter().map(name).collect::<Vec<_>>(), expected);
}

#[test]
fn every_shape_has_a_path() {
    check_paths("struct A;\nenum B {}", &["Struct game::A:1", "Enum game::B:2"]);
    check_paths("mod a { union B { c: u8 } trait D {} }", &["Union game::a::B:1", "Trait game::a::D:1"]);
    check_paths(
        "fn update() { static HITS: u8 = 0; struct A; }",
        &["Static game::update::HITS:1", "Struct game::update::A:1"],
    );
    check_paths(
        "impl<T> a::W<T> { fn b() { static C: u8 = 0; } const D: u8 = 0; }",
        &["Static game::W::b::C:1", "Const game::W::D:1"],
    );
    check_paths(
        "thread_local! { static A: u8 = 0;\n/// B\npub static B: &'static str = const { \"\" } }",
        &["Static game::A:1", "Static game::B:3"],
    );
    check_paths("fn a() { thread_local!(static B: u8 = 0); }", &["Static game::a::B:1"]);
    check_paths("lazy_static! { static ref A: u8 = 0; }", &["Static game::A:1"]);
    check_paths(
        "cfg_if! { if #[cfg(a)] { struct A; } else { struct A(u8); } }",
        &["Struct game::A:1", "Struct game::A:1"],
    );
    check_paths("#[hot] const fn a() {}", &["Const game::a:1", "Hot game::a:1"]);
    check_paths("use a::{self, b as c, d::*};", &["Import game::a:1", "Import game::c:1", "Import game::*:1"]);
    check_paths("impl A for B { type C = u8; }", &["Alias game::B::C:1"]);
}

#[test]
fn what_no_value_can_tell_is_no_change() {
    check(
        "struct A { b: u8 }",
        "/// Doc.\n#[derive(Debug)]\npub struct A {\n    /// Doc.\n    pub(crate) b: u8,\n}",
        &[],
    );
    check("struct A(B<C, D>);", "#[allow(x)]\npub struct A(\n    pub B<\n        C,\n        D,\n    >,\n);", &[]);
    check("#[derive(B)] enum A { C }", "enum A { #[default] C, }", &[]);
    check("struct A { b: u8 }", "struct A { #[serde(default)] b: u8 }", &[]);
    check("trait A { fn b(&self) { 1 } }", "pub trait A { fn b(\n&self,\n); }", &[]);
    check("trait A { const B: u8 = 1; }", "trait A { const B: u8 = 2; }", &[]);
    check("struct A;", "struct B;", &[]);
    check("const A: u8 = 1;", "const A: u8 = 2;", &[]);
    check("#[hot] fn a() {}", "#[hot] fn a(b: u8) {}", &[]);
}

#[test]
fn another_layout_is_a_change() {
    check("struct A { b: u8 }", "struct A { b: u16 }", &["game::A"]);
    check("struct A { b: u8, c: u8 }", "struct A { c: u8, b: u8 }", &["game::A"]);
    check("struct A { b: u8 }", "struct A { c: u8 }", &["game::A"]);
    check("struct A;", "#[repr(C)] struct A;", &["game::A"]);
    check("struct A { b: u8 }", "struct A { #[cfg(c)] b: u8 }", &["game::A"]);
    check("struct A<T>(T);", "struct A<T>(Box<T>);", &["game::A"]);
    check("struct A((B,));", "struct A((B));", &["game::A"]);
    check("enum A { B, C }", "enum A { C, B }", &["game::A"]);
    check("enum A { B = 1 }", "enum A { B = 2 }", &["game::A"]);
    check("union A { b: u8 }", "union A { b: u16 }", &["game::A"]);
    check("fn a() { struct B(u8); }", "fn a() { struct B(u16); }", &["game::a::B"]);
    check("#[cfg(a)] struct A; #[cfg(b)] struct A(u8);", "#[cfg(a)] struct A; #[cfg(b)] struct A(u16);", &["game::A"]);
}

#[test]
fn another_vtable_is_a_change() {
    check("trait A { fn b(); fn c(); }", "trait A { fn c(); fn b(); }", &["game::A"]);
    check("trait A { fn b(); }", "trait A { fn b(); fn c() {} }", &["game::A"]);
    check("trait A {}", "trait A: B {}", &["game::A"]);
    check("trait A { type B; }", "trait A { type B: C; }", &["game::A"]);
}

#[test]
fn a_static_keeps_its_type_and_its_value() {
    check("static A: u8 = 1;", "static A: u16 = 1;", &["game::A"]);
    check("static A: u8 = 1;", "static A: u8 = 2;", &["game::A starts anew"]);
    check("static A: u8 = 1;", "pub static A: u8 = 1;", &[]);
    check("thread_local! { static A: u8 = 1; }", "thread_local! { static A: u8 = 2; }", &["game::A starts anew"]);
}

#[test]
fn a_definition_changes_those_who_mention_it() {
    check("type A = u8; struct B(A);", "type A = u16; struct B(A);", &["game::B through game::A"]);
    check("type A = u8; static B: A = 1;", "type A = u16; static B: A = 1;", &["game::B through game::A"]);
    check(
        "type A = u8; trait B { fn c(a: A); }",
        "type A = u16; trait B { fn c(a: A); }",
        &["game::B through game::A"],
    );
    check("type A = u8; #[hot] fn b(a: A) {}", "type A = u16; #[hot] fn b(a: A) {}", &["game::b through game::A"]);
    check("type A = u8; fn b(a: A) {}", "type A = u16; fn b(a: A) {}", &[]);
    check(
        "const A: usize = 1; struct B([u8; A]);",
        "const A: usize = 2; struct B([u8; A]);",
        &["game::B through game::A"],
    );
    check("const A: i8 = 1; enum B { C = A }", "const A: i8 = 2; enum B { C = A }", &["game::B through game::A"]);
    check(
        "const A: usize = 1; const B: usize = A; type C = [u8; B]; struct D(C);",
        "const A: usize = 2; const B: usize = A; type C = [u8; B]; struct D(C);",
        &["game::D through game::A"],
    );
    check(
        "const fn a() -> usize { 1 } struct B([u8; a()]);",
        "const fn a() -> usize { 2 } struct B([u8; a()]);",
        &["game::B through game::a"],
    );
    check(
        "struct A([u8; Self::B]); impl A { const B: usize = 1; }",
        "struct A([u8; Self::B]); impl A { const B: usize = 2; }",
        &["game::A through game::A::B"],
    );
    check("struct A; struct B(A);", "type A = u8; struct B(A);", &["game::B through game::A"]);
    check("type A = u8; struct B(A);", "struct A; struct B(A);", &["game::B through game::A"]);
    check(
        "fn a() { type B = u8; struct C(B); }",
        "fn a() { type B = u16; struct C(B); }",
        &["game::a::C through game::a::B"],
    );
    check(
        "type A = u8; fn b() { struct C(A); }",
        "type A = u16; fn b() { struct C(A); }",
        &["game::b::C through game::A"],
    );
}

#[test]
fn a_definition_is_looked_up_where_the_compiler_would() {
    check("use a::M; struct B(M);", "use c::M; struct B(M);", &["game::B through game::M"]);
    check("use a::M; mod b { struct M; struct C(M); }", "use c::M; mod b { struct M; struct C(M); }", &[]);
    check(
        "mod a { pub const N: usize = 1; } use a::N; struct B([u8; N]);",
        "mod a { pub const N: usize = 2; } use a::N; struct B([u8; N]);",
        &["game::B through game::a::N"],
    );
    check(
        "mod a { pub const N: usize = 1; } use a as b; struct C([u8; b::N]);",
        "mod a { pub const N: usize = 2; } use a as b; struct C([u8; b::N]);",
        &["game::C through game::a::N"],
    );
    check(
        "const N: usize = 1; mod a { use super::*; struct B([u8; N]); }",
        "const N: usize = 2; mod a { use super::*; struct B([u8; N]); }",
        &["game::a::B through game::N"],
    );
    check(
        "const N: usize = 1; mod a { use super::*; const N: usize = 3; struct B([u8; N]); }",
        "const N: usize = 2; mod a { use super::*; const N: usize = 3; struct B([u8; N]); }",
        &[],
    );
    check(
        "const N: usize = 1; struct A<const N: usize>([u8; N]);",
        "const N: usize = 2; struct A<const N: usize>([u8; N]);",
        &[],
    );
    check("struct B(std::io::Error);", "mod a { use b::Error; } struct B(std::io::Error);", &[]);
}

#[test]
fn a_hot_function_is_known_by_its_signature() {
    check("type A = u8; #[hot] fn b(c: A) {}", "type A = u16; #[hot] fn b(mut d: A) {}", &["game::b through game::A"]);
    check(
        "type A = u8; impl B { #[hot] fn c(self, d: A,) {} }",
        "type A = u16; impl B { #[hot] fn c(mut self, _: A) {} }",
        &["game::B::c through game::A"],
    );
    check("#[hot] fn a(b: c::D) {}", "use c::D; #[hot] fn a(b: D) {}", &[]);
    let mut loaded = load("#[hot] fn a(b: c::D) {}");
    remember(&mut loaded, &parse("use c::D; #[hot] fn a(b: D) {}"));
    assert_eq!(differences(&loaded, "use e::D; #[hot] fn a(b: D) {}"), ["game::a through game::D"]);
}

#[test]
fn the_first_text_counts_for_ever() {
    let mut loaded = load("struct A(u8); static B: u8 = 1;");
    remember(&mut loaded, &parse("static B: u8 = 2; struct C(u8);"));
    assert_eq!(differences(&loaded, "struct A(u8); static B: u8 = 2;"), [""; 0]);
    assert_eq!(differences(&loaded, "struct A(u16); struct C(u16);"), ["game::A", "game::C"]);
}

#[test]
fn a_trait_follows() {
    let mut loaded = load("trait A {}");
    remember(&mut loaded, &parse("trait A { fn a(&self); }"));
    assert_eq!(differences(&loaded, "trait A { fn a(&self); }"), [""; 0]);
    assert_eq!(differences(&loaded, "trait A {}"), ["game::A"]);
}

#[test]
fn a_live_type_is_known_by_its_mark() {
    let loaded = load("#[hot] struct A(u8);");
    assert!(compare(&loaded, &parse("#[hot_runtime::hot] struct A(u16);"))[0].hot);
    assert!(!compare(&loaded, &parse("struct A(u16);"))[0].hot);
}
