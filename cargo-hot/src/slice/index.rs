//! Where everything stands in one file that a slice may need, and what a save changed of it.
//!
//! Knows places, not syntax trees: a change inside one function body is followed by parsing that function alone.

use crate::plan::source::text as normal_text;
use crate::slice::read::read;
use crate::slice::rules::{Reason, of_body};
use hot_runtime::names::BODY_PREFIX;
use proc_macro2::TokenStream;
use quote::ToTokens;
use std::ops::Range;
use syn::{Attribute, ImplItemFn, ItemFn, Signature, Visibility};
use unicode_width::UnicodeWidthChar;
use xxhash_rust::xxh3::xxh3_64;

/// One file's content, in the order of its text.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(crate) entries: Vec<Entry>,
    /// The file's own module is the first.
    pub(crate) modules: Vec<Module>,
    pub(crate) files: Vec<FileModule>,
    pub(crate) impls: Vec<Impl>,
    pub(crate) functions: Vec<Function>,
    /// Private items with names of the prelude, which stay private in the host.
    pub(crate) hidden: Vec<String>,
    /// Names that stand for something of another name.
    pub(crate) renamed: Vec<String>,
    /// Hashes of what no slice holds, to see that it did not change: module, what it is, its text.
    pub(super) rest: Vec<(usize, &'static str, u64)>,
}

#[derive(Debug, Clone)]
pub(crate) enum Entry {
    /// Kept in every slice that has the module.
    Kept {
        module: usize,
        kind: Kept,
        range: Range<usize>,
        hash: u64,
    },
    Open(Block),
    Close(Block),
    File(usize),
    Function(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    Module(usize),
    Impl(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// An inner attribute of the root file.
    Attribute,
    Use,
    ExternCrate,
    Macro,
    /// Kept where it is new: the host has the others.
    Const,
}

/// A module with its text in this file.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) parent: Option<usize>,
    /// Attributes that say whether it is there, and which macros it lets out.
    pub(crate) attributes: String,
    /// Items of its own that other modules could name.
    pub(crate) names: Vec<String>,
    pub(crate) has_glob: bool,
    pub(crate) has_macros: bool,
    pub(super) close: usize,
}

/// `mod name;`
#[derive(Debug)]
pub(crate) struct FileModule {
    pub(crate) name: String,
    pub(crate) module: usize,
    pub(crate) attributes: String,
    /// Of `#[path = ".."]`.
    pub(crate) path: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Impl {
    pub(crate) module: usize,
    /// As written: `<'a>`, or nothing.
    pub(crate) generics: String,
    /// The names in them, lifetimes first.
    pub(crate) lifetimes: Vec<String>,
    pub(crate) types: Vec<String>,
    pub(crate) where_clause: String,
    pub(crate) self_type: String,
    pub(crate) of_trait: Option<OfTrait>,
    pub(crate) attributes: String,
    /// Those of them that say whether it is there, and nothing else.
    pub(crate) conditions: String,
    pub(super) close: usize,
}

/// The trait of an impl, with its generic arguments and without.
#[derive(Debug)]
pub(crate) struct OfTrait {
    pub(crate) whole: String,
    pub(crate) path: String,
}

#[derive(Debug)]
pub(crate) struct Function {
    /// Tells it from every other of the file.
    pub(crate) key: Key,
    pub(crate) name: String,
    /// As a human writes it, without the modules of the file.
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) module: usize,
    pub(crate) of_impl: Option<usize>,
    pub(crate) hot: bool,
    /// The attribute that a slice needs before it: of a hot method that is `async`, or where its module is what is marked.
    pub(crate) boxes: String,
    pub(crate) is_inlined: bool,
    /// Over types or constants, itself or the `impl` that it is of.
    pub(crate) is_generic: bool,
    /// Whether it is a method that no other module names.
    pub(crate) is_private: bool,
    pub(crate) reason: Option<Reason>,
    /// The statics in its body, with all else that it declares.
    pub(crate) statics: Option<String>,
    /// With its attributes.
    pub(crate) range: Range<usize>,
    /// What a slice keeps of it: attributes, and, last, all from the signature on.
    pub(crate) kept: Vec<Range<usize>>,
    /// Between its braces.
    pub(crate) body: Range<usize>,
    /// As a trait declares it, under the name that it has there.
    pub(crate) declaration: String,
    /// Attributes that say whether it is there.
    pub(crate) conditions: String,
    /// Where its name stands.
    pub(crate) ident: Range<usize>,
    pub(super) signature: u64,
    pub(super) body_hash: u64,
}

/// Module, impl, name, and which of those that share them.
pub(crate) type Key = (String, u64, String, usize);

/// What a new text of the file means for a slice.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Functions with another body.
    pub(crate) changed: Vec<Key>,
    /// Free functions that were not there.
    pub(crate) added: Vec<Key>,
    /// Hashes of constants that were not there.
    pub(crate) constants: Vec<u64>,
    /// Whether names of the file may have another meaning.
    pub(crate) context: bool,
}

