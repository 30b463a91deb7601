//! Writes the text of a slice: the chosen functions of a file where they stood, and what they need around them.
//!
//! Everything that is kept has its line and its column, so that what rustc writes down about places is true of the
//! user's file; all else is blank. A module of the slice brings all names of its namesake in the host; a method moves
//! into an impl of a trait of the slice's own, where `self` and `Self` mean what they meant: see [`mod@surroundings`].

mod surroundings;

pub(super) use self::surroundings::is_destructor;
use self::surroundings::{surroundings, trait_name, with_parameters};
use crate::slice::index::{Block, Entry, FileModule, Function, Index, Kept, helper_name};
use crate::slice::instances::Instance;
use crate::slice::rules::Reason;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

/// The host's name in a slice.
pub(crate) const HOST: &str = "__cargo_hot_host";
/// Before the number of a chosen function: two functions that hold the address of its two versions.
pub(crate) const OF_SLICE: &str = "__cargo_hot_of_slice_";
pub(crate) const OF_HOST: &str = "__cargo_hot_of_host_";
/// Stand, with the type of the method, for one of the host's that no path names: a destructor, a private method.
pub(crate) const OF_DESTRUCTOR: &str = "core::ptr::drop_in_place";
pub(crate) const OF_PRIVATE: &str = "core::mem::size_of_val";

/// What a slice takes of one file.
pub(crate) struct Carved<'a> {
    pub(crate) text: &'a str,
    pub(crate) index: &'a Index,
    /// Path of the file's module in its crate.
    pub(crate) module: &'a [String],
    /// Numbers of the chosen functions, and what the host has of each.
    pub(crate) chosen: &'a BTreeMap<usize, Vec<Original>>,
    /// Numbers of those that stay private in the host.
    pub(crate) private: &'a BTreeSet<usize>,
    /// Hashes of the constants that the host has not.
    pub(crate) constants: &'a [u64],
    /// Where the slice has the files of those `mod name;` that it needs.
    pub(crate) files: &'a BTreeMap<usize, &'a Path>,
}

/// A function of the host: its number in the whole slice, and of a generic function the instance.
#[derive(Debug)]
pub(crate) struct Original {
    pub(crate) number: usize,
    pub(crate) instance: Option<Instance>,
}

/// # Errors
/// Two things that are kept leave no place for what must stand between them.
pub(crate) fn carve(carved: &Carved<'_>) -> Result<String, Reason> {
    let modules = needed_modules(carved);
    let impls: BTreeSet<usize> =
        carved.chosen.keys().filter_map(|number| carved.index.functions[*number].of_impl).collect();
    let mut page = Page { text: carved.text, written: String::new(), line: 0, column: 0, read: 0, read_line: 0 };
    for entry in &carved.index.entries {
        match entry {
            Entry::Kept { kind: Kept::Const, hash, range, .. } if carved.constants.contains(hash) => {
                page.keep(range)?
            }
            Entry::Kept { kind: Kept::Const, .. } => {}
            Entry::Kept { module, range, .. } if modules.contains(module) => page.keep(range)?,
            Entry::Open(Block::Module(module)) if modules.contains(module) => {
                let found = &carved.index.modules[*module];
                page.insert(&format!("{} pub mod {} {{", found.attributes, found.name));
            }
            Entry::Close(Block::Module(module)) if modules.contains(module) => {
                page.insert(&surroundings(carved, *module));
                page.insert(if *module == 0 { "\n" } else { "}" });
            }
            Entry::Open(Block::Impl(number)) if impls.contains(number) => {
                page.insert(&impl_head(carved, *number));
            }
            Entry::Close(Block::Impl(number)) if impls.contains(number) => {
                let is_of_trait = carved.index.impls[*number].of_trait.is_some();
                page.insert(if is_of_trait { "}};" } else { "}" });
            }
            Entry::File(number) => {
                if let Some(path) = carved.files.get(number) {
                    page.insert(&file_module(&carved.index.files[*number], path));
                }
            }
            Entry::Function(number) if carved.chosen.contains_key(number) => {
                keep_function(&mut page, &carved.index.functions[*number], *number)?;
            }
            _ => {}
        }
    }
    Ok(page.written)
}

/// The head of an impl of a trait of the slice's own. In that of another trait alone, that is in scope without being imported.
fn impl_head(carved: &Carved<'_>, number: usize) -> String {
    let found = &carved.index.impls[number];
    let in_scope = found.of_trait.as_ref().map_or_else(String::new, |of_trait| {
        let conditions = &found.conditions;
        format!("{conditions} const _: () = {{ #[allow(unused_imports)] use {} as _;", of_trait.path)
    });
    format!(
        "{in_scope} {} impl {} {} for {} {} {{",
        found.attributes,
        found.generics,
        with_parameters(&trait_name(carved, number), found),
        found.self_type,
        found.where_clause
    )
}

