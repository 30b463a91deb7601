//! What the program has made of a generic function: each instance, spelled so that a slice can name it.
//!
//! A symbol says which types an instance is for, by the paths of their declarations. What no path names, a closure or a
//! type of another function, cannot be instantiated by a slice.

use crate::objects::mangled::{Mangled, basic_type};
use std::cell::Cell;

/// A crate, and the number that tells it from others of the name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) hash: u64,
}

/// A function as a symbol names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) krate: Crate,
    /// The modules that it, or the `impl` that it is of, stands in.
    pub(crate) module: Vec<String>,
    /// Of a method: the last names of its type, and of the trait.
    pub(crate) self_name: Option<String>,
    pub(crate) of_trait: Option<String>,
    /// Tells the `impl` from others of the module.
    pub(crate) number: u64,
    pub(crate) name: String,
}

/// An instance, in Rust's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instance {
    pub(crate) self_type: String,
    pub(crate) of_trait: Option<String>,
    pub(crate) arguments: Vec<String>,
}

impl Identity {
    /// Whether a symbol's function may be this; type and trait may be unknown here.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        let is_same = |one: &Option<String>, other: &Option<String>| one.is_none() || one == other;
        (&self.krate, &self.module, &self.name) == (&other.krate, &other.module, &other.name)
            && is_same(&self.self_name, &other.self_name)
            && is_same(&self.of_trait, &other.of_trait)
    }
}

/// How a slice names what is of another crate.
pub(crate) trait Naming {
    /// The path of something declared at `path` in a crate; `None` if it has none.
    fn path(&self, krate: &Crate, path: &[String]) -> Option<String>;
}

/// The function that a symbol is of; `None` for what is no function of a module or an `impl`.
pub(crate) fn identity(symbol: &str) -> Option<Identity> {
    let mut speller = Speller { symbol: Mangled::of(symbol)?, naming: &AsDeclared, is_named: &Cell::new(true) };
    speller.function().map(|(identity, _)| identity)
}

/// The instance that a symbol is of, by names of declarations alone; what has none is `_`.
pub(crate) fn declared(symbol: &str) -> Option<Instance> {
    let mut speller = Speller { symbol: Mangled::of(symbol)?, naming: &AsDeclared, is_named: &Cell::new(true) };
    speller.function().map(|(_, instance)| instance)
}

/// The instance that a symbol is of; `None` if a slice cannot name it.
pub(crate) fn instance(symbol: &str, naming: &dyn Naming) -> Option<Instance> {
    let is_named = Cell::new(true);
    let mut speller = Speller { symbol: Mangled::of(symbol)?, naming, is_named: &is_named };
    let (_, instance) = speller.function()?;
    is_named.get().then_some(instance)
}

/// The crate that a symbol without generic arguments is of, if it is of the library that defines the symbol: what a library
/// has of other crates bears its own name at the end.
pub(crate) fn defining_crate(symbol: &str) -> Option<Crate> {
    let mut speller = Speller { symbol: Mangled::of(symbol)?, naming: &AsDeclared, is_named: &Cell::new(true) };
    let (identity, _) = speller.function()?;
    speller.symbol.rest().is_empty().then_some(identity.krate)
}

/// Where only the function counts.
struct AsDeclared;

impl Naming for AsDeclared {
    fn path(&self, _: &Crate, path: &[String]) -> Option<String> {
        Some(path.join("::"))
    }
}

struct Speller<'a> {
    symbol: Mangled<'a>,
    naming: &'a dyn Naming,
    is_named: &'a Cell<bool>,
}

/// A path while it is read.
#[derive(Debug, Clone, Default)]
struct Spelled {
    krate: Crate,
    names: Vec<String>,
    /// With generic arguments.
    arguments: Vec<String>,
}