impl Index {
    /// # Errors
    /// The text is no Rust.
    pub(crate) fn of(text: &str) -> Result<Self, Reason> {
        read(text)
    }

    pub(crate) fn function(&self, key: &Key) -> Option<&Function> {
        self.functions.iter().find(|function| function.key == *key)
    }

    /// The names of the modules from the file's own to this one.
    pub(crate) fn module_path(&self, module: usize) -> Vec<&str> {
        let mut names = Vec::new();
        let mut at = Some(module);
        while let Some(module) = at.filter(|module| *module != 0) {
            names.push(self.modules[module].name.as_str());
            at = self.modules[module].parent;
        }
        names.reverse();
        names
    }

    /// Takes the index from the text `old` to `new`, and tells what changed.
    ///
    /// # Errors
    /// More changed than a slice can hold; the index is that of the new text, if it is Rust.
    pub(crate) fn update(&mut self, old: &str, new: &str) -> Result<Edit, Reason> {
        if let Some(edit) = self.follow(old, new) {
            return Ok(edit);
        }
        let latest = Self::of(new)?;
        let edit = self.compare(&latest);
        *self = latest;
        edit
    }

    /// The way of almost every save: all that changed lies between the braces of one function.
    fn follow(&mut self, old: &str, new: &str) -> Option<Edit> {
        let start = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
        let (old_rest, new_rest) = (&old.as_bytes()[start..], &new.as_bytes()[start..]);
        let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
        let end = old.len() - tail;
        let number =
            self.functions.iter().position(|function| function.body.start <= start && end <= function.body.end)?;
        let delta = new.len().cast_signed() - old.len().cast_signed();
        let range = self.functions[number].range.clone();
        let parsed = new.get(range.start..range.end.checked_add_signed(delta)?)?;
        let function = &mut self.functions[number];
        // Attributes of the function may stand between its braces, too.
        let (signature, block) = match function.of_impl {
            Some(_) => {
                let item = syn::parse_str::<ImplItemFn>(parsed).ok()?;
                (hash_of_signature(&item.attrs, &item.vis, &item.sig), item.block)
            }
            None => {
                let item = syn::parse_str::<ItemFn>(parsed).ok()?;
                (hash_of_signature(&item.attrs, &item.vis, &item.sig), *item.block)
            }
        };
        let (body_hash, items) = (hash_of(&block), of_body(&block));
        proc_macro2::extra::invalidate_current_thread_spans();
        if signature != function.signature || items.statics != function.statics {
            return None;
        }
        if matches!(function.reason, None | Some(Reason::HoldsItems)) {
            function.reason = items.reason;
        }
        let lines = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
        let moved = lines(&new[start..new.len() - tail]).cast_signed() - lines(&old[start..end]).cast_signed();
        let is_changed = std::mem::replace(&mut function.body_hash, body_hash) != body_hash;
        let key = function.key.clone();
        let start = function.body.start;
        self.shift(end, delta, moved);
        // What was written right behind the brace is inside.
        self.functions[number].body.start = start;
        Some(Edit { changed: if is_changed { vec![key] } else { Vec::new() }, ..Edit::default() })
    }

    /// Moves all that stands at or behind `at`.
    fn shift(&mut self, at: usize, delta: isize, lines: isize) {
        let move_position = |position: &mut usize| {
            if *position >= at {
                *position = position.saturating_add_signed(delta);
            }
        };
        let move_range = |range: &mut Range<usize>| {
            move_position(&mut range.start);
            move_position(&mut range.end);
        };
        for entry in &mut self.entries {
            if let Entry::Kept { range, .. } = entry {
                move_range(range);
            }
        }
        for function in &mut self.functions {
            if function.range.start >= at {
                function.line = function.line.saturating_add_signed(lines);
            }
            move_range(&mut function.range);
            move_range(&mut function.body);
            function.kept.iter_mut().for_each(move_range);
            move_range(&mut function.ident);
        }
        self.modules.iter_mut().for_each(|module| move_position(&mut module.close));
        self.impls.iter_mut().for_each(|found| move_position(&mut found.close));
    }

