//! Which callers of an instance may run its newest body.
//!
//! A closure, a future and a type inside a function belong to the code around them: they change with it, and keep their
//! names. A caller that stays old hands its own to a hot generic function, whose newest body knows the newest alone. So the
//! bodies of such an instance that callers know are told apart by what the process has of the closure.

use crate::image::{Generation, Image, Instance};
use crate::objects::lines::is_closure;
use crate::objects::{Build, Name, Names};
use rustc_hash::FxHashSet;

/// The loaded bodies of an instance whose callers the newest one fits, and the function that brings another, if one does.
#[derive(Debug, Default)]
pub(super) struct Callers {
    pub(super) known: Vec<Instance>,
    /// Its newest code is not loaded, and it goes on with the body it has.
    pub(super) left: Option<Name>,
}

impl Callers {
    /// Whether the newest `body` fits the code of `user` that is loaded, by the body that this brings.
    pub(super) fn fits(&self, body: Name, user: Name, image: &Image) -> bool {
        let newest = |name, until| {
            let generations = image.all(name).iter().map(|instance| instance.generation);
            generations.filter(|generation| *generation <= until).max()
        };
        let Some(user) = newest(user, Generation::MAX) else { return true };
        newest(body, user).is_none_or(|brought| self.known.iter().any(|known| known.generation == brought))
    }
}

/// `dirty` are the functions whose newest code is not what is loaded.
pub(super) fn callers(body: Name, dirty: &FxHashSet<Name>, image: &Image, build: &Build, names: &Names) -> Callers {
    let symbol = names.text(body);
    let path = rustc_demangle::demangle(symbol).to_string();
    let process = Process { dirty, image, build, names };
    let mut since: Option<Generation> = Some(0);
    let mut around = None;
    for closure in closures(&path) {
        since = later(since, process.has_closure_since(closure));
        around = around.or_else(|| build.symbols(function_of(closure)).next());
    }
    if holds_local_type(symbol) {
        let of = |parent| build.symbols(parent).collect::<Vec<_>>();
        let functions = parents(&path).map(of).find(|functions| !functions.is_empty()).unwrap_or_default();
        since = later(since, process.has_all_since(&functions));
        around = around.or(functions.first().copied());
    }
    let (known, left): (Vec<_>, Vec<_>) =
        image.all(body).iter().copied().partition(|loaded| since.is_some_and(|since| loaded.generation >= since));
    // Where nothing is known of them, the function speaks for those that call it.
    let caller = around.filter(|around| dirty.contains(around)).or(Some(body).filter(|_| since.is_none()));
    Callers { known, left: caller.filter(|_| !left.is_empty()) }
}

/// `None` if either is.
fn later(one: Option<Generation>, other: Option<Generation>) -> Option<Generation> {
    one.zip(other).map(|(one, other)| one.max(other))
}

/// What the process has of the code that callers are, or bring.
struct Process<'session> {
    dirty: &'session FxHashSet<Name>,
    image: &'session Image,
    build: &'session Build,
    names: &'session Names,
}

impl Process<'_> {
    /// Since when values of this closure are made as the newest build makes them; `None` if they are not.
    fn has_closure_since(&self, closure: &str) -> Option<Generation> {
        let (codes, new): (Vec<Name>, Vec<Name>) =
            self.build.symbols(closure).partition(|code| self.image.is_loaded(*code));
        let by_makers = || self.has_makers_since(closure);
        // One that nobody calls, or called before, has no code.
        if codes.is_empty() {
            return by_makers();
        }
        let by_code = self.has_all_since(&codes);
        let by_code = if new.is_empty() { by_code } else { later(by_code, by_makers()) };
        // A future's code says what is in it, too.
        let is_closure = |code: &Name| {
            let mut places = self.build.places(*code).iter();
            places.next().is_some_and(|place| is_closure(self.build.object(*place), self.names.text(*code)))
        };
        by_code.or_else(|| if codes.iter().all(is_closure) { by_makers() } else { None })
    }

    /// What makes a closure says what is in it, and the closure's own code only what becomes of that.
    fn has_makers_since(&self, closure: &str) -> Option<Generation> {
        let (maker, _) = closure.rsplit_once(CLOSURE)?;
        self.has_all_since(&self.build.symbols(maker).collect::<Vec<_>>())
    }

    /// Functions of one name within one have the same path: all of them must be as they are known.
    fn has_all_since(&self, codes: &[Name]) -> Option<Generation> {
        let since: Option<Vec<Generation>> = codes.iter().map(|code| self.has_since(*code)).collect();
        since?.into_iter().max()
    }

    /// Since when what is loaded of a function is as in the newest build. Lines are no part of what a value is made of.
    fn has_since(&self, code: Name) -> Option<Generation> {
        let content = |loaded: &Instance| loaded.digest.map(|digest| digest.without_lines);
        let mut loaded = self.image.all(code).iter().rev();
        let newest = loaded.next()?;
        if self.dirty.contains(&code) {
            let built = self.build.digest(*self.build.places(code).first()?);
            content(newest).filter(|newest| *newest == built.without_lines)?;
        }
        let alike = loaded.take_while(|older| content(older) == content(newest));
        Some(alike.last().unwrap_or(newest).generation)
    }
}

