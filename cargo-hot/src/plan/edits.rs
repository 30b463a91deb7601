//! Which functions a save changed by their text, and which of them a function may hold inlined.
//!
//! An optimizer copies functions into their callers, so a caller may have other code though its text is the same, or
//! other code for no reason at all. Texts tell the two apart: a function holds at most those that it names, those that
//! they name, and so on up to the hot ones, which are never inlined.

use crate::plan::functions::{Function, functions};
use crate::plan::source::{self, Found};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use syn::File;

/// A file of the program, and what it held when the user was last told about it.
#[derive(Debug)]
pub(crate) struct Source<'text> {
    pub(crate) file: &'text Path,
    pub(crate) module: Vec<String>,
    pub(crate) text: &'text [u8],
    pub(crate) told: Option<&'text [u8]>,
}

/// A function with another text than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edited {
    pub(crate) path: String,
    pub(crate) file: PathBuf,
    pub(crate) line: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Edits {
    edited: Vec<Edited>,
    /// Whether anything else changed, or a function in a way that is not for its callers alone to hold.
    is_wider: bool,
    /// By path, the functions that others may hold, each with the names in its body.
    bodies: FxHashMap<String, FxHashSet<String>>,
    /// By the last name of a path, the paths.
    paths: FxHashMap<String, Vec<String>>,
    /// Paths of functions that are called without being named, or by macros and constants.
    anywhere: Vec<String>,
}

impl Edits {
    pub(crate) fn of<'text>(sources: impl Iterator<Item = Source<'text>>) -> Self {
        let mut edits = Self::default();
        let mut named_anywhere = FxHashSet::default();
        for source in sources {
            let is_rust = source.file.extension().is_some_and(|extension| extension == "rs");
            let Some(file) = parse(source.text).filter(|_| is_rust) else {
                edits.is_wider |= is_rust || source.told.is_some();
                continue;
            };
            let functions = functions(&file, &source.module);
            if let Some(told) = source.told {
                edits.compare(&source, &file, &functions, told);
            }
            names_outside_functions(&file, &mut named_anywhere);
            functions.into_iter().filter(is_held).for_each(|function| edits.note(function));
        }
        edits.anywhere.extend(named_anywhere.iter().filter_map(|name| edits.paths.get(name)).flatten().cloned());
        // Every text that was parsed is kept for its spans until told otherwise, and no span outlives this.
        proc_macro2::extra::invalidate_current_thread_spans();
        edits
    }

    /// Whether the sources have a function with this path that others may hold.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.bodies.contains_key(path)
    }

    pub(crate) fn is_edited(&self, path: &str) -> bool {
        self.edited.iter().any(|edited| edited.path == path)
    }

    /// Whether functions alone changed, so that all that differs follows from them.
    pub(crate) fn are_of_functions(&self) -> bool {
        !self.is_wider && !self.edited.is_empty()
    }

    /// The changed functions that the one with this path may hold inlined.
    pub(crate) fn within(&self, path: &str) -> Vec<&Edited> {
        let mut open: Vec<&str> = vec![path];
        open.extend(self.anywhere.iter().map(String::as_str));
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        while let Some(path) = open.pop() {
            if seen.insert(path) {
                let names = self.bodies.get(path).into_iter().flatten();
                open.extend(names.filter_map(|name| self.paths.get(name)).flatten().map(String::as_str));
            }
        }
        self.edited.iter().filter(|edited| edited.path != path && seen.contains(edited.path.as_str())).collect()
    }

    fn compare(&mut self, source: &Source<'_>, file: &File, functions: &[Function], told: &[u8]) {
        let Some(old_file) = parse(told) else {
            self.is_wider = true;
            return;
        };
        let old = self::functions(&old_file, &source.module);
        self.is_wider |= around(&old_file, &old) != around(file, functions);
        for function in functions {
            let was = old.iter().find(|old| old.path == function.path);
            if was.is_some_and(|old| old.body != function.body || says_where(&function.body)) {
                // What such a function returns, or is worth, its callers are compiled for; of a hot one that is a box.
                let has_callers = ["const ", "async ", "impl "].iter().any(|word| function.signature.contains(word));
                self.is_wider |= has_callers && is_held(function);
                let (path, file, line) = (function.path.clone(), source.file.to_owned(), function.line as u64);
                self.edited.push(Edited { path, file, line });
            }
        }
    }

    fn note(&mut self, function: Function) {
        let name = function.path.rsplit("::").next().unwrap_or_default();
        self.paths.entry(name.to_owned()).or_default().push(function.path.clone());
        if function.of_trait {
            self.anywhere.push(function.path.clone());
        }
        self.bodies.entry(function.path).or_default().extend(identifiers(&function.body));
    }
}

