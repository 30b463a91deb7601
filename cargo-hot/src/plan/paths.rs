//! Symbols as the user knows them: `game::update`, `World::step`.
//!
//! A symbol says more than a path of the source text: generic arguments, the crate that an instance is for, the
//! compiler's own inner functions. It also says what its demangled text leaves out: where the `impl` stands that a
//! method is of, and so whose text it is. Mangling: Rust RFC 2603, "v0".

use crate::objects::mangled::{Mangled, basic_type};
use hot_runtime::names::{BODY_PREFIX, SLOT_PREFIX};

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
    let path = Mangled::of(symbol)?.path()?;
    let is_ours = crates.contains(&path.owner) && !path.segments.iter().any(|name| name.starts_with(SLOT_PREFIX));
    is_ours
        .then(|| Written { implementation: path.implementation(), path: without_our_names(path.segments).join("::") })
}

/// Of a hot body the function: `update` of `__hot_update` beside it or inside it. Of what `thread_local!` writes, the
/// static.
fn without_our_names(mut segments: Vec<String>) -> Vec<String> {
    if let Some(at) = segments.iter().position(|name| name.starts_with(BODY_PREFIX)) {
        let function = segments[at].trim_start_matches(BODY_PREFIX).to_owned();
        if at > 0 && segments[at - 1] == function {
            segments.remove(at);
        } else {
            segments[at] = function;
        }
    }
    segments.retain(|name| !name.starts_with("__rust_std_internal_") && name != "__init" && name != ENTRY);
    segments
}

/// A path while it is read.
#[derive(Debug, Clone, Default)]
struct Path {
    /// The crate whose text it is.
    owner: String,
    segments: Vec<String>,
    /// Of an `impl` of a trait: the trait's name, and how many segments lead to the type.
    of_trait: Option<(String, usize)>,
}

impl Path {
    fn implementation(&self) -> Option<String> {
        let (of_trait, count) = self.of_trait.as_ref()?;
        Some(format!("{} as {of_trait}", self.segments.get(..*count)?.join("::")))
    }
}

impl Mangled<'_> {
    fn path(&mut self) -> Option<Path> {
        match self.next()? {
            b'C' => Some(Path { owner: self.name()?, ..Path::default() }),
            b'N' => {
                let is_written = self.next()?.is_ascii_lowercase();
                let mut path = self.path()?;
                let name = self.name()?;
                if is_written && !name.is_empty() {
                    path.segments.push(name);
                }
                Some(path)
            }
            // Of an `impl`, the module that it stands in comes first.
            b'M' => self.implementation(),
            b'X' => {
                let mut path = self.implementation()?;
                let of_trait = self.path()?.segments.pop()?;
                path.of_trait = Some((of_trait, path.segments.len()));
                Some(path)
            }
            // A method that the trait itself has the body of.
            b'Y' => {
                self.type_name()?;
                self.path()
            }
            b'I' => {
                let path = self.path()?;
                self.list(Self::argument)?;
                Some(path)
            }
            b'B' => self.earlier(Self::path),
            _ => None,
        }
    }

    fn implementation(&mut self) -> Option<Path> {
        self.disambiguator();
        let mut path = self.path()?;
        path.segments.push(self.type_name()?);
        path.of_trait = None;
        Some(path)
    }

    /// What one calls a type in a path: without its modules and arguments, and without a reference to it.
    fn type_name(&mut self) -> Option<String> {
        let tag = self.next()?;
        Some(match tag {
            b'R' | b'Q' => {
                self.lifetime();
                self.type_name()?
            }
            b'P' => format!("*const {}", self.type_name()?),
            b'O' => format!("*mut {}", self.type_name()?),
            b'S' => format!("[{}]", self.type_name()?),
            b'A' => format!("[{}; {}]", self.type_name()?, self.constant()?),
            b'T' => match &self.list(Self::type_name)?[..] {
                [one] => format!("({one},)"),
                several => format!("({})", several.join(", ")),
            },
            b'F' => self.function_pointer()?,
            b'D' => {
                self.binder();
                let name = format!("dyn {}", self.list(Self::object_trait)?.join(" + "));
                self.lifetime();
                name
            }
            b'B' => self.earlier(Self::type_name)?,
            b'a'..=b'z' => basic_type(tag)?.to_owned(),
            _ => {
                self.back();
                let path = self.path()?;
                path.segments.last().unwrap_or(&path.owner).clone()
            }
        })
    }

    fn function_pointer(&mut self) -> Option<String> {
        self.binder();
        self.eat(b'U');
        if self.eat(b'K') && !self.eat(b'C') {
            self.name()?;
        }
        let parameters = self.list(Self::type_name)?.join(", ");
        let result = self.type_name()?;
        Some(if result == "()" { format!("fn({parameters})") } else { format!("fn({parameters}) -> {result}") })
    }

    fn object_trait(&mut self) -> Option<String> {
        let name = self.path()?.segments.pop()?;
        while self.eat(b'p') {
            self.name()?;
            self.argument_value()?;
        }
        Some(name)
    }

    fn argument(&mut self) -> Option<()> {
        if self.rest().starts_with('L') {
            self.lifetime();
            return Some(());
        }
        self.argument_value()
    }

    fn argument_value(&mut self) -> Option<()> {
        if self.eat(b'K') { self.constant().map(drop) } else { self.type_name().map(drop) }
    }

    /// A constant argument: a number as people write it, anything else as a mark.
    fn constant(&mut self) -> Option<String> {
        match self.next()? {
            b'p' => {}
            b'B' => return self.earlier(Self::constant),
            b'R' | b'Q' => drop(self.constant()?),
            b'A' | b'T' => drop(self.list(Self::constant)?),
            b'V' => {
                self.path()?;
                match self.next()? {
                    b'U' => {}
                    b'T' => drop(self.list(Self::constant)?),
                    b'S' => drop(self.list(|symbol| {
                        symbol.name()?;
                        symbol.constant()
                    })?),
                    _ => return None,
                }
            }
            b'a'..=b'z' => {
                let sign = if self.eat(b'n') { "-" } else { "" };
                let digits = self.digits()?;
                let value = u64::from_str_radix(if digits.is_empty() { "0" } else { digits }, 16);
                return Some(value.map_or_else(|_| "_".to_owned(), |value| format!("{sign}{value}")));
            }
            _ => return None,
        }
        Some("_".to_owned())
    }
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
    fn an_implementation_of_a_trait_is_named_as_such() {
        let implementation = |symbol| written(symbol, &["life".to_owned()]).and_then(|found| found.implementation);
        let derived = "_RNvXs_NtC4life4gameNtB4_5WorldNtNtC4core3fmt5Debug3fmt";
        assert_eq!(implementation(derived).as_deref(), Some("game::World as Debug"));
        assert_eq!(implementation("_RNvMC4lifeNtB2_5World4step"), None);
    }
}
