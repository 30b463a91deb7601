//! Reads what a symbol is of as people write it: modules, then types, traits and functions, without arguments.

use super::{Mangled, basic_type};

/// A path as its crate's text has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Path {
    /// The crate whose text it is.
    pub(crate) owner: String,
    pub(crate) segments: Vec<String>,
    /// Of an `impl` of a trait: the trait's name, and how many segments lead to the type.
    of_trait: Option<(String, usize)>,
    /// Of a trait itself, for a type that takes the trait's own bodies: how many segments lead to the trait.
    trait_itself: Option<usize>,
}

/// A method of a trait, and whose body it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TraitMethod {
    /// One of an `impl` of the trait with this name.
    Implemented(String),
    /// The trait's own.
    Provided(String),
}

impl Path {
    /// Of a method that implements a trait: `World as Debug`, in its module.
    pub(crate) fn implementation(&self) -> Option<String> {
        let (of_trait, count) = self.of_trait.as_ref()?;
        Some(format!("{} as {of_trait}", self.segments.get(..*count)?.join("::")))
    }

    /// Which method of a trait it is; `None` for other functions, those inside of such a method among them.
    pub(crate) fn trait_method(&self) -> Option<TraitMethod> {
        let is_method = |count: usize| self.segments.len() == count + 1;
        match (&self.of_trait, self.trait_itself) {
            (_, Some(count)) if is_method(count) => Some(TraitMethod::Provided(self.segments.get(count - 1)?.clone())),
            (Some((of_trait, count)), None) if is_method(*count) => Some(TraitMethod::Implemented(of_trait.clone())),
            _ => None,
        }
    }
}

impl Mangled<'_> {
    pub(crate) fn path(&mut self) -> Option<Path> {
        self.deeper(Self::any_path)
    }

    fn any_path(&mut self) -> Option<Path> {
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
                let mut path = self.path()?;
                path.trait_itself = Some(path.segments.len()).filter(|count| *count > 0);
                Some(path)
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
        (path.of_trait, path.trait_itself) = (None, None);
        Some(path)
    }

    /// What one calls a type in a path: without its modules and arguments, and without a reference to it.
    pub(crate) fn type_name(&mut self) -> Option<String> {
        self.deeper(Self::any_type)
    }

    fn any_type(&mut self) -> Option<String> {
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

    /// Passes over a generic argument.
    pub(crate) fn argument(&mut self) -> Option<()> {
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
        self.deeper(Self::any_constant)
    }

    fn any_constant(&mut self) -> Option<String> {
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
