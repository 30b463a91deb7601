//! Reads a file's text into its [`Index`].

mod functions;

use self::functions::hot_attribute;
use crate::shadow::publicize::of_prelude;
use crate::shadow::type_name;
use crate::slice::index::{Block, Entry, FileModule, Impl, Index, Kept, Key, Module, OfTrait, hash_of};
use crate::slice::rules::Reason;
use proc_macro2::{Span, TokenTree};
use quote::ToTokens;
use std::collections::BTreeMap;
use std::ops::Range;
use syn::spanned::Spanned as _;
use syn::{Attribute, GenericParam, ImplItem, Item, ItemImpl, ItemMod, Lit, Meta, TraitItem, UseTree, Visibility};

/// # Errors
/// The text is no Rust.
pub(super) fn read(text: &str) -> Result<Index, Reason> {
    let offset = crate::shadow::publicize::code_start(text);
    let file = syn::parse_file(&text[offset..]).map_err(|_| Reason::NotParsed)?;
    let mut reader = Reader { index: Index::default(), text, offset, seen: BTreeMap::new(), hot: None };
    reader.index.modules.push(Module::new(String::new(), None, String::new(), text.len()));
    for attribute in file.attrs.iter().filter(|attribute| !attribute.path().is_ident("doc")) {
        reader.kept(0, Kept::Attribute, attribute);
    }
    reader.items(0, &file.items);
    reader.index.entries.push(Entry::Close(Block::Module(0)));
    let index = reader.index;
    // Every text that was parsed is kept for its spans until told otherwise, and no span outlives this.
    proc_macro2::extra::invalidate_current_thread_spans();
    Ok(index)
}

struct Reader<'text> {
    index: Index,
    text: &'text str,
    /// Where the parsed part starts.
    offset: usize,
    seen: BTreeMap<(String, u64, String), usize>,
    /// Of the marked module that is read, if it is in one.
    hot: Option<Attribute>,
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
        if let Some((name, Visibility::Inherited)) = of_prelude(item) {
            self.index.hidden.push(name.to_string());
        }
        let mut rest = |what: &'static str, node: &Item| self.index.rest.push((module, what, hash_of(node)));
        match item {
            Item::Fn(function) => {
                self.own(module, &function.sig.ident, &function.attrs);
                self.function(module, function);
            }
            Item::Impl(found) => self.item_impl(module, found),
            Item::Mod(found) => self.item_mod(module, found),
            Item::Use(found) => {
                self.renamed(&found.tree);
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
                if type_name(&found.ty).is_none_or(|name| found.ident != name.as_str()) {
                    self.index.renamed.push(found.ident.to_string());
                }
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

    fn renamed(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.renamed(&path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.renamed(tree)),
            UseTree::Rename(found) => self.index.renamed.push(found.rename.to_string()),
            UseTree::Name(_) | UseTree::Glob(_) => {}
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
        let outer = self.hot.clone();
        self.hot = hot_attribute(&item.attrs).cloned().or(outer.clone());
        self.items(inner, items);
        self.hot = outer;
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
        let types = item.generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Lifetime(_) => None,
            GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
        });
        let types = types.collect();
        let number = self.index.impls.len();
        let attributes = self.conditions(&item.attrs);
        let conditions = self.plain_conditions(&item.attrs);
        let close = self.range(item.brace_token.span.close()).start;
        self.index.impls.push(Impl {
            module,
            generics: text(&item.generics),
            lifetimes,
            types,
            where_clause: text(&item.generics.where_clause),
            self_type: text(&item.self_ty),
            of_trait,
            attributes,
            conditions,
            close,
        });
        let mut head = item.clone();
        head.items.clear();
        let header = hash_of(&head);
        self.index.rest.push((module, "impl", header));
        self.index.entries.push(Entry::Open(Block::Impl(number)));
        let of_module = self.hot.clone();
        let hot = hot_attribute(&item.attrs).or(of_module.as_ref());
        for member in &item.items {
            match member {
                ImplItem::Fn(function) => self.method(number, header, hot, function),
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
                && let Some(body) = &mut function.default
            {
                let path = format!("{}::{}", item.ident, function.sig.ident);
                let body = std::mem::replace(body, syn::parse_quote!({}));
                self.default_method(module, &path, function, &body);
            }
        }
        bare.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
        self.index.rest.push((module, "trait", hash_of(&bare)));
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
        kept.map(|attribute| self.on_one_line(attribute)).collect::<Vec<_>>().join(" ")
    }

    /// The text of the attributes that a module or impl must keep.
    fn conditions(&self, attributes: &[Attribute]) -> String {
        let kept =
            attributes.iter().filter(|attribute| is_condition(attribute) || attribute.path().is_ident("macro_use"));
        kept.map(|attribute| self.on_one_line(attribute)).collect::<Vec<_>>().join(" ")
    }

    /// As it is written where it has no place of its own: without comments, and its texts, which are reasons, without ends of
    /// lines.
    fn on_one_line(&self, attribute: &Attribute) -> String {
        let text = &self.text[self.range(attribute.span())];
        if !text.contains('\n') {
            return text.to_owned();
        }
        let tokens = attribute.to_token_stream().to_string();
        tokens.lines().map(|line| line.strip_suffix('\\').unwrap_or(line)).collect::<Vec<_>>().join(" ")
    }
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
