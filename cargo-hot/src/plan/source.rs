//! Walks a parsed file and names what it finds as a human would: `game::World::step`.
//!
//! Also says what text of it counts. What is made of the findings is left to [`super::shapes`] and
//! [`super::functions`]. What other macros than the few known here expand to is not seen.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, Expr, File, Ident, ImplItemConst, ImplItemFn, ImplItemType, ItemConst, ItemEnum, ItemFn,
    ItemImpl, ItemMacro, ItemMod, ItemStatic, ItemStruct, ItemTrait, ItemType, ItemUnion, ItemUse, Macro, Signature,
    Token, TraitItemConst, TraitItemFn, Type, Visibility,
};

/// One thing that a file defines.
pub(super) enum Found<'a> {
    Function {
        sig: &'a Signature,
        body: Option<&'a Block>,
        hot: bool,
        of_trait: bool,
    },
    Struct(&'a ItemStruct),
    Enum(&'a ItemEnum),
    Union(&'a ItemUnion),
    Trait(&'a ItemTrait),
    Static {
        ident: &'a Ident,
        ty: &'a Type,
        value: &'a Expr,
    },
    Alias {
        ident: &'a Ident,
        ty: &'a Type,
    },
    Const {
        ident: &'a Ident,
        ty: &'a Type,
        value: &'a Expr,
    },
    Use(&'a ItemUse),
    /// A macro where items stand: a definition, or a call that writes items.
    Macro(&'a Macro),
}

/// Where it was found.
pub(super) struct Scope {
    /// Modules, then types, traits and functions.
    names: Vec<String>,
    /// How many of the names are modules.
    modules: usize,
}

impl Scope {
    pub(super) fn path(&self, name: impl ToString) -> String {
        let name = name.to_string();
        self.names.iter().map(String::as_str).chain([name.as_str()]).collect::<Vec<_>>().join("::")
    }

    pub(super) fn module(&self) -> String {
        self.names[..self.modules].join("::")
    }
}

/// Shows everything that `file`, which is the module `module`, defines, in the order of the text.
pub(super) fn scan(file: &File, module: &[String], found: &mut dyn FnMut(&Scope, Found<'_>)) {
    let scope = Scope { names: module.to_vec(), modules: module.len() };
    Scan { scope, hot: false, in_trait: false, found }.visit_file(file);
}

/// Is `#[hot]`, by whatever path, among the attributes?
pub(crate) fn is_hot(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().segments.last().is_some_and(|segment| segment.ident == "hot"))
}

/// The text of a node without what neither code nor layout depends on: docs, lint levels, formatting.
pub(crate) fn text(node: &impl ToTokens) -> String {
    normal(node.to_token_stream()).to_string()
}

/// The text of a signature, whether its parameters end in a comma or not.
pub(super) fn signature(sig: &Signature) -> String {
    let mut sig = sig.clone();
    sig.inputs.pop_punct();
    text(&sig)
}

fn normal(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut kept = Vec::new();
    while let Some(token) = tokens.next() {
        if let TokenTree::Group(group) = &token {
            kept.push(TokenTree::Group(normal_group(group)));
        } else if is_punct(&token, '#') && tokens.peek().is_some_and(is_prose) {
            tokens.next();
        } else if !(is_punct(&token, ',') && tokens.peek().is_some_and(|next| is_punct(next, '>'))) {
            kept.push(token);
        }
    }
    kept.into_iter().collect()
}

/// Drops the comma before the delimiter, which comes and goes with the formatting, unless it makes a tuple of one.
fn normal_group(group: &Group) -> Group {
    let mut tokens: Vec<TokenTree> = normal(group.stream()).into_iter().collect();
    if tokens.last().is_some_and(|last| is_punct(last, ','))
        && (group.delimiter() != Delimiter::Parenthesis || separators(&tokens) > 1)
    {
        tokens.pop();
    }
    Group::new(group.delimiter(), tokens.into_iter().collect())
}

/// The commas that are not between `<` and `>`.
fn separators(tokens: &[TokenTree]) -> usize {
    let mut depth = 0_usize;
    let mut commas = 0;
    for (index, token) in tokens.iter().enumerate() {
        let arrow = index > 0 && (is_punct(&tokens[index - 1], '-') || is_punct(&tokens[index - 1], '='));
        if is_punct(token, '<') {
            depth += 1;
        } else if is_punct(token, '>') && !arrow {
            depth = depth.saturating_sub(1);
        } else if is_punct(token, ',') && depth == 0 {
            commas += 1;
        }
    }
    commas
}

fn is_punct(token: &TokenTree, punct: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == punct)
}

fn is_prose(token: &TokenTree) -> bool {
    const PROSE: [&str; 6] = ["doc", "allow", "warn", "deny", "expect", "forbid"];
    let TokenTree::Group(group) = token else { return false };
    let Some(TokenTree::Ident(name)) = group.stream().into_iter().next() else { return false };
    group.delimiter() == Delimiter::Bracket && PROSE.iter().any(|prose| name == prose)
}

struct Scan<'c> {
    scope: Scope,
    /// Whether the functions that stand here are marked together: with their block, or their module.
    hot: bool,
    /// Whether what stands here is called without being named: in a trait or the implementation of one.
    in_trait: bool,
    found: &'c mut dyn FnMut(&Scope, Found<'_>),
}

impl Scan<'_> {
    fn tell(&mut self, found: Found<'_>) {
        (self.found)(&self.scope, found);
    }

    fn inside(&mut self, name: impl ToString, visit: impl FnOnce(&mut Self)) {
        self.scope.names.push(name.to_string());
        visit(self);
        self.scope.names.pop();
    }

    fn function(&mut self, attrs: &[Attribute], sig: &Signature, body: Option<&Block>) {
        let of_trait = std::mem::take(&mut self.in_trait);
        let outer = std::mem::take(&mut self.hot);
        let hot = outer && sig.constness.is_none() || is_hot(attrs);
        self.tell(Found::Function { sig, body, hot, of_trait });
        self.inside(&sig.ident, |scan| {
            scan.visit_signature(sig);
            body.into_iter().for_each(|body| scan.visit_block(body));
        });
        (self.hot, self.in_trait) = (outer, of_trait);
    }

    /// What stands within an item that may be marked.
    fn within(&mut self, attrs: &[Attribute], in_trait: bool, name: impl ToString, visit: impl FnOnce(&mut Self)) {
        let outer = (self.hot, self.in_trait);
        (self.hot, self.in_trait) = (self.hot || is_hot(attrs), in_trait);
        self.inside(name, visit);
        (self.hot, self.in_trait) = outer;
    }
}

impl<'ast> Visit<'ast> for Scan<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        // A module in a function body sees nothing of the function.
        let outer = self.scope.modules;
        self.scope.modules = self.scope.names.len() + 1;
        self.within(&item.attrs, false, &item.ident, |scan| visit::visit_item_mod(scan, item));
        self.scope.modules = outer;
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let in_trait = item.trait_.is_some();
        self.within(&item.attrs, in_trait, type_name(&item.self_ty), |scan| visit::visit_item_impl(scan, item));
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        self.tell(Found::Trait(item));
        self.within(&item.attrs, true, &item.ident, |scan| visit::visit_item_trait(scan, item));
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.function(&item.attrs, &item.sig, Some(&item.block));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.function(&item.attrs, &item.sig, Some(&item.block));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        self.function(&item.attrs, &item.sig, item.default.as_ref());
    }

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.tell(Found::Struct(item));
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        self.tell(Found::Enum(item));
        visit::visit_item_enum(self, item);
    }

    fn visit_item_union(&mut self, item: &'ast ItemUnion) {
        self.tell(Found::Union(item));
        visit::visit_item_union(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast ItemStatic) {
        self.tell(Found::Static { ident: &item.ident, ty: &item.ty, value: &item.expr });
        visit::visit_item_static(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast ItemType) {
        self.tell(Found::Alias { ident: &item.ident, ty: &item.ty });
    }

    fn visit_impl_item_type(&mut self, item: &'ast ImplItemType) {
        self.tell(Found::Alias { ident: &item.ident, ty: &item.ty });
    }

    fn visit_item_const(&mut self, item: &'ast ItemConst) {
        self.tell(Found::Const { ident: &item.ident, ty: &item.ty, value: &item.expr });
        visit::visit_item_const(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast ImplItemConst) {
        self.tell(Found::Const { ident: &item.ident, ty: &item.ty, value: &item.expr });
    }

    fn visit_trait_item_const(&mut self, item: &'ast TraitItemConst) {
        if let Some((_, value)) = &item.default {
            self.tell(Found::Const { ident: &item.ident, ty: &item.ty, value });
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.tell(Found::Use(item));
    }

    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        self.tell(Found::Macro(&item.mac));
        visit::visit_item_macro(self, item);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string());
        match name.as_deref() {
            Some("thread_local" | "lazy_static") => {
                for item in (|input: ParseStream<'_>| statics(input)).parse2(mac.tokens.clone()).unwrap_or_default() {
                    self.visit_item_static(&item);
                }
            }
            Some("cfg_if") => branches(mac).iter().for_each(|branch| self.visit_file(branch)),
            _ => {}
        }
    }
}

/// The statics of a `thread_local!` or `lazy_static!`.
fn statics(input: ParseStream<'_>) -> syn::Result<Vec<ItemStatic>> {
    let mut statics = Vec::new();
    while !input.is_empty() {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<Token![static]>()?;
        input.parse::<Option<Token![ref]>>()?;
        let (ident, _, ty, _): (Ident, Token![:], Type, Token![=]) =
            (input.parse()?, input.parse()?, input.parse()?, input.parse()?);
        let value: Expr = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![;]>()?;
        }
        statics.push(syn::parse2(quote!(static #ident: #ty = #value;))?);
    }
    Ok(statics)
}

/// What stands in the braces of a `cfg_if!`, where it is items.
fn branches(mac: &Macro) -> Vec<File> {
    let branch = |token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => syn::parse2(group.stream()).ok(),
        _ => None,
    };
    mac.tokens.clone().into_iter().filter_map(branch).collect()
}

/// What a human calls the type of an `impl`: `World` for `&mut game::World<T>`.
fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(ty) => ty.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default(),
        Type::Reference(ty) => type_name(&ty.elem),
        Type::Paren(ty) => type_name(&ty.elem),
        Type::Group(ty) => type_name(&ty.elem),
        ty => text(ty).replace(' ', ""),
    }
}
