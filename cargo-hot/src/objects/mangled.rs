//! Reads a symbol's parts from left to right. Mangling: Rust RFC 2603, "v0".

mod path;

pub(crate) use path::TraitMethod;

use std::cell::Cell;
use std::rc::Rc;

/// A symbol without its `_R`. A part that occurred before is its place there.
///
/// A few letters may stand for more than fits any memory, by places that stand for parts with places. So no more is read of a
/// symbol than those of real programs have, and no deeper: beyond that it counts as none of rustc's.
pub(crate) struct Mangled<'symbol> {
    /// ASCII alone, as rustc writes it.
    text: &'symbol str,
    at: usize,
    depth: usize,
    /// How many letters may be read yet, wherever they stand.
    left: Rc<Cell<usize>>,
}

/// Types of types are 128 at most, unless a crate asks for more (`recursion_limit`), and each is two here.
const DEEPEST: usize = 300;

/// The symbols of large programs are thousands of letters long, and ten times that with all that their places stand for.
const LONGEST: usize = 1 << 18;

impl<'symbol> Mangled<'symbol> {
    /// `None` where the symbol is not rustc's.
    pub(crate) fn of(symbol: &'symbol str) -> Option<Self> {
        let text = symbol.strip_prefix("_R").filter(|text| text.is_ascii())?;
        Some(Self { text, at: 0, depth: 0, left: Rc::new(Cell::new(LONGEST)) })
    }

    pub(crate) fn rest(&self) -> &'symbol str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Back before the byte read last.
    pub(crate) fn back(&mut self) {
        self.at -= 1;
    }

    /// What stands before the next `_`.
    pub(crate) fn digits(&mut self) -> Option<&'symbol str> {
        let (digits, _) = self.text.get(self.at..)?.split_once('_')?;
        self.at += digits.len() + 1;
        Some(digits)
    }

    /// At the place whose number follows.
    pub(crate) fn place(&mut self) -> Option<Self> {
        let digits = self.digits()?;
        let at = if digits.is_empty() { 0 } else { usize::try_from(base_62(digits)?).ok()?.checked_add(1)? };
        (at < self.at).then(|| Self { text: self.text, at, depth: self.depth, left: Rc::clone(&self.left) })
    }

    /// Reads a part that may hold others of its kind.
    pub(crate) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.enter()?;
        let found = read(self)?;
        self.leave();
        Some(found)
    }

    /// For readers that are no function of this alone.
    pub(crate) fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())
    }

    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// An identifier, and the number before it that tells it from others.
    pub(crate) fn name(&mut self) -> Option<String> {
        self.disambiguator();
        let start = self.at;
        let is_encoded = self.eat(b'u');
        let rest = self.rest();
        // A zero stands alone.
        let digits = if rest.starts_with('0') { 1 } else { rest.bytes().take_while(u8::is_ascii_digit).count() };
        let length = rest[..digits].parse::<usize>().ok()?;
        self.at += digits;
        self.eat(b'_');
        let name = self.rest().get(..length)?;
        self.spend(length)?;
        self.at += length;
        if !is_encoded {
            return Some(name.to_owned());
        }
        // Punycode: the library reads it where it is a crate's name.
        let alone = format!("_RC{}", &self.text[start..self.at]);
        Some(format!("{:#}", rustc_demangle::try_demangle(&alone).ok()?))
    }

    pub(crate) fn disambiguator(&mut self) {
        self.number_after(b's');
    }

    /// A disambiguator: 0 for the first of a name. Slices have zeros before that of their crate.
    pub(crate) fn number(&mut self) -> Option<u64> {
        if !self.eat(b's') {
            return Some(0);
        }
        let digits = self.digits()?;
        if digits.is_empty() { Some(1) } else { base_62(digits)?.checked_add(2) }
    }

    pub(crate) fn lifetime(&mut self) {
        self.number_after(b'L');
    }

    pub(crate) fn binder(&mut self) {
        self.number_after(b'G');
    }

    /// Passes over a tag and its number, where it is there.
    fn number_after(&mut self, tag: u8) {
        if self.eat(tag) {
            let rest = self.rest();
            self.at += rest.find('_').map_or(rest.len(), |digits| digits + 1);
        }
    }

    /// What `read` finds at the place whose number follows.
    pub(crate) fn earlier<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<T> {
        read(&mut self.place()?)
    }

    pub(crate) fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut found = Vec::new();
        while !self.eat(b'E') {
            found.push(read(self)?);
        }
        Some(found)
    }

    pub(crate) fn eat(&mut self, wanted: u8) -> bool {
        let is_there = self.text.as_bytes().get(self.at) == Some(&wanted);
        self.at += usize::from(is_there);
        is_there
    }

    pub(crate) fn next(&mut self) -> Option<u8> {
        let byte = *self.text.as_bytes().get(self.at)?;
        self.spend(1)?;
        self.at += 1;
        Some(byte)
    }

    fn spend(&self, letters: usize) -> Option<()> {
        self.left.set(self.left.get().checked_sub(letters)?);
        Some(())
    }
}

fn base_62(digits: &str) -> Option<u64> {
    digits.bytes().try_fold(0_u64, |value, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'z' => digit - b'a' + 10,
            b'A'..=b'Z' => digit - b'A' + 36,
            _ => return None,
        };
        value.checked_mul(62)?.checked_add(u64::from(digit))
    })
}

pub(crate) fn basic_type(tag: u8) -> Option<&'static str> {
    Some(match tag {
        b'a' => "i8",
        b'b' => "bool",
        b'c' => "char",
        b'd' => "f64",
        b'e' => "str",
        b'f' => "f32",
        b'h' => "u8",
        b'i' => "isize",
        b'j' => "usize",
        b'l' => "i32",
        b'm' => "u32",
        b'n' => "i128",
        b'o' => "u128",
        b'p' => "_",
        b's' => "i16",
        b't' => "u16",
        b'u' => "()",
        b'v' => "...",
        b'x' => "i64",
        b'y' => "u64",
        b'z' => "!",
        _ => return None,
    })
}