/// A free function is public, as it is in the host: a private one would be called in another way. A method has the name
/// that its trait gives it.
fn keep_function(page: &mut Page<'_>, function: &Function, number: usize) -> Result<(), Reason> {
    let Some((code, attributes)) = function.kept.split_last() else { return Ok(()) };
    page.insert(&function.boxes);
    attributes.iter().try_for_each(|range| page.keep(range))?;
    if function.of_impl.is_some() {
        page.keep(&(code.start..function.ident.start))?;
        page.insert(&helper_name(&function.name, number));
        return page.keep(&(function.ident.end..code.end));
    }
    page.publish(code)?;
    page.keep(code)
}

/// Those with something chosen in them or below them, and those whose macros may be meant by name.
fn needed_modules(carved: &Carved<'_>) -> BTreeSet<usize> {
    let index = carved.index;
    let chosen = carved.chosen.keys().map(|number| index.functions[*number].module);
    let files = carved.files.keys().map(|number| index.files[*number].module);
    let macros = index.modules.iter().enumerate().filter(|(_, module)| module.has_macros).map(|(number, _)| number);
    let mut needed = BTreeSet::from([0]);
    for module in chosen.chain(files).chain(macros) {
        let mut at = Some(module);
        while let Some(module) = at {
            needed.insert(module);
            at = index.modules[module].parent;
        }
    }
    needed
}

fn file_module(file: &FileModule, path: &Path) -> String {
    let attributes = &file.attributes;
    format!("{attributes} #[path = {:?}] pub mod {};", path.to_string_lossy(), file.name)
}

/// A text that is written line by line along another.
struct Page<'a> {
    text: &'a str,
    written: String,
    line: usize,
    /// In characters.
    column: usize,
    /// Up to where the other text was read, and the line there.
    read: usize,
    read_line: usize,
}

impl Page<'_> {
    /// Writes a part of the text where it stands there.
    fn keep(&mut self, range: &Range<usize>) -> Result<(), Reason> {
        let (line, column) = self.place(range)?;
        self.go_to(line, column);
        let kept = &self.text[range.clone()];
        self.written.push_str(kept);
        (self.read, self.read_line) = (range.start, line);
        self.line = line + kept.bytes().filter(|byte| *byte == b'\n').count();
        self.column = match kept.rfind('\n') {
            Some(at) => kept[at + 1..].chars().count(),
            None => column + kept.chars().count(),
        };
        Ok(())
    }

    /// Writes `pub` before what is kept next, if there is a place: in its indentation, or on the line above, since debug
    /// information says that it begins there.
    fn publish(&mut self, next: &Range<usize>) -> Result<(), Reason> {
        const WORD: &str = "pub ";
        let (line, column) = self.place(next)?;
        if self.text[next.clone()].starts_with("pub") {
            return Ok(());
        }
        let free = if line == self.line { self.column } else { 0 };
        if free + WORD.len() <= column {
            self.go_to(line, column - WORD.len());
            self.insert(WORD);
        } else if line > self.line {
            self.go_to(line - 1, self.column * usize::from(line - 1 == self.line));
            self.insert(" pub");
        }
        Ok(())
    }

    /// Where a part of the text stands, if that is still ahead.
    fn place(&self, range: &Range<usize>) -> Result<(usize, usize), Reason> {
        let passed = self.text.get(self.read..range.start).ok_or(Reason::NoRoom)?;
        let line = self.read_line + passed.bytes().filter(|byte| *byte == b'\n').count();
        let line_start = self.text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let column = self.text[line_start..range.start].trim_start_matches('\u{feff}').chars().count();
        let is_past = line < self.line || line == self.line && column < self.column;
        if is_past { Err(Reason::NoRoom) } else { Ok((line, column)) }
    }

    fn go_to(&mut self, line: usize, column: usize) {
        self.written.extend(std::iter::repeat_n('\n', line - self.line));
        let from = if line == self.line { self.column } else { 0 };
        self.written.extend(std::iter::repeat_n(' ', column - from));
        (self.line, self.column) = (line, column);
    }

    /// Writes something that stands nowhere, on the line where the text has come to.
    fn insert(&mut self, text: &str) {
        self.written.push_str(text);
        self.column += text.chars().count();
    }
}

#[cfg(test)]
mod tests;
