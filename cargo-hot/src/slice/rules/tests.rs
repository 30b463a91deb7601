//! Rows of a function, and why it is not compiled alone.

use super::Reason;
use crate::slice::index::Index;

#[track_caller]
fn reason(text: &str, expected: Option<Reason>) {
    let index = Index::of(text).expect("the text parses");
    assert_eq!(index.functions.first().expect("the text has a function").reason, expected, "{text}");
}

#[test]
fn a_function_whose_code_is_its_own_is_compiled_alone() {
    for text in [
        "fn f() {}",
        "pub(crate) unsafe extern \"C\" fn f(n: u8) -> u8 { n }",
        "fn f<'a>(text: &'a str) -> &'a str { text }",
        "fn f(go: &dyn Fn(u8) -> u8, then: fn(u8)) -> Box<dyn Fn()> { todo!() }",
        "#[inline(never)] fn f() {}",
        "#[inline] fn f() {}",
        "#[cfg_attr(inline, must_use)] fn f() {}",
        "impl Drop for T { fn drop(&mut self) {} }",
        "#[hot] fn f() {}",
        "#[hot] async fn f() {}",
        "impl T { #[hot(?Send)] async fn f(&self) {} }",
        "#[hot] impl T { async fn f(&self) {} }",
        "#[cfg(x)] #[allow(unused)] #[must_use] fn f() -> u8 { 1 }",
        "fn f() { fn inner<T>() {} const C: u8 = 1; use x::y; }",
        "fn f() { static A: u8 = 1; }",
        "fn f() { if true { static mut A: u8 = 1; } }",
        "fn f() { fn inner() { static A: u8 = 1; } }",
        "fn f() { const C: u8 = { static A: u8 = 1; A }; }",
        "fn f() { macro_rules! m { () => { static A: u8 = 1; } } }",
        "fn f() { std::any::type_name::<u8>(); }",
        "fn f<T>(value: T) {}",
        "fn f<const N: usize>() {}",
        "impl<T> A<T> { fn f(&self) {} }",
        "impl A { fn f<T>(&self) {} }",
        "impl T { fn f(&self) {} }",
        "impl<'a> T<'a> { fn f(&'a self) -> &'a str { self.0 } }",
        "impl Tr<u8> for T { fn f(self: Box<Self>) {} }",
        "impl T { fn f(self, (a, b): (u8, u8)) -> Self { self } }",
    ] {
        reason(text, None);
    }
}

#[test]
fn a_function_whose_code_is_elsewhere_too_is_not() {
    for (text, expected) in [
        ("const fn f() {}", Reason::ConstFn),
        ("async fn f() {}", Reason::Async),
        ("impl T { async fn f(&self) {} }", Reason::Async),
        ("fn f(value: impl Copy) {}", Reason::Generic),
        ("fn f(value: &[impl Copy]) {}", Reason::Generic),
        ("#[cfg_attr(x, inline(always))] fn f() {}", Reason::Inline),
        ("#[cfg_attr(x, must_use, track_caller)] fn f() {}", Reason::TrackCaller),
        ("#[inline(always)] fn f() {}", Reason::Inline),
        ("fn f() -> impl Copy {}", Reason::ReturnsImplTrait),
        ("fn f() -> Option<impl Copy> { None::<u8> }", Reason::ReturnsImplTrait),
        ("#[track_caller] fn f() {}", Reason::TrackCaller),
        ("#[test] fn f() {}", Reason::NotBuilt),
        ("#[bench] fn f() {}", Reason::NotBuilt),
        ("fn f() { static A: u8 = 1; { static A: u8 = 2; } }", Reason::HoldsItems),
        ("fn f() { static A: u8 = { struct B; 1 }; }", Reason::HoldsItems),
        ("fn f() { let _ = || { struct A; }; }", Reason::HoldsItems),
        ("fn f() { enum A {} }", Reason::HoldsItems),
        ("fn f() { union A { a: u8 } }", Reason::HoldsItems),
        ("fn f() { trait A {} }", Reason::HoldsItems),
        ("fn f() { type A = u8; }", Reason::HoldsItems),
        ("fn f() { impl T {} }", Reason::HoldsItems),
        ("fn f() { mod m {} }", Reason::HoldsItems),
        ("fn f() { thread_local! { static A: u8 = 1; } }", Reason::HoldsItems),
        ("fn f() { std::thread_local!(static A: u8 = 1); }", Reason::HoldsItems),
        ("fn f() { #[hot] fn inner() {} }", Reason::HoldsItems),
        ("fn f() { with!({ struct A; a }) }", Reason::HoldsItems),
        ("impl A { const fn f(&self) {} }", Reason::ConstFn),
        ("impl A { #[inline(always)] fn f(&self) {} }", Reason::Inline),
        ("trait A { fn f(&self) {} }", Reason::DefaultMethod),
    ] {
        reason(text, Some(expected));
    }
}

#[test]
fn a_reason_comes_with_an_edit_of_the_body() {
    let (old, new) = ("fn f() { 1; }", "fn f() { struct A; }");
    let mut index = Index::of(old).unwrap();
    index.update(old, new).unwrap();
    assert_eq!(index.functions[0].reason, Some(Reason::HoldsItems));
}

#[test]
fn every_reason_is_told_in_words_of_its_own() {
    let all = [
        Reason::ConstFn,
        Reason::Async,
        Reason::Generic,
        Reason::DefaultMethod,
        Reason::Inline,
        Reason::ReturnsImplTrait,
        Reason::TrackCaller,
        Reason::HoldsItems,
        Reason::NamesItself,
        Reason::Optimized,
        Reason::NoModule,
        Reason::BehindLink,
        Reason::NotParsed,
        Reason::OnlyPlaces,
        Reason::MoreThanBodies,
        Reason::SignatureChanged,
        Reason::FunctionRemoved,
        Reason::MethodAdded,
        Reason::NoPublicCopy,
        Reason::OldEdition,
        Reason::NotBuilt,
        Reason::NotFound,
        Reason::NoRoom,
        Reason::Static,
        Reason::NotCompiled,
        Reason::NotLinked,
        Reason::NoChange,
        Reason::NotConfirmed,
        Reason::Undone,
        Reason::NotTaken,
        Reason::Misfit,
        Reason::Asked,
    ];
    let texts: std::collections::BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), all.len());
}