impl Speller<'_> {
    fn function(&mut self) -> Option<(Identity, Instance)> {
        self.deeper(Self::any_function)
    }

    fn any_function(&mut self) -> Option<(Identity, Instance)> {
        match self.symbol.next()? {
            b'I' => {
                let (identity, mut instance) = self.function()?;
                instance.arguments = self.arguments().unwrap_or_else(|| vec![self.unnamed()]);
                Some((identity, instance))
            }
            b'N' => {
                if self.symbol.next()? != b'v' {
                    return None;
                }
                let (mut identity, instance) = self.parent()?;
                identity.name = self.symbol.name()?;
                Some((identity, instance))
            }
            b'B' => self.earlier(Self::function),
            _ => None,
        }
    }

    /// The module or `impl` that a function stands in.
    fn parent(&mut self) -> Option<(Identity, Instance)> {
        self.deeper(Self::any_parent)
    }

    fn any_parent(&mut self) -> Option<(Identity, Instance)> {
        let kind = self.symbol.next()?;
        if kind == b'B' {
            return self.earlier(Self::parent);
        }
        if !matches!(kind, b'M' | b'X') {
            self.symbol.back();
            let module = self.module()?;
            return Some((module, Instance::default()));
        }
        let number = self.symbol.number()?;
        let mut identity = self.module()?;
        identity.number = number;
        let self_type = self.of_type()?;
        identity.self_name = Some(last_name(&self_type).to_owned());
        let mut of_trait = None;
        if kind == b'X' {
            (identity.of_trait, of_trait) = self.of_trait()?;
        }
        Some((identity, Instance { self_type, of_trait, arguments: Vec::new() }))
    }

    /// The trait of an `impl`, which has another name in its text where it has none here.
    fn of_trait(&mut self) -> Option<(Option<String>, Option<String>)> {
        let is_named = self.is_named.replace(true);
        let path = self.path()?;
        let text = self.spell(&path);
        Some((path.names.last().cloned(), self.is_named.replace(is_named).then_some(text)))
    }

    /// A path of modules alone.
    fn module(&mut self) -> Option<Identity> {
        self.deeper(Self::any_module)
    }

    fn any_module(&mut self) -> Option<Identity> {
        match self.symbol.next()? {
            b'C' => {
                let krate = self.krate()?;
                Some(Identity { krate, ..Identity::default() })
            }
            b'N' if self.symbol.next()? == b't' => {
                let mut identity = self.module()?;
                identity.module.push(self.symbol.name()?);
                Some(identity)
            }
            b'B' => self.earlier(Self::module),
            _ => None,
        }
    }

    fn krate(&mut self) -> Option<Crate> {
        let hash = self.symbol.number()?;
        Some(Crate { name: self.symbol.name()?, hash })
    }

    fn arguments(&mut self) -> Option<Vec<String>> {
        let mut found = Vec::new();
        while !self.symbol.eat(b'E') {
            if self.symbol.rest().starts_with('L') {
                self.symbol.lifetime();
            } else if self.symbol.eat(b'K') {
                found.push(self.constant()?);
            } else {
                found.push(self.of_type()?);
            }
        }
        Some(found)
    }

    fn of_type(&mut self) -> Option<String> {
        self.deeper(Self::any_type)
    }

    fn any_type(&mut self) -> Option<String> {
        let tag = self.symbol.next()?;
        Some(match tag {
            b'R' => {
                self.symbol.lifetime();
                format!("&{}", self.of_type()?)
            }
            b'Q' => {
                self.symbol.lifetime();
                format!("&mut {}", self.of_type()?)
            }
            b'P' => format!("*const {}", self.of_type()?),
            b'O' => format!("*mut {}", self.of_type()?),
            b'S' => format!("[{}]", self.of_type()?),
            b'A' => format!("[{}; {}]", self.of_type()?, self.constant()?),
            b'T' => {
                let parts = self.list(Self::of_type)?;
                parts.iter().fold("(".to_owned(), |text, part| text + part + ", ") + ")"
            }
            b'F' => self.function_pointer()?,
            b'D' => self.object()?,
            b'B' => self.earlier(Self::of_type)?,
            b'p' | b'v' => self.unnamed(),
            b'a'..=b'z' => basic_type(tag)?.to_owned(),
            _ => {
                self.symbol.back();
                let path = self.path()?;
                self.spell(&path)
            }
        })
    }

    fn function_pointer(&mut self) -> Option<String> {
        self.symbol.binder();
        let safety = if self.symbol.eat(b'U') { "unsafe " } else { "" };
        let abi = if !self.symbol.eat(b'K') {
            String::new()
        } else if self.symbol.eat(b'C') {
            "extern \"C\" ".to_owned()
        } else {
            format!("extern \"{}\" ", self.symbol.name()?.replace('_', "-"))
        };
        let parameters = self.list(Self::of_type)?.join(", ");
        Some(format!("{safety}{abi}fn({parameters}) -> {}", self.of_type()?))
    }

    fn object(&mut self) -> Option<String> {
        self.symbol.binder();
        let mut bounds = Vec::new();
        while !self.symbol.eat(b'E') {
            let mut path = self.path()?;
            let is_call = path.krate.name == "core" && path.names.starts_with(&["ops".into(), "function".into()]);
            let mut output = None;
            while self.symbol.eat(b'p') {
                let name = self.symbol.name()?;
                let value = if self.symbol.eat(b'K') { self.constant()? } else { self.of_type()? };
                match name.as_str() {
                    "Output" if is_call => output = Some(value),
                    _ => path.arguments.push(format!("{name} = {value}")),
                }
            }
            if is_call {
                let name = path.names.last()?;
                let parameters = path.arguments.first().map_or("()", String::as_str);
                bounds.push(format!("{name}{parameters} -> {}", output.unwrap_or_else(|| "()".into())));
            } else {
                bounds.push(self.spell(&path));
            }
        }
        self.symbol.lifetime();
        Some(format!("(dyn {})", bounds.join(" + ")))
    }

    /// The path of a type or trait.
    fn path(&mut self) -> Option<Spelled> {
        self.deeper(Self::any_path)
    }

    fn any_path(&mut self) -> Option<Spelled> {
        match self.symbol.next()? {
            b'C' => Some(Spelled { krate: self.krate()?, ..Spelled::default() }),
            b'N' => {
                // Of a function's own: nobody else can name it.
                if self.symbol.next()? != b't' {
                    self.unnamed();
                }
                let mut path = self.path()?;
                path.names.push(self.symbol.name()?);
                Some(path)
            }
            b'I' => {
                let mut path = self.path()?;
                path.arguments = self.arguments()?;
                Some(path)
            }
            b'M' | b'X' | b'Y' => {
                self.unnamed();
                self.symbol.back();
                self.parent()?;
                Some(Spelled::default())
            }
            b'B' => self.earlier(Self::path),
            _ => None,
        }
    }

    fn constant(&mut self) -> Option<String> {
        self.deeper(Self::any_constant)
    }

    fn any_constant(&mut self) -> Option<String> {
        let tag = self.symbol.next()?;
        match tag {
            b'B' => self.earlier(Self::constant),
            b'a' | b'h' | b'i' | b'j' | b'l' | b'm' | b'n' | b'o' | b's' | b't' | b'x' | b'y' => {
                let sign = if self.symbol.eat(b'n') { "-" } else { "" };
                let digits = self.symbol.digits()?;
                Some(format!("{{ {sign}0x{} }}", if digits.is_empty() { "0" } else { digits }))
            }
            b'b' => Some((self.symbol.digits()? == "1").to_string()),
            _ => {
                self.symbol.back();
                self.other_constant()?;
                Some(self.unnamed())
            }
        }
    }

    /// Passes over a constant that is not spelled.
    fn other_constant(&mut self) -> Option<()> {
        match self.symbol.next()? {
            b'p' => {}
            b'c' | b'e' => drop(self.symbol.digits()?),
            b'R' | b'Q' => drop(self.constant()?),
            b'A' | b'T' => drop(self.list(Self::constant)?),
            b'V' => {
                self.path()?;
                match self.symbol.next()? {
                    b'U' => {}
                    b'T' => drop(self.list(Self::constant)?),
                    b'S' => drop(self.list(|speller| {
                        speller.symbol.name()?;
                        speller.constant()
                    })?),
                    _ => return None,
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn list(&mut self, read: impl Fn(&mut Self) -> Option<String>) -> Option<Vec<String>> {
        let mut found = Vec::new();
        while !self.symbol.eat(b'E') {
            found.push(read(self)?);
        }
        Some(found)
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.symbol.enter()?;
        let found = read(self)?;
        self.symbol.leave();
        Some(found)
    }

    fn earlier<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<T> {
        let symbol = self.symbol.place()?;
        read(&mut Speller { symbol, naming: self.naming, is_named: self.is_named })
    }

    fn unnamed(&self) -> String {
        self.is_named.set(false);
        "_".to_owned()
    }

    fn spell(&self, path: &Spelled) -> String {
        let shown = if is_of_rust(&path.krate.name) {
            let root = if path.krate.name == "core" { "core" } else { "std" };
            Some(format!("::{root}::{}", shown(&path.names).join("::")))
        } else {
            self.naming.path(&path.krate, &path.names)
        };
        let Some(shown) = shown else { return self.unnamed() };
        let arguments =
            if path.arguments.is_empty() { String::new() } else { format!("<{}>", path.arguments.join(", ")) };
        shown + &arguments
    }
}

fn is_of_rust(crate_name: &str) -> bool {
    matches!(crate_name, "core" | "alloc" | "std")
}

/// The standard library keeps most types in private modules, and shows them one or two modules above.
fn shown(names: &[String]) -> Vec<String> {
    const INNER: &[(&str, &str)] =
        &[("hash", "hash_map"), ("btree", "btree_map"), ("atomic", "atomic"), ("mpsc", "mpsc"), ("unix", "unix")];
    let name = |at: usize| names.get(at).map_or("", String::as_str);
    let last = name(names.len().saturating_sub(1));
    match name(0) {
        "collections" if names.len() > 3 => {
            let is_main = ["Map", "Set", "Deque", "List", "Heap"].iter().any(|end| last.ends_with(end));
            let module = INNER.iter().find(|(private, _)| *private == name(1)).map_or(name(1), |(_, shown)| shown);
            let of_set = module.replace("_map", if name(2) == "set" { "_set" } else { "_map" });
            let path = if is_main { vec!["collections", last] } else { vec!["collections", &of_set, last] };
            path.into_iter().map(str::to_owned).collect()
        }
        "sync" if matches!(name(1), "atomic" | "mpsc") => vec!["sync".into(), name(1).into(), last.into()],
        _ if names.len() > 2 => vec![name(0).to_owned(), last.to_owned()],
        _ => names.to_vec(),
    }
}

/// `World` of `&::host::game::World<u8>`.
fn last_name(of_type: &str) -> &str {
    let bare = of_type.trim_start_matches(['&', ' ']).trim_start_matches("mut ");
    let bare = bare.split_once('<').map_or(bare, |(bare, _)| bare);
    bare.rsplit_once("::").map_or(bare, |(_, name)| name)
}

#[cfg(test)]
mod tests;
