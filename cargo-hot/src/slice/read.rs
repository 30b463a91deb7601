//! Reads a file's text into its [`Index`].

use crate::plan::source::is_hot;
use crate::shadow::publicize::of_prelude;
use crate::shadow::type_name;
use crate::slice::index::{
    Block, Entry, FileModule, Function, Impl, Index, Kept, Key, Module, OfTrait, hash_of, helper_name,
};
use crate::slice::rules::{Reason, has_types, is_inlined, of_body, of_function};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeMap;
use std::ops::Range;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, FnArg, GenericParam, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, ItemMod, Lit, Meta, Pat, Signature,
    TraitItem, TraitItemFn, UseTree, Visibility,
};

/// # Errors
/// The text is no Rust.
pub(super) fn read(text: &str) -> Result<Index, Reason> {
    let offset = crate::shadow::publicize::code_start(text);
    let file = syn::parse_file(&text[offset..]).map_err(|_| Reason::NotParsed)?;
    let mut reader = Reader { index: Index::default(), text, offset, seen: BTreeMap::new() };
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
        let hot = hot_attribute(&item.attrs);
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

    fn default_method(&mut self, module: usize, path: &str, item: &TraitItemFn, body: &syn::Block) {
        let key = self.key(module, 1, path.to_owned());
        let ident = self.range(item.sig.ident.span());
        let body_range = self.inside(body);
        self.index.functions.push(Function {
            key,
            name: item.sig.ident.to_string(),
            path: path.to_owned(),
            line: self.line(item.sig.ident.span()),
            module,
            of_impl: None,
            hot: false,
            boxes: String::new(),
            is_inlined: false,
            is_generic: false,
            is_private: false,
            reason: Some(Reason::DefaultMethod),
            range: self.range(item.sig.span()).start..body_range.end + 1,
            kept: Vec::new(),
            body: body_range,
            declaration: String::new(),
            conditions: String::new(),
            ident,
            signature: 0,
            body_hash: hash_of(body),
        });
    }

    fn function(&mut self, module: usize, item: &ItemFn) {
        let key = self.key(module, 0, item.sig.ident.to_string());
        let hot = is_hot(&item.attrs);
        let reason = of_function(&item.attrs, &item.sig, hot).or_else(|| of_body(&item.block));
        let whole = self.range(item.span());
        let kept = self.parts(item.attrs.iter(), &item.vis, true, &item.sig, whole.end);
        let function = Function {
            key,
            name: item.sig.ident.to_string(),
            path: item.sig.ident.to_string(),
            line: self.line(item.sig.ident.span()),
            module,
            of_impl: None,
            hot,
            boxes: String::new(),
            is_inlined: is_inlined(&item.attrs),
            is_generic: has_types(&item.sig.generics),
            is_private: false,
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
        attributes.map(|attribute| self.range(attribute.span())).chain(std::iter::once(start..end)).collect()
    }

    fn method(&mut self, number: usize, header: u64, hot_impl: Option<&Attribute>, item: &ImplItemFn) {
        let found = &self.index.impls[number];
        let (module, self_type) = (found.module, found.self_type.replace(' ', ""));
        let is_inherent = found.of_trait.is_none();
        let is_generic = !found.types.is_empty();
        let key = self.key(module, header, item.sig.ident.to_string());
        let hot = hot_attribute(&item.attrs).or(hot_impl);
        let boxes = hot.map(|attribute| boxes(attribute, &item.sig)).unwrap_or_default();
        let of_function = || of_function(&item.attrs, &item.sig, hot.is_some());
        let reason = of_function().or_else(|| of_body(&item.block));
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
            hot: hot.is_some(),
            is_inlined: is_inlined(&item.attrs),
            is_generic: has_types(&item.sig.generics) || is_generic,
            is_private: is_inherent && !matches!(item.vis, Visibility::Public(_)),
            reason,
            range: whole,
            kept,
            body: self.inside(&item.block),
            declaration: boxes.clone()
                + &declaration(
                    &item.sig,
                    &self.index.impls[number].self_type,
                    &helper_name(&item.sig.ident.to_string(), self.index.functions.len()),
                ),
            boxes,
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

fn hot_attribute(attributes: &[Attribute]) -> Option<&Attribute> {
    attributes.iter().find(|attribute| is_hot(std::slice::from_ref(*attribute)))
}

/// The attribute that makes the body of an `async fn` what the program has under its name; see `hot_macros`.
fn boxes(hot: &Attribute, signature: &Signature) -> String {
    let arguments = match &hot.meta {
        Meta::List(list) => format!("({})", list.tokens),
        _ => String::new(),
    };
    signature.asyncness.map(|_| format!("#[::hot_runtime::hot_body{arguments}] ")).unwrap_or_default()
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

fn hash_of_attributes(attributes: &[Attribute]) -> u64 {
    let tokens: TokenStream = attributes.iter().map(ToTokens::to_token_stream).collect();
    hash_of(&tokens)
}
