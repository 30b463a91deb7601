//! `s/OLD/NEW/`: the change that an edit makes to a text.
//!
//! Both sides are plain text, not patterns, for Rust is full of brackets. Any character may stand for `/`; `\n`, `\\` and
//! the escaped delimiter mean what they mean in sed. OLD must be there exactly once, with `g` at least once.

use anyhow::{Context, Result, bail, ensure};

/// A parsed `s/OLD/NEW/`.
#[derive(Debug, PartialEq, Eq)]
pub struct Substitution {
    old: String,
    new: String,
    everywhere: bool,
}

impl Substitution {
    /// Parses `s/OLD/NEW/` or `s/OLD/NEW/g`.
    pub fn parse(source: &str) -> Result<Self> {
        let body = source.strip_prefix('s').context("wanted `s/OLD/NEW/`")?;
        let delimiter = body.chars().next().context("wanted `s/OLD/NEW/`")?;
        ensure!(!delimiter.is_alphanumeric() && delimiter != '\\', "`{delimiter}` cannot be a delimiter");
        let (old, rest) = until(&body[delimiter.len_utf8()..], delimiter)?;
        let (new, flags) = until(rest, delimiter)?;
        ensure!(!old.is_empty(), "the old text is empty");
        let everywhere = match flags {
            "" => false,
            "g" => true,
            other => bail!("there is no flag `{other}`"),
        };
        Ok(Self { old: unescape(&old)?, new: unescape(&new)?, everywhere })
    }

    /// The text after the change.
    pub fn apply(&self, text: &str) -> Result<String> {
        let count = text.matches(&self.old).count();
        ensure!(count > 0, "`{}` is not in the file", self.old);
        ensure!(count == 1 || self.everywhere, "`{}` is in the file {count} times; end with `g`", self.old);
        Ok(text.replace(&self.old, &self.new))
    }
}

/// What stands before the next delimiter that is not escaped, and what stands after it.
fn until(text: &str, delimiter: char) -> Result<(String, &str)> {
    let mut part = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        if character == delimiter {
            return Ok((part, &text[index + delimiter.len_utf8()..]));
        }
        part.push(character);
        if character == '\\' {
            match characters.next() {
                Some((_, escaped)) if escaped == delimiter => {
                    part.pop();
                    part.push(delimiter);
                }
                Some((_, escaped)) => part.push(escaped),
                None => break,
            }
        }
    }
    bail!("`{text}` is not closed by `{delimiter}`")
}

/// Resolves `\n`, `\t` and `\\`.
pub fn unescape(text: &str) -> Result<String> {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('\\') => plain.push('\\'),
            other => {
                bail!("`\\{}` means nothing; write `\\\\` for a backslash", other.map_or(String::new(), String::from))
            }
        }
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_substitution_changes_its_text() {
        for (source, text, wanted) in [
            ("s/v1/v2/", "say(v1)", "say(v2)"),
            ("s/a//", "bab", "bb"),
            ("s|//|/|", "x // y", "x / y"),
            (r"s/\/\/ x/y/", "// x", "y"),
            (r"s/}/}\nfn f() {}/", "{}", "{}\nfn f() {}"),
            (r"s/a/\\n/", "a", r"\n"),
            ("s/1/2/g", "1 1", "2 2"),
        ] {
            assert_eq!(Substitution::parse(source).unwrap().apply(text).unwrap(), wanted, "{source}");
        }
    }

    #[test]
    fn a_substitution_that_does_not_fit_is_an_error() {
        for (source, text, wanted) in
            [("s/v1/v2/", "v3", "`v1` is not in the file"), ("s/v/w/", "v v", "is in the file 2 times")]
        {
            let error = Substitution::parse(source).unwrap().apply(text).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
        for source in ["", "v1", "s", "s/a", "s/a/b", "s//b/", "s/a/b/x", "sxaxbx", r"s/a/\q/"] {
            assert!(Substitution::parse(source).is_err(), "{source}");
        }
    }
}
