//! Where everything stands in one file that a slice may need, and what a save changed of it.
//!
//! Knows places, not syntax trees: a change inside one function body is followed by parsing that function alone.

use crate::plan::source::{is_hot, text as normal_text};
use crate::slice::rules::{Reason, is_never_inlined, of_body, of_function, of_impl};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeMap;
use std::ops::Range;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, FnArg, GenericParam, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, ItemMod, Lit, Meta, Pat, Signature,
    TraitItem, UseTree, Visibility,
};
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
    /// Hashes of what no slice holds, to see that it did not change: module, what it is, its text.
    rest: Vec<(usize, &'static str, u64)>,
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
    close: usize,
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
    pub(crate) lifetimes: Vec<String>,
    pub(crate) where_clause: String,
    pub(crate) self_type: String,
    pub(crate) of_trait: Option<OfTrait>,
    pub(crate) attributes: String,
    close: usize,
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
    pub(crate) is_never_inlined: bool,
    pub(crate) reason: Option<Reason>,
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
    signature: u64,
    body_hash: u64,
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
        let offset = crate::shadow::publicize::code_start(text);
        let file = syn::parse_file(&text[offset..]).map_err(|_| Reason::NotParsed)?;
        let mut reader = Reader { index: Self::default(), text, offset, seen: BTreeMap::new() };
        reader.index.modules.push(Module::new(String::new(), None, String::new(), text.len()));
        for attribute in file.attrs.iter().filter(|attribute| !attribute.path().is_ident("doc")) {
            reader.kept(0, Kept::Attribute, attribute);
        }
        reader.items(0, &file.items);
        reader.index.entries.push(Entry::Close(Block::Module(0)));
        let index = reader.index;
        proc_macro2::extra::invalidate_current_thread_spans();
        Ok(index)
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
        let (block, reason) = match function.of_impl {
            Some(_) => syn::parse_str::<ImplItemFn>(parsed).map(|item| (of_body(&item.block), item.block)),
            None => syn::parse_str::<ItemFn>(parsed).map(|item| (of_body(&item.block), *item.block)),
        }
        .map(|(reason, block)| (block, reason))
        .ok()?;
        let body_hash = hash_of(&block);
        proc_macro2::extra::invalidate_current_thread_spans();
        if reason.is_some() && function.reason.is_none() {
            function.reason = reason;
        }
        let lines = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
        let moved = lines(&new[start..new.len() - tail]).cast_signed() - lines(&old[start..end]).cast_signed();
        let is_changed = std::mem::replace(&mut function.body_hash, body_hash) != body_hash;
        let key = function.key.clone();
        self.shift(end, delta, moved);
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
    fn new(name: String, parent: Option<usize>, attributes: String, close: usize) -> Self {
        let names = Vec::new();
        Self { name, parent, attributes, names, has_glob: false, has_macros: false, close }
    }
}

struct Reader<'text> {
    index: Index,
    text: &'text str,
    /// Where the parsed part starts.
    offset: usize,
    seen: BTreeMap<(String, u64, String), usize>,
}

