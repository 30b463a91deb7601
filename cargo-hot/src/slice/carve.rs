//! Writes the text of a slice: the chosen functions of a file where they stood, and what they need around them.
//!
//! Everything that is kept has its line and its column, so that what rustc writes down about places is true of the
//! user's file; all else is blank. A module of the slice brings all names of its namesake in the host; a method moves
//! into an impl of a trait of the slice's own, where `self` and `Self` mean what they meant.

use crate::shadow::publicize::PRELUDE;
use crate::slice::index::{Block, Entry, FileModule, Function, Impl, Index, Kept, helper_name};
use crate::slice::instances::Instance;
use crate::slice::rules::Reason;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

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
                let found = &carved.index.impls[*number];
                let head = format!(
                    "{} impl {} {} for {} {} {{",
                    found.attributes,
                    found.generics,
                    with_parameters(&trait_name(carved, *number), found),
                    found.self_type,
                    found.where_clause
                );
                page.insert(&head);
            }
            Entry::Close(Block::Impl(number)) if impls.contains(number) => page.insert("}"),
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

/// What a module needs besides what it keeps: the host's names, the traits of its methods, the addresses to compare.
fn surroundings(carved: &Carved<'_>, module: usize) -> String {
    let index = carved.index;
    let path: Vec<&str> = carved.module.iter().map(String::as_str).chain(index.module_path(module)).collect();
    let host = [HOST].into_iter().chain(path).collect::<Vec<_>>().join("::");
    let mut text = format!(" pub use ::{host}::*;");
    if index.modules[module].has_glob {
        // The module's own names win over those of another glob only by name.
        let names = own_names(carved, module);
        let _ = write!(text, " pub use ::{host}::{{{}}};", names.join(", "));
    }
    let mut impls: BTreeMap<usize, Vec<&Function>> = BTreeMap::new();
    for (place, originals) in carved.chosen {
        let function = &index.functions[*place];
        if function.module != module {
            continue;
        }
        if let Some(number) = function.of_impl {
            impls.entry(number).or_default().push(function);
        }
        for original in originals {
            text.push_str(&addresses(carved, *place, &host, original));
        }
    }
    for (number, functions) in impls {
        text.push_str(&helper_trait(carved, number, &functions));
    }
    text
}

fn own_names(carved: &Carved<'_>, module: usize) -> Vec<String> {
    let index = carved.index;
    let mirrored = needed_modules(carved);
    let mut defined: BTreeSet<&str> = mirrored
        .iter()
        .map(|number| &index.modules[*number])
        .filter(|found| found.parent == Some(module))
        .map(|found| found.name.as_str())
        .collect();
    defined.extend(
        carved
            .files
            .keys()
            .map(|number| &index.files[*number])
            .filter(|file| file.module == module)
            .map(|file| file.name.as_str()),
    );
    let chosen = carved.chosen.keys().map(|number| &index.functions[*number]);
    defined.extend(chosen.filter(|function| function.module == module).map(|function| function.name.as_str()));
    let names = index.modules[module].names.iter();
    names
        .filter(|name| !defined.contains(name.as_str()) && !PRELUDE.contains(&name.as_str()) && *name != "_")
        .cloned()
        .collect()
}

/// Two functions that hold the addresses of a chosen function and of the host's.
fn addresses(carved: &Carved<'_>, place: usize, host: &str, original: &Original) -> String {
    let function = &carved.index.functions[place];
    let (of_slice, of_host, generics) = match function.of_impl {
        None => {
            let name = &function.name;
            (format!("self::{name}"), format!("::{host}::{name}"), String::new())
        }
        Some(number) => paths(carved, number, place, original.instance.as_ref()),
    };
    let of_impl = function.of_impl.map_or("", |number| carved.index.impls[number].conditions.as_str());
    let conditions = format!("{of_impl} {}", function.conditions);
    let arguments = original.instance.as_ref().map_or(&[][..], |instance| &instance.arguments).join(", ");
    let arguments = if arguments.is_empty() { arguments } else { format!("::<{arguments}>") };
    let mut text = String::new();
    for (prefix, path) in [(OF_SLICE, of_slice), (OF_HOST, of_host)] {
        // These two are generic over the type alone.
        let arguments =
            if path.starts_with(&format!("::{OF_PRIVATE}")) || path.starts_with(&format!("::{OF_DESTRUCTOR}")) {
                ""
            } else {
                arguments.as_str()
            };
        let head = format!("pub fn {prefix}{}{generics}() -> *const ()", original.number);
        let _ = write!(text, " {conditions} {head} {{ {path}{arguments} as *const () }}");
    }
    text
}

