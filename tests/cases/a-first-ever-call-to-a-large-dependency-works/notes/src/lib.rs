//! A parser such as one has from the registry: generic, with trait objects, errors, a map, and statics of its own.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Number(f64),
    String(String),
    Array(Vec<Value>),
    Object(BTreeMap<String, Value>),
}

#[derive(Debug)]
pub struct Error {
    wanted: &'static str,
    at: usize,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wanted `{}` at {}", self.wanted, self.at)
    }
}

impl std::error::Error for Error {}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

static COUNT: AtomicU32 = AtomicU32::new(0);
static WORDS: OnceLock<Vec<(&'static str, Value)>> = OnceLock::new();

fn words() -> &'static [(&'static str, Value)] {
    WORDS.get_or_init(|| vec![("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)])
}

pub fn counted() -> Value {
    Value::Number(COUNT.fetch_add(1, Ordering::Relaxed).into())
}

pub fn parse(text: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let mut reader = Reader { text: text.as_bytes(), at: 0 };
    let value = reader.value()?;
    reader.blank();
    assert_eq!(DEPTH.get(), 0);
    if reader.at == text.len() { Ok(value) } else { Err(reader.error("end").into()) }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn error(&self, wanted: &'static str) -> Error {
        Error { wanted, at: self.at }
    }

    fn blank(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.blank();
        let found = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Result<Value, Error> {
        self.blank();
        match self.text.get(self.at) {
            Some(b'{') => self.nested(|reader| {
                let pairs = reader.list(b'}', |reader| {
                    let key = reader.string()?;
                    if !reader.take(b':') {
                        return Err(reader.error(":"));
                    }
                    Ok((key, reader.value()?))
                })?;
                Ok(Value::Object(pairs.into_iter().collect()))
            }),
            Some(b'[') => self.nested(|reader| reader.list(b']', Self::value).map(Value::Array)),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(first) => {
                let (word, value) = words().iter().find(|(word, _)| word.as_bytes()[0] == *first).ok_or(self.error("value"))?;
                if !self.text[self.at..].starts_with(word.as_bytes()) {
                    return Err(self.error(word));
                }
                self.at += word.len();
                Ok(value.clone())
            }
            None => Err(self.error("value")),
        }
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        struct Leave;
        impl Drop for Leave {
            fn drop(&mut self) {
                DEPTH.set(DEPTH.get() - 1);
            }
        }
        DEPTH.set(DEPTH.get() + 1);
        let _leave = Leave;
        self.at += 1;
        read(self)
    }

    fn list<T>(&mut self, end: u8, mut read: impl FnMut(&mut Self) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        if self.take(end) {
            return Ok(items);
        }
        loop {
            items.push(read(self)?);
            if self.take(end) {
                return Ok(items);
            }
            if !self.take(b',') {
                return Err(self.error(","));
            }
        }
    }

    fn string(&mut self) -> Result<String, Error> {
        if !self.take(b'"') {
            return Err(self.error("\""));
        }
        let mut text = Vec::new();
        loop {
            let byte = *self.text.get(self.at).ok_or(self.error("\""))?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(text).map_err(|_| self.error("UTF-8")),
                b'\\' => {
                    let digits = self.text.get(self.at + 1..self.at + 5).ok_or(self.error("u"))?;
                    let number = std::str::from_utf8(digits).ok().and_then(|it| u32::from_str_radix(it, 16).ok());
                    let letter = number.and_then(char::from_u32).ok_or(self.error("digit"))?;
                    text.extend(letter.encode_utf8(&mut [0; 4]).bytes());
                    self.at += 5;
                }
                other => text.push(other),
            }
        }
    }

    fn number(&mut self) -> Result<Value, Error> {
        let end = |byte: &u8| !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        let rest = &self.text[self.at..];
        let length = rest.iter().position(end).unwrap_or(rest.len());
        let number = std::str::from_utf8(&rest[..length]).ok().and_then(|it| it.parse().ok()).ok_or(self.error("digit"))?;
        self.at += length;
        Ok(Value::Number(number))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::String(value) => write!(f, "\"{value}\""),
            Self::Array(values) => {
                f.write_char('[')?;
                for (index, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if index == 0 { "" } else { "," })?;
                }
                f.write_char(']')
            }
            Self::Object(values) => {
                f.write_char('{')?;
                for (index, (key, value)) in values.iter().enumerate() {
                    write!(f, "{}\"{key}\":{value}", if index == 0 { "" } else { "," })?;
                }
                f.write_char('}')
            }
        }
    }
}
