//! Lists the functions of a file with the text by which two versions of it are told apart.
//!
//! Which of them a patch must hold is decided from machine code, elsewhere: this names them to the developer.

use syn::File;

use super::source::{self, Found};

/// A function with a body, however deep it is nested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Function {
    /// As a human writes it: `game::World::fmt`, whichever trait it implements.
    pub(crate) path: String,
    /// The line of its name, from 1.
    pub(crate) line: usize,
    /// Marked `#[hot]` itself, or a method of an `impl` that is.
    pub(crate) hot: bool,
    /// Of a trait or an implementation of one: an operator, say, calls it without its name.
    pub(crate) of_trait: bool,
    pub(crate) signature: String,
    pub(crate) body: String,
}

/// The functions of `file`, which is the module `module`, in the order of the text.
pub(crate) fn functions(file: &File, module: &[String]) -> Vec<Function> {
    let mut functions = Vec::new();
    source::scan(file, module, &mut |scope, found| {
        if let Found::Function { sig, body: Some(body), hot, of_trait } = found {
            functions.push(Function {
                path: scope.path(&sig.ident),
                line: sig.ident.span().start().line,
                hot,
                of_trait,
                signature: source::signature(sig),
                body: source::text(body),
            });
        }
    });
    functions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(source: &str) -> Vec<Function> {
        functions(&syn::parse_file(source).expect("the source parses"), &["game".to_owned()])
    }

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let line = |function: &Function| {
            format!("{}:{}{}", function.path, function.line, if function.hot { " hot" } else { "" })
        };
        assert_eq!(parse(source).iter().map(line).collect::<Vec<_>>(), expected);
    }

    #[track_caller]
    fn check_body(source: &str, latest: &str, same: bool) {
        assert_eq!(parse(source)[0].body == parse(latest)[0].body, same, "{source} and {latest}");
    }

    #[test]
    fn a_function_has_the_path_that_a_human_writes() {
        check("fn update() {}", &["game::update:1"]);
        check("mod a {\n pub\n fn b() {} }", &["game::a::b:3"]);
        check("impl World { fn step(&self) {} }", &["game::World::step:1"]);
        check("impl<T> fmt::Display for &mut a::World<T> { fn fmt() {} }", &["game::World::fmt:1"]);
        check("impl A for [u8; 4] { fn b() {} }", &["game::[u8;4]::b:1"]);
        check("trait A { fn b(); fn c() {} }", &["game::A::c:1"]);
        check("fn a() { fn b() { fn c() {} } }", &["game::a:1", "game::a::b:1", "game::a::b::c:1"]);
        check("fn a() { impl B { fn c() {} } }", &["game::a:1", "game::a::B::c:1"]);
        check("const _: () = { fn a() {} };", &["game::a:1"]);
        check("cfg_if! { if #[cfg(a)] { fn b() {} } else {\nfn b() {} } }", &["game::b:1", "game::b:2"]);
    }

    #[test]
    fn hot_is_what_is_marked_or_in_a_marked_impl() {
        check("#[hot]\nfn a() {}", &["game::a:2 hot"]);
        check("#[hot_runtime::hot(x)] fn a() { fn b() {} }", &["game::a:1 hot", "game::a::b:1"]);
        check("#[hot] impl A { fn b() { fn c() {} } }", &["game::A::b:1 hot", "game::A::b::c:1"]);
        check(
            "#[hot] impl A { fn b() { impl C { fn d() {} } } fn e() {} }",
            &["game::A::b:1 hot", "game::A::b::C::d:1", "game::A::e:1 hot"],
        );
        check("#[hot] trait A { fn b(); fn c() {} }", &["game::A::c:1 hot"]);
        check(
            "#[hot] mod a { fn b() { fn c() {} } const fn d() {} impl E { fn f() {} } mod g { fn h() {} } }",
            &["game::a::b:1 hot", "game::a::b::c:1", "game::a::d:1", "game::a::E::f:1 hot", "game::a::g::h:1 hot"],
        );
        check("#[cold] fn a() {}", &["game::a:1"]);
    }

    #[test]
    fn prose_and_formatting_are_no_change() {
        check_body("fn a() { b(c, d) }", "fn a() {\n    // why\n    b(\n        c,\n        d,\n    )\n}", true);
        check_body("fn a() { #[allow(x)] let b = 1; }", "fn a() { let b = 1; }", true);
        check_body("fn a() { let b: B<C, D>; }", "fn a() { let b: B<\nC,\nD,\n>; }", true);
        check_body("fn a() { 1 }", "fn a() { 2 }", false);
        check_body("fn a() { let b = (c,); }", "fn a() { let b = (c); }", false);
        check_body("fn a() { let b: (C<D, E>,); }", "fn a() { let b: (C<D, E>); }", false);
        check_body("fn a() { b[1] }", "fn a() { b(1) }", false);
        assert_eq!(parse("fn a(b: u8) {}")[0].signature, parse("fn a(\n    b: u8,\n) {}")[0].signature);
    }
}