impl Reader<'_> {
    fn range(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        range.start + self.offset..range.end + self.offset
    }

    fn kept(&mut self, module: usize, kind: Kept, node: &impl ToTokens) {
        let range = self.range(node.span());
        self.index.entries.push(Entry::Kept { module, kind, range, hash: hash_of(node) });
    }

    /// A name that others may use; not where a condition says whether it is there.
    fn own(&mut self, module: usize, ident: &syn::Ident, attributes: &[Attribute]) {
        let is_test = |attribute: &Attribute| attribute.path().is_ident("test") || attribute.path().is_ident("bench");
        if !attributes.iter().any(|attribute| is_condition(attribute) || is_test(attribute)) {
            self.index.modules[module].names.push(ident.to_string());
        }
    }

    fn items(&mut self, module: usize, items: &[Item]) {
        for item in items {
            self.item(module, item);
        }
    }

    fn item(&mut self, module: usize, item: &Item) {
        let mut rest = |what: &'static str, node: &Item| self.index.rest.push((module, what, hash_of(node)));
        match item {
            Item::Fn(function) => {
                self.own(module, &function.sig.ident, &function.attrs);
                self.function(module, function);
            }
            Item::Impl(found) => self.item_impl(module, found),
            Item::Mod(found) => self.item_mod(module, found),
            Item::Use(found) => {
                self.index.modules[module].has_glob |= holds_glob(&found.tree);
                self.kept(module, Kept::Use, found);
            }
            Item::ExternCrate(found) => self.kept(module, Kept::ExternCrate, found),
            Item::Macro(found) if found.mac.path.is_ident("macro_rules") => {
                self.index.modules[module].has_macros = true;
                self.kept(module, Kept::Macro, found);
            }
            Item::Macro(found) => {
                rest("macro", item);
                self.branches(module, found);
            }
            Item::Const(found) => {
                self.own(module, &found.ident, &found.attrs);
                self.kept(module, Kept::Const, found);
            }
            Item::Trait(found) => {
                self.own(module, &found.ident, &found.attrs);
                self.item_trait(module, found);
            }
            Item::Enum(found) => {
                rest("enum", item);
                self.own(module, &found.ident, &found.attrs);
            }
            Item::Static(found) => {
                rest("static", item);
                self.own(module, &found.ident, &found.attrs);
            }
            Item::Struct(found) => {
                rest("struct", item);
                self.own(module, &found.ident, &found.attrs);
            }
            Item::Type(found) => {
                rest("type", item);
                self.own(module, &found.ident, &found.attrs);
            }
            Item::Union(found) => {
                rest("union", item);
                self.own(module, &found.ident, &found.attrs);
            }
            _ => rest("item", item),
        }
    }

    fn item_mod(&mut self, module: usize, item: &ItemMod) {
        self.own(module, &item.ident, &item.attrs);
        let attributes = self.conditions(&item.attrs);
        let name = item.ident.to_string();
        let Some((brace, items)) = &item.content else {
            let path = item.attrs.iter().find_map(path_attribute);
            self.index.entries.push(Entry::File(self.index.files.len()));
            self.index.files.push(FileModule { name, module, attributes, path });
            return;
        };
        let inner = self.index.modules.len();
        let close = self.range(brace.span.close()).start;
        self.index.modules.push(Module::new(name, Some(module), attributes, close));
        self.index.entries.push(Entry::Open(Block::Module(inner)));
        self.items(inner, items);
        self.index.entries.push(Entry::Close(Block::Module(inner)));
    }

    /// The files that a `cfg_if!` or `cfg_select!` declares: those of them that are compiled are in the crate's list.
    fn branches(&mut self, module: usize, item: &syn::ItemMacro) {
        let name = item.mac.path.segments.last().map(|last| last.ident.to_string());
        if !matches!(name.as_deref(), Some("cfg_if" | "cfg_select")) {
            return;
        }
        for token in item.mac.tokens.clone() {
            let TokenTree::Group(group) = token else { continue };
            let Ok(branch) = syn::parse2::<syn::File>(group.stream()) else { continue };
            for item in branch.items {
                if let Item::Mod(item) = item
                    && item.content.is_none()
                {
                    self.item_mod(module, &item);
                    // Another branch may be the one that counts.
                    self.index.modules[module].names.retain(|name| item.ident != name.as_str());
                }
            }
        }
    }

    fn item_impl(&mut self, module: usize, item: &ItemImpl) {
        let text = |node: &dyn ToTokens| node.to_token_stream().to_string();
        let of_trait = item.trait_.as_ref().map(|(path, _)| {
            let mut bare = path.clone();
            bare.segments.iter_mut().for_each(|segment| segment.arguments = syn::PathArguments::None);
            OfTrait { whole: text(path), path: text(&bare) }
        });
        let lifetimes = item.generics.lifetimes().map(|found| found.lifetime.to_string()).collect();
        let number = self.index.impls.len();
        let attributes = self.conditions(&item.attrs);
        let close = self.range(item.brace_token.span.close()).start;
        self.index.impls.push(Impl {
            module,
            generics: text(&item.generics),
            lifetimes,
            where_clause: text(&item.generics.where_clause),
            self_type: text(&item.self_ty),
            of_trait,
            attributes,
            close,
        });
        let mut head = item.clone();
        head.items.clear();
        let header = hash_of(&head);
        self.index.rest.push((module, "impl", header));
        self.index.entries.push(Entry::Open(Block::Impl(number)));
        let is_hot = is_hot(&item.attrs);
        let reason = of_impl(item);
        for member in &item.items {
            match member {
                ImplItem::Fn(function) => self.method(number, header, is_hot, reason.clone(), function),
                other => self.index.rest.push((module, "associated", hash_of(other) ^ header)),
            }
        }
        self.index.entries.push(Entry::Close(Block::Impl(number)));
    }

    /// Default methods have no code of their own in the host: it is in each implementation.
    fn item_trait(&mut self, module: usize, item: &syn::ItemTrait) {
        let mut bare = item.clone();
        for member in &mut bare.items {
            if let TraitItem::Fn(function) = member
                && function.default.is_some()
            {
                let name = format!("{}::{}", item.ident, function.sig.ident);
                let reason = Some(Reason::DefaultMethod);
                self.unsliceable(module, &name, &function.sig, reason);
            }
        }
        bare.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
        self.index.rest.push((module, "trait", hash_of(&bare)));
    }

    /// A function that is only listed: a change of it is one of what no slice holds.
    fn unsliceable(&mut self, module: usize, path: &str, signature: &Signature, reason: Option<Reason>) {
        let key = self.key(module, 1, path.to_owned());
        let range = self.range(signature.span());
        self.index.functions.push(Function {
            key,
            name: signature.ident.to_string(),
            path: path.to_owned(),
            line: signature.ident.span().start().line,
            module,
            of_impl: None,
            hot: false,
            is_never_inlined: false,
            reason,
            range: range.clone(),
            kept: Vec::new(),
            body: range.end..range.end,
            declaration: String::new(),
            conditions: String::new(),
            ident: range.clone(),
            signature: 0,
            body_hash: 0,
        });
    }

    fn function(&mut self, module: usize, item: &ItemFn) {
        let key = self.key(module, 0, item.sig.ident.to_string());
        let reason = of_function(&item.attrs, &item.sig).or_else(|| of_body(&item.block));
        let whole = self.range(item.span());
        let kept = self.parts(item.attrs.iter(), &item.vis, true, &item.sig, whole.end);
        let function = Function {
            key,
            name: item.sig.ident.to_string(),
            path: item.sig.ident.to_string(),
            line: self.line(item.sig.ident.span()),
            module,
            of_impl: None,
            hot: is_hot(&item.attrs),
            is_never_inlined: is_never_inlined(&item.attrs),
            reason,
            range: whole,
            kept,
            body: self.inside(&item.block),
            declaration: String::new(),
            conditions: self.plain_conditions(&item.attrs),
            ident: self.range(item.sig.ident.span()),
            signature: hash_of(&item.sig) ^ hash_of_attributes(&item.attrs) ^ hash_of(&item.vis),
            body_hash: hash_of(&item.block),
        };
        self.index.entries.push(Entry::Function(self.index.functions.len()));
        self.index.functions.push(function);
    }

    /// What a slice keeps of a function: attributes that are code, and all from the signature on.
    fn parts<'a>(
        &self,
        attributes: impl Iterator<Item = &'a Attribute>,
        visibility: &Visibility,
        keeps_public: bool,
        signature: &Signature,
        end: usize,
    ) -> Vec<Range<usize>> {
        let start = match visibility {
            Visibility::Inherited => self.range(signature.span()).start,
            Visibility::Public(token) if keeps_public => self.range(token.span).start,
            visibility => {
                let after = self.range(visibility.span()).end;
                after + self.text[after..].find(|letter: char| !letter.is_whitespace()).unwrap_or(0)
            }
        };
        // Those of the block are in it.
        let is_before = |attribute: &&Attribute| matches!(attribute.style, syn::AttrStyle::Outer);
        let attributes = attributes.filter(is_before).filter(|attribute| !attribute.path().is_ident("doc"));
        attributes.map(|attribute| self.range(attribute.span())).chain([start..end]).collect()
    }

    fn method(&mut self, number: usize, header: u64, is_hot_impl: bool, reason: Option<Reason>, item: &ImplItemFn) {
        let found = &self.index.impls[number];
        let (module, self_type) = (found.module, found.self_type.replace(' ', ""));
        let key = self.key(module, header, item.sig.ident.to_string());
        let reason = reason.or_else(|| of_function(&item.attrs, &item.sig)).or_else(|| of_body(&item.block));
        let whole = self.range(item.span());
        let attributes = item.attrs.iter().filter(|attribute| !is_hot(std::slice::from_ref(*attribute)));
        let kept = self.parts(attributes, &item.vis, false, &item.sig, whole.end);
        let function = Function {
            key,
            name: item.sig.ident.to_string(),
            path: format!("{self_type}::{}", item.sig.ident),
            line: self.line(item.sig.ident.span()),
            module,
            of_impl: Some(number),
            hot: is_hot_impl || is_hot(&item.attrs),
            is_never_inlined: is_never_inlined(&item.attrs),
            reason,
            range: whole,
            kept,
            body: self.inside(&item.block),
            declaration: declaration(
                &item.sig,
                &self.index.impls[number].self_type,
                &helper_name(&item.sig.ident.to_string(), self.index.functions.len()),
            ),
            conditions: self.plain_conditions(&item.attrs),
            ident: self.range(item.sig.ident.span()),
            signature: hash_of(&item.sig) ^ hash_of_attributes(&item.attrs) ^ hash_of(&item.vis),
            body_hash: hash_of(&item.block),
        };
        self.index.entries.push(Entry::Function(self.index.functions.len()));
        self.index.functions.push(function);
    }

    fn inside(&self, block: &syn::Block) -> Range<usize> {
        self.range(block.brace_token.span.open()).end..self.range(block.brace_token.span.close()).start
    }

    fn line(&self, span: Span) -> usize {
        span.start().line + self.text[..self.offset].bytes().filter(|byte| *byte == b'\n').count()
    }

    fn key(&mut self, module: usize, header: u64, name: String) -> Key {
        let module = self.index.module_path(module).join("::");
        let count = self.seen.entry((module.clone(), header, name.clone())).or_default();
        *count += 1;
        (module, header, name, *count)
    }

    /// The text of the attributes that say whether a function is there, and nothing else.
    fn plain_conditions(&self, attributes: &[Attribute]) -> String {
        let kept = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        kept.map(|attribute| self.text[self.range(attribute.span())].to_owned()).collect::<Vec<_>>().join(" ")
    }

    /// The text of the attributes that a module or impl must keep.
    fn conditions(&self, attributes: &[Attribute]) -> String {
        let kept =
            attributes.iter().filter(|attribute| is_condition(attribute) || attribute.path().is_ident("macro_use"));
        kept.map(|attribute| self.text[self.range(attribute.span())].to_owned()).collect::<Vec<_>>().join(" ")
    }
}