/// Whether a body has in it where it stands, which an edit above it, or of the blanks before it, changes.
fn says_where(body: &str) -> bool {
    ["line", "column"].iter().any(|name| body.contains(&format!("{name} !")) || body.contains(&format!("{name}!")))
}

/// Whether callers may hold it, or what is inside it: of a hot function, the closures behind an `impl Trait`.
fn is_held(function: &Function) -> bool {
    !function.hot || function.signature.contains("impl ")
}

fn parse(text: &[u8]) -> Option<File> {
    syn::parse_file(std::str::from_utf8(text).ok()?).ok()
}

/// The text of a file without the bodies of its functions.
fn around(file: &File, functions: &[Function]) -> String {
    functions.iter().fold(source::text(file), |text, function| text.replacen(&function.body, "", 1))
}

fn names_outside_functions(file: &File, names: &mut FxHashSet<String>) {
    source::scan(file, &[], &mut |_, found| match found {
        Found::Macro(item) => names.extend(identifiers(&item.tokens.to_string())),
        Found::Const { value, .. } | Found::Static { value, .. } => names.extend(identifiers(&source::text(value))),
        _ => {}
    });
}

fn identifiers(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.filter(|word| !word.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(old: &str, new: &str) -> Edits {
        let (text, told) = (new.as_bytes(), Some(old.as_bytes()));
        Edits::of([Source { file: Path::new("main.rs"), module: Vec::new(), text, told }].into_iter())
    }

    /// What an edit of `change` to `changed` in `text` is taken to reach in `main`.
    #[track_caller]
    fn check(text: &str, change: &str, changed: &str, within_main: &[&str]) {
        let edits = edits(text, &text.replace(change, changed));
        assert!(edits.are_of_functions(), "{text}");
        assert_eq!(edits.within("main").iter().map(|edited| edited.path.as_str()).collect::<Vec<_>>(), within_main);
    }

    #[test]
    fn a_function_may_hold_what_it_names() {
        check("fn main() { a() } fn a() { 1 }", "1", "2", &["a"]);
        check("fn main() { a() } fn a() { b::c() } mod b { fn c() { 1 } }", "1", "2", &["b::c"]);
        check("fn main() { println!(\"{}\", a()) } fn a() { 1 }", "1", "2", &["a"]);
        check("fn main() { } fn a() { 1 }", "1", "2", &[]);
        check("fn main() { 1 }", "1", "2", &[]);
    }

    #[test]
    fn a_hot_function_is_held_by_none() {
        check("fn main() { a() } #[hot] fn a() { 1 }", "1", "2", &[]);
        check("fn main() { a() } #[hot] fn a() { b() } fn b() { 1 }", "1", "2", &[]);
    }

    #[test]
    fn a_name_may_be_left_out() {
        check("fn main() { 0 + 0 } impl Add for A { fn add() { 1 } }", "1", "2", &["A::add"]);
        check("fn main() { m!() } macro_rules! m { () => { a() } } fn a() { 1 }", "1", "2", &["a"]);
        check("fn main() { A() } const A: fn() = a; fn a() { 1 }", "1", "2", &["a"]);
    }

    #[test]
    fn a_function_that_says_where_it_stands_changes_with_that() {
        let is_edited = |old: &str, new: &str| edits(old, new).is_edited("a");
        assert!(is_edited("fn a() { column!() }", "fn a() {  column!() }"));
        assert!(is_edited("fn b() {} fn a() { line!() }", "fn b() {\n} fn a() { line!() }"));
        assert!(!is_edited("fn b() {} fn a() { line(1) }", "fn b() {\n} fn a() { line(1) }"));
    }

    #[test]
    fn what_is_no_function_may_be_anywhere() {
        let of_functions = |old: &str, new: &str| edits(old, new).are_of_functions();
        assert!(of_functions("fn a() { 1 }", "fn a() { 2 }"));
        assert!(!of_functions("const A: u8 = 1; fn a() { 1 }", "const A: u8 = 2; fn a() { 2 }"));
        assert!(!of_functions("const fn a() { 1 }", "const fn a() { 2 }"));
        assert!(!of_functions("fn a() -> impl B { 1 }", "fn a() -> impl B { 2 }"));
        assert!(!of_functions("async fn a() { 1 }", "async fn a() { 2 }"));
        assert!(of_functions("#[hot] async fn a() { 1 }", "#[hot] async fn a() { 2 }"));
        assert!(!of_functions("fn a() { 1 }", "fn a() { 1 }"));
    }
}