    fn compare(&self, latest: &Self) -> Result<Edit, Reason> {
        if self.shape() != latest.shape() {
            return Err(Reason::MoreThanBodies);
        }
        let mut edit = Edit::default();
        for function in &self.functions {
            let Some(now) = latest.function(&function.key) else { return Err(Reason::FunctionRemoved) };
            if now.signature != function.signature {
                return Err(Reason::SignatureChanged);
            }
            if now.statics != function.statics {
                return Err(Reason::HoldsItems);
            }
            if now.body_hash != function.body_hash {
                edit.changed.push(now.key.clone());
            }
        }
        for function in &latest.functions {
            if self.function(&function.key).is_none() {
                if function.of_impl.is_some() {
                    return Err(Reason::MethodAdded);
                }
                edit.added.push(function.key.clone());
            }
        }
        for (kind, hash) in latest.kept() {
            let count = |index: &Self| index.kept().filter(|found| *found == (kind, hash)).count();
            if count(self) != count(latest) {
                edit.context = true;
                if kind == Kept::Const {
                    edit.constants.push(hash);
                }
            }
        }
        let is_lost = |(kind, hash): (Kept, u64)| latest.kept().all(|found| found != (kind, hash));
        let lost: Vec<_> = self.kept().filter(|found| is_lost(*found)).collect();
        if lost.iter().any(|(kind, _)| *kind != Kept::Use) {
            return Err(Reason::MoreThanBodies);
        }
        let is_new = |kind: Kept| latest.kept().any(|found| found.0 == kind && self.kept().all(|known| known != found));
        if [Kept::Attribute, Kept::ExternCrate, Kept::Macro].into_iter().any(is_new) {
            return Err(Reason::MoreThanBodies);
        }
        edit.context |= !lost.is_empty() || !edit.added.is_empty();
        Ok(edit)
    }

    /// The macros that the file defines by `macro_rules!`: names and definitions.
    pub(crate) fn macros<'text>(&self, text: &'text str) -> impl Iterator<Item = (&'text str, &'text str)> {
        self.entries.iter().filter_map(move |entry| {
            let Entry::Kept { kind: Kept::Macro, range, .. } = entry else { return None };
            let definition = text.get(range.clone())?;
            let (_, rest) = definition.split_once("macro_rules!")?;
            let name = rest.trim_start().split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()?;
            Some((name, definition))
        })
    }

    fn kept(&self) -> impl Iterator<Item = (Kept, u64)> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Kept { kind, hash, .. } => Some((*kind, *hash)),
            _ => None,
        })
    }

    /// All that must stay as it is.
    fn shape(&self) -> impl PartialEq + use<> {
        let mut rest = self.rest.clone();
        rest.sort_unstable();
        let modules: Vec<_> =
            self.modules.iter().map(|module| (module.name.clone(), module.parent, module.attributes.clone())).collect();
        let files: Vec<_> = self
            .files
            .iter()
            .map(|file| (file.name.clone(), file.module, file.attributes.clone(), file.path.clone()))
            .collect();
        (rest, modules, files)
    }
}

impl Module {
    pub(super) fn new(name: String, parent: Option<usize>, attributes: String, close: usize) -> Self {
        let names = Vec::new();
        Self { name, parent, attributes, names, has_glob: false, has_macros: false, close }
    }
}

/// Of all of a function but its body.
pub(super) fn hash_of_signature(attributes: &[Attribute], visibility: &Visibility, signature: &Signature) -> u64 {
    let attributes: TokenStream = attributes.iter().map(ToTokens::to_token_stream).collect();
    hash_of(signature) ^ hash_of(&attributes) ^ hash_of(visibility)
}

/// Of the text that counts.
pub(super) fn hash_of(node: &impl ToTokens) -> u64 {
    xxh3_64(normal_text(node).as_bytes())
}

impl Function {
    /// What symbols call it: a hot method by its body, which stands beside it.
    pub(crate) fn symbol_name(&self) -> String {
        let prefix = if self.hot && self.of_impl.is_some() { BODY_PREFIX } else { "" };
        format!("{prefix}{}", self.name.trim_start_matches("r#"))
    }
}

/// The name of a method in the trait of a slice: as long as its own in characters, and as wide (panics count the cells of
/// a terminal), so that what follows stays in its columns; but no other's, or a call by the name could mean either.
pub(crate) fn helper_name(name: &str, number: usize) -> String {
    const NARROW: (u32, usize) = (0x13000, 0x400);
    const WIDE: (u32, usize) = (0x4e00, 0x5000);
    let name = name.trim_start_matches("r#");
    let is_wide = name.chars().next().and_then(UnicodeWidthChar::width) == Some(2);
    let (first, count) = if is_wide { WIDE } else { NARROW };
    let letter = u32::try_from(number % count).ok().and_then(|number| char::from_u32(first + number));
    letter.into_iter().chain(name.chars().skip(1)).collect()
}

#[cfg(test)]
mod tests;