/// How the last part of a closure's path begins, and that of a future's.
const CLOSURE: &str = "::{closure#";

/// The closures among the types that a demangled symbol is for.
fn closures(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices(CLOSURE).filter_map(|(at, _)| {
        let end = at + path[at..].find('}')? + 1;
        // What goes on behind it is inside the closure.
        (!path[end..].starts_with("::")).then(|| &path[start_of(path, at)..end])
    })
}

/// Where the path begins that leads to `end`.
fn start_of(path: &str, end: usize) -> usize {
    let mut depth = 0_usize;
    for (at, letter) in path[..end].char_indices().rev() {
        match letter {
            '>' if !path[..at].ends_with('-') => depth += 1,
            ']' => depth += 1,
            '<' | '[' if depth > 0 => depth -= 1,
            '<' | ',' | ' ' | '(' | '[' | '&' | ';' if depth == 0 => return at + letter.len_utf8(),
            _ => {}
        }
    }
    0
}

/// The function that a closure stands in, however deep.
fn function_of(closure: &str) -> &str {
    closure.split(CLOSURE).next().unwrap_or(closure)
}

/// A type that is declared in a function: what its parent is, only the symbol itself says.
fn holds_local_type(symbol: &str) -> bool {
    symbol.contains("NtNv") || symbol.contains("NtNC")
}

/// What the last name of each path among the types is declared in.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    let is_end = |letter: char| "<>,()&; ".contains(letter);
    path.split(is_end).filter_map(|path| path.rsplit_once("::")).map(|(parent, _)| parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &[&str]) {
        assert_eq!(closures(path).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn closures_are_found_among_the_arguments() {
        check("life::apply::__hot_apply::<u8>", &[]);
        check("life::apply::__hot_apply::<life::main::{closure#0}, u8>", &["life::main::{closure#0}"]);
        check("<life[1a]::Cell<[life[1a]::main::{closure#1}]>>::__hot_text", &["life[1a]::main::{closure#1}"]);
        check(
            "life::f::__hot_f::<core::iter::Map<&[u8], <life::W as life::T>::of::<u8>::{closure#0}>>",
            &["<life::W as life::T>::of::<u8>::{closure#0}"],
        );
        check(
            "life::f::__hot_f::<fn(u8) -> life::main::{closure#0}::{closure#2}>",
            &["life::main::{closure#0}::{closure#2}"],
        );
    }

    #[test]
    fn a_function_inside_a_closure_is_not_for_it() {
        check("life::main::{closure#0}::f::__hot_f::<u8>", &[]);
    }

    #[test]
    fn the_function_around_a_closure_is_known() {
        assert_eq!(function_of("life::main::{closure#0}::{closure#1}"), "life::main");
        let parents: Vec<_> = parents("life::f::__hot_f::<life[1a]::main::Local, u8>").collect();
        assert!(parents.contains(&"life[1a]::main"));
        assert!(holds_local_type("_RINvNvC4life4pick10___hot_pickNtNvB4_4main5LocalEB4_"));
        assert!(!holds_local_type("_RINvNvC4life4pick10___hot_pickNtB4_5LocalEB4_"));
    }
}