/// The name of a method in the trait of a slice: as long in characters as its own, so that what follows stays in its
/// columns, but no other's, or a call by the name could mean either.
pub(crate) fn helper_name(name: &str, number: usize) -> String {
    const FIRST: u32 = 0x4e00;
    const COUNT: usize = 0x5000;
    let letter = u32::try_from(number % COUNT).ok().and_then(|number| char::from_u32(FIRST + number));
    let name = name.trim_start_matches("r#");
    letter.into_iter().chain(name.chars().skip(1)).collect()
}

/// A method's signature as a trait declares it: a pattern has no place there.
fn declaration(signature: &Signature, self_type: &str, name: &str) -> String {
    let mut signature = signature.clone();
    signature.ident = syn::Ident::new(name, Span::call_site());
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                receiver.attrs.clear();
                receiver.mutability = None;
                // A trait knows its receiver by this name alone.
                if let syn::ReceiverKind::Typed(_, of_type) = &mut receiver.kind
                    && let Ok(spelled) =
                        syn::parse_str(&of_type.to_token_stream().to_string().replace(self_type, "Self"))
                {
                    **of_type = spelled;
                }
            }
            FnArg::Typed(typed) => {
                typed.attrs.clear();
                *typed.pat = Pat::Verbatim(quote::quote!(_));
            }
        }
    }
    signature.to_token_stream().to_string()
}

fn is_condition(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
}

fn path_attribute(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    let syn::Expr::Lit(value) = &meta.value else { return None };
    match &value.lit {
        Lit::Str(path) if meta.path.is_ident("path") => Some(path.value()),
        _ => None,
    }
}

fn holds_glob(tree: &UseTree) -> bool {
    match tree {
        UseTree::Glob(_) => true,
        UseTree::Path(path) => holds_glob(&path.tree),
        UseTree::Group(group) => group.items.iter().any(holds_glob),
        UseTree::Name(_) | UseTree::Rename(_) => false,
    }
}

pub(crate) fn has_types(generics: &syn::Generics) -> bool {
    generics.params.iter().any(|parameter| !matches!(parameter, GenericParam::Lifetime(_)))
}

fn hash_of_attributes(attributes: &[Attribute]) -> u64 {
    let tokens: TokenStream = attributes.iter().map(ToTokens::to_token_stream).collect();
    hash_of(&tokens)
}

fn hash_of(node: &impl ToTokens) -> u64 {
    xxh3_64(normal_text(node).as_bytes())
}

#[cfg(test)]
mod tests;
