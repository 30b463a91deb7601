//! Rows of a crate, and which of its functions cannot name `get`, as it stays private.

use super::{Closed, Scope};
use std::path::Path;

/// Of a crate with the files `lib.rs`, `lazy.rs` and `other.rs`, both modules of the root.
#[track_caller]
fn check(lazy: &str, other: &str, expected: &[&str]) {
    let files = [("lib.rs", "mod lazy; mod other;"), ("lazy.rs", lazy), ("other.rs", other)];
    let mut closed = Closed::default();
    for (path, text) in files {
        closed.add(Path::new(path), &syn::parse_file(text).expect("the text parses"));
    }
    let paths = || files.into_iter().map(|(path, _)| Path::new(path));
    let is_hidden = |file: &'static str| {
        let around = [file, "lib.rs"].map(Path::new);
        closed.hides("get", &Scope::new(around.into_iter(), paths()))
    };
    let hidden: Vec<&str> = ["lazy.rs", "other.rs"].into_iter().filter(|file| is_hidden(file)).collect();
    assert_eq!(hidden, expected, "{lazy} {other}");
}

const USE: &str = "fn uses(cell: Lazy) { cell.get(); }";
const DEREF: &str = "impl Deref for Lazy { type Target = Inner; fn deref(&self) -> &Inner { self.1 } }";

#[test]
fn a_private_method_is_hidden_as_far_as_it_could_be_named() {
    let check = |visibility: &str, expected: &[&str]| {
        let lazy = format!("pub struct Lazy; {DEREF} impl Lazy {{ {visibility} fn get(&self) {{}} }}");
        check(&lazy, USE, expected);
    };
    check("", &["lazy.rs"]);
    check("pub(self)", &["lazy.rs"]);
    check("pub(super)", &["lazy.rs", "other.rs"]);
    check("pub(in crate::any)", &["lazy.rs", "other.rs"]);
    check("pub(crate)", &[]);
    check("pub", &[]);
}

#[test]
fn above_an_inner_module_is_its_file() {
    let check = |visibility: &str, expected: &[&str]| {
        let inner = format!("mod inner {{ pub struct Lazy; impl Lazy {{ {visibility} fn get(&self) {{}} }} }}");
        check(&format!("pub struct Lazy; {DEREF} {inner}"), USE, expected);
    };
    check("", &["lazy.rs"]);
    check("pub(super)", &["lazy.rs"]);
    check("pub(in crate::any)", &["lazy.rs", "other.rs"]);
}
