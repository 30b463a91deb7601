//! Reads a symbol's parts from left to right. Mangling: Rust RFC 2603, "v0".

mod path;

pub(crate) use path::TraitMethod;

/// A symbol without its `_R`. A part that occurred before is its place there.
pub(crate) struct Mangled<'symbol> {
    text: &'symbol str,
    at: usize,
    depth: usize,
}

impl<'symbol> Mangled<'symbol> {
    /// `None` where the symbol is not rustc's.
    pub(crate) fn of(symbol: &'symbol str) -> Option<Self> {
        Some(Self { text: symbol.strip_prefix("_R")?, at: 0, depth: 0 })
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
        const DEEPEST: usize = 500;
        let digits = self.digits()?;
        let at = if digits.is_empty() { 0 } else { usize::try_from(base_62(digits)?).ok()?.checked_add(1)? };
        (at < self.at && self.depth <= DEEPEST).then_some(Self { text: self.text, at, depth: self.depth + 1 })
    }

    /// An identifier, and the number before it that tells it from others.
    pub(crate) fn name(&mut self) -> Option<String> {
        self.disambiguator();
        let start = self.at;
        let is_encoded = self.eat(b'u');
        let rest = &self.text[self.at..];
        // A zero stands alone.
        let digits = if rest.starts_with('0') { 1 } else { rest.bytes().take_while(u8::is_ascii_digit).count() };
        let length = self.text[self.at..self.at + digits].parse::<usize>().ok()?;
        self.at += digits;
        self.eat(b'_');
        let name = self.text.get(self.at..self.at + length)?;
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
            let digits = self.text[self.at..].find('_').unwrap_or(0);
            self.at += digits + 1;
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
        self.at += 1;
        Some(byte)
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