/// The two paths of a method, and the parameters they need.
fn paths(carved: &Carved<'_>, number: usize, place: usize, instance: Option<&Instance>) -> (String, String, String) {
    let function = &carved.index.functions[place];
    let found = &carved.index.impls[number];
    let name = &function.name;
    let (of_type, of_trait, helper, generics) = match instance {
        // What the parameters of the `impl` are follows from the type.
        Some(instance) => {
            let helper = trait_name(carved, number);
            let inferred = vec!["_"; found.types.len()].join(", ");
            let helper = if inferred.is_empty() { helper } else { format!("{helper}<{inferred}>") };
            // Without arguments it is named as its text does.
            let written = found.of_trait.as_ref().map(|of_trait| without_self(&of_trait.whole, &instance.self_type));
            let is_plain = written.as_ref().is_none_or(|written| !written.contains('<'));
            let of_trait = if is_plain { written } else { instance.of_trait.clone().or(written) };
            (instance.self_type.clone(), of_trait, helper, String::new())
        }
        None => {
            let of_trait = found.of_trait.as_ref().map(|of_trait| without_self(&of_trait.whole, &found.self_type));
            let helper = with_parameters(&trait_name(carved, number), found);
            (found.self_type.clone(), of_trait, helper, format!("{} ", found.generics))
        }
    };
    let of_slice = format!("<{of_type} as {helper}>::{}", helper_name(name, place));
    let is_destructor = found.of_trait.as_ref().is_some_and(|of_trait| is_destructor(&of_trait.path));
    let of_host = match of_trait {
        Some(_) if is_destructor => format!("::{OF_DESTRUCTOR}::<{of_type}>"),
        None if carved.private.contains(&place) => format!("::{OF_PRIVATE}::<{of_type}>"),
        Some(of_trait) => format!("<{of_type} as {of_trait}>::{name}"),
        None if function.hot => {
            format!("<{of_type}>::{}{}", hot_runtime::names::BODY_PREFIX, name.trim_start_matches("r#"))
        }
        None => format!("<{of_type}>::{name}"),
    };
    (of_slice, of_host, generics)
}

/// As far as its text tells.
fn is_destructor(of_trait: &str) -> bool {
    matches!(of_trait.trim_start_matches(":: "), "Drop" | "ops :: Drop" | "std :: ops :: Drop" | "core :: ops :: Drop")
}

fn helper_trait(carved: &Carved<'_>, number: usize, functions: &[&Function]) -> String {
    let found = &carved.index.impls[number];
    let mut text = String::new();
    if let Some(of_trait) = &found.of_trait {
        let _ = write!(text, " {} #[allow(unused_imports)] use {} as _;", found.conditions, of_trait.path);
    }
    let above = bounds(carved, found, functions);
    let name = trait_name(carved, number);
    let head = format!("pub trait {name}{}{above} {}", found.generics, found.where_clause);
    let _ = write!(text, " {} {head} {{", found.conditions);
    for function in functions {
        let _ = write!(text, " {} {};", function.conditions, function.declaration);
    }
    text.push_str(" }");
    text
}

/// What is known of `Self` in the trait of a slice: of a method of a trait, that it has that.
fn bounds(carved: &Carved<'_>, found: &Impl, functions: &[&Function]) -> String {
    let says = |text: &str| functions.iter().any(|function| carved.text[function.range.clone()].contains(text));
    let declares_self = functions.iter().any(|function| function.declaration.contains("Self"));
    let mut bounds = Vec::new();
    let of_trait = found.of_trait.as_ref().filter(|_| declares_self || says("Self::"));
    // A trait's own parameters may have `Self` for a default.
    if (declares_self || of_trait.is_some()) && !is_unsized(&found.self_type) {
        bounds.push("Sized");
    }
    let of_trait = of_trait.map(|of_trait| with_static(&without_self(&of_trait.whole, &found.self_type)));
    bounds.extend(of_trait.as_deref());
    if bounds.is_empty() { String::new() } else { format!(": {}", bounds.join(" + ")) }
}

/// As far as its text tells.
fn is_unsized(self_type: &str) -> bool {
    self_type == "str" || self_type.starts_with("dyn ") || self_type.starts_with('[') && !self_type.contains(';')
}

/// Among the bounds of a trait no lifetime may be left out; which one it is does not matter to what `Self` means.
fn with_static(of_trait: &str) -> String {
    let mut parts = of_trait.split('&');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_named = part.trim_start().starts_with('\'');
        text.push_str(if is_named { "&" } else { "&'static " });
        text.push_str(part);
    }
    text.replace("'_", "'static")
}

/// The text with `Self` spelled out.
fn without_self(text: &str, self_type: &str) -> String {
    let words = text.split(' ').map(|word| if word == "Self" { self_type } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// Long enough that the symbol of what the host has fits in the place of a symbol with this name, and the same for the
/// same impl in every slice.
fn trait_name(carved: &Carved<'_>, number: usize) -> String {
    let found = &carved.index.impls[number];
    let of_trait = found.of_trait.as_ref().map_or("", |of_trait| of_trait.whole.as_str());
    let module = carved.module.join("::");
    let hash = xxh3_64(format!("{module} {number} {} {of_trait}", found.self_type).as_bytes());
    format!("__cargo_hot_{hash:016x}{}", "_".repeat(100 + 2 * of_trait.len()))
}

fn with_parameters(name: &str, found: &Impl) -> String {
    let names: Vec<&str> = found.lifetimes.iter().chain(&found.types).map(String::as_str).collect();
    if names.is_empty() { name.to_owned() } else { format!("{name}<{}>", names.join(", ")) }
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
