//! Takes stock of what a save may not change while old values live: layouts, vtables, statics.
//!
//! Works on text alone, before anything is compiled. What text cannot see (a macro that writes a type, another version
//! of a dependency, a glob that starts to bring another name) is left to the checks of sizes and signatures.

mod compare;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Fields, File, FnArg, Generics, Ident, ItemTrait, Macro, Meta, Path, Signature, TraitItem, UseTree,
    Visibility, parse_quote,
};

pub(crate) use self::compare::{Difference, Key, ShapeChange, compare, remember};
use super::source::{self, Found, Scope};

/// What the shape of values or code depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    /// `game::World`, `game::update::HITS`.
    pub(crate) path: String,
    /// The part of the path that is modules: `game`.
    pub(crate) module: String,
    pub(crate) kind: Kind,
    /// Equal if and only if nothing but docs, lint levels, derives, visibility and formatting changed.
    pub(crate) text: String,
    /// The initial value of a static.
    pub(crate) value: Option<String>,
    /// The line of the name, from 1.
    pub(crate) line: usize,
    /// A live type: its values survive a change, so a change of it is no obstacle.
    pub(crate) hot: bool,
    /// The paths in the text, as they are written: `World`, `config::SIZE`.
    pub(crate) mentions: BTreeSet<String>,
}

/// What a [`Shape`] is of. The last four have no values of their own: they matter to those who mention them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Struct,
    Enum,
    Union,
    Trait,
    /// A static or thread-local variable.
    Static,
    Alias,
    /// A constant or a `const fn`.
    Const,
    /// A name that a `use` brings, or `*`.
    Import,
    /// The signature of a `#[hot]` function; another one is of another function, which has a slot of its own.
    Hot,
}

/// The shapes of `file`, which is the module `module`, in the order of the text.
pub(crate) fn shapes(file: &File, module: &[String]) -> Vec<Shape> {
    let mut shapes = Vec::new();
    source::scan(file, module, &mut |scope, found| take(scope, found, &mut shapes));
    shapes
}

fn take(scope: &Scope, found: Found<'_>, shapes: &mut Vec<Shape>) {
    match found {
        Found::Struct(item) => {
            let mut item = item.clone();
            let hot = bare(&mut item.attrs, &mut item.vis);
            bare_fields(&mut item.fields);
            let mentions = Mentions::of(&item.generics, |mentions| mentions.visit_item_struct(&item));
            shapes.push(Shape { hot, ..shape(scope, &item.ident, Kind::Struct, source::text(&item), mentions) });
        }
        Found::Enum(item) => {
            let mut item = item.clone();
            let hot = bare(&mut item.attrs, &mut item.vis);
            for variant in &mut item.variants {
                keep_shaping(&mut variant.attrs);
                bare_fields(&mut variant.fields);
            }
            let mentions = Mentions::of(&item.generics, |mentions| mentions.visit_item_enum(&item));
            shapes.push(Shape { hot, ..shape(scope, &item.ident, Kind::Enum, source::text(&item), mentions) });
        }
        Found::Union(item) => {
            let mut item = item.clone();
            let hot = bare(&mut item.attrs, &mut item.vis);
            let mut fields = Fields::Named(item.fields);
            bare_fields(&mut fields);
            let mentions = Mentions::of(&item.generics, |mentions| mentions.visit_fields(&fields));
            let (attrs, generics) = (&item.attrs, &item.generics);
            let text = source::text(&quote!(#(#attrs)* union #generics #fields));
            shapes.push(Shape { hot, ..shape(scope, &item.ident, Kind::Union, text, mentions) });
        }
        Found::Trait(item) => {
            let item = interface(item);
            let mentions = Mentions::of(&item.generics, |mentions| mentions.visit_item_trait(&item));
            shapes.push(shape(scope, &item.ident, Kind::Trait, source::text(&item), mentions));
        }
        Found::Static { ident, ty, value } => {
            let mentions = Mentions::of(&Generics::default(), |mentions| mentions.visit_type(ty));
            let value = Some(source::text(value));
            shapes.push(Shape { value, ..shape(scope, ident, Kind::Static, source::text(ty), mentions) });
        }
        Found::Alias { ident, ty } => {
            let mentions = Mentions::of(&Generics::default(), |mentions| mentions.visit_type(ty));
            shapes.push(shape(scope, ident, Kind::Alias, source::text(ty), mentions));
        }
        Found::Const { ident, ty, value } => {
            let mentions = Mentions::of(&Generics::default(), |mentions| {
                mentions.visit_type(ty);
                mentions.visit_expr(value);
            });
            shapes.push(shape(scope, ident, Kind::Const, source::text(&quote!(#ty = #value)), mentions));
        }
        Found::Function { sig, body, hot, .. } => {
            if let (Some(_), Some(body)) = (sig.constness, body) {
                let mentions = Mentions::of(&sig.generics, |mentions| {
                    mentions.visit_signature(sig);
                    mentions.visit_block(body);
                });
                let text = source::signature(sig) + &source::text(body);
                shapes.push(shape(scope, &sig.ident, Kind::Const, text, mentions));
            }
            if hot {
                let mentions = Mentions::of(&sig.generics, |mentions| mentions.visit_signature(sig));
                shapes.push(shape(scope, &sig.ident, Kind::Hot, source::signature(&bare_signature(sig)), mentions));
            }
        }
        Found::Use(item) => imports(scope, &item.tree, String::new(), shapes),
        Found::Macro(_) => {}
    }
}

fn shape(scope: &Scope, ident: &Ident, kind: Kind, text: String, mentions: BTreeSet<String>) -> Shape {
    let line = ident.span().start().line;
    Shape { path: scope.path(ident), module: scope.module(), kind, text, value: None, line, hot: false, mentions }
}

/// One shape for each name that a `use` brings; its text is the path it stands for.
fn imports(scope: &Scope, tree: &UseTree, prefix: String, shapes: &mut Vec<Shape>) {
    let (name, path, line) = match tree {
        UseTree::Path(path) => return imports(scope, &path.tree, format!("{prefix}{}::", path.ident), shapes),
        UseTree::Group(group) => {
            return group.items.iter().for_each(|tree| imports(scope, tree, prefix.clone(), shapes));
        }
        UseTree::Name(name) if name.ident == "self" => {
            let path = prefix.trim_end_matches("::").to_owned();
            (path.rsplit("::").next().unwrap_or_default().to_owned(), path, name.ident.span().start().line)
        }
        UseTree::Name(name) => {
            (name.ident.to_string(), format!("{prefix}{}", name.ident), name.ident.span().start().line)
        }
        UseTree::Rename(rename) => {
            let path = format!("{prefix}{}", rename.ident).trim_end_matches("::self").to_owned();
            (rename.rename.to_string(), path, rename.rename.span().start().line)
        }
        UseTree::Glob(glob) => ("*".to_owned(), format!("{prefix}*"), glob.star_token.span.start().line),
    };
    let mentions = BTreeSet::from([path.clone()]);
    let (module, kind) = (scope.module(), Kind::Import);
    shapes.push(Shape { path: scope.path(name), module, kind, text: path, value: None, line, hot: false, mentions });
}

/// Drops what has no say in the layout of a type, and says whether it is a live one.
fn bare(attrs: &mut Vec<Attribute>, visibility: &mut Visibility) -> bool {
    let hot = source::is_hot(attrs);
    keep_shaping(attrs);
    *visibility = Visibility::Inherited;
    hot
}

fn bare_fields(fields: &mut Fields) {
    match fields {
        Fields::Unnamed(fields) => drop(fields.unnamed.pop_punct()),
        Fields::Named(fields) => drop(fields.named.pop_punct()),
        Fields::Unit => {}
    }
    for field in fields.iter_mut() {
        bare(&mut field.attrs, &mut field.vis);
    }
}

/// Without what has no say in the slot's name either: how the function calls its arguments.
fn bare_signature(sig: &Signature) -> Signature {
    let mut sig = sig.clone();
    for input in &mut sig.inputs {
        match input {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(typed) => *typed.pat = parse_quote!(_),
        }
    }
    sig
}

/// `repr` decides on the layout, `cfg` on what is there at all.
fn keep_shaping(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => list.tokens.to_string().contains("repr"),
        meta => meta.path().is_ident("repr") || meta.path().is_ident("cfg"),
    });
}

/// A trait as its vtable sees it: a default body and the value of a constant may change.
fn interface(item: &ItemTrait) -> ItemTrait {
    let mut item = item.clone();
    bare(&mut item.attrs, &mut item.vis);
    for item in &mut item.items {
        match item {
            TraitItem::Fn(item) => {
                keep_shaping(&mut item.attrs);
                item.sig.inputs.pop_punct();
                item.default = None;
                item.semi_token = Some(Default::default());
            }
            TraitItem::Const(item) => {
                keep_shaping(&mut item.attrs);
                item.default = None;
            }
            TraitItem::Type(item) => keep_shaping(&mut item.attrs),
            _ => {}
        }
    }
    item
}

/// The paths in a piece of syntax.
#[derive(Default)]
struct Mentions(BTreeSet<String>);

impl Mentions {
    /// What `visit` comes by, without the generic parameters, which mean nothing outside.
    fn of(generics: &Generics, visit: impl FnOnce(&mut Self)) -> BTreeSet<String> {
        let mut mentions = Mentions::default();
        visit(&mut mentions);
        for parameter in generics.type_params().map(|it| &it.ident).chain(generics.const_params().map(|it| &it.ident)) {
            mentions.0.remove(&parameter.to_string());
        }
        mentions.0
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => drop(self.0.insert(ident.to_string())),
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Mentions {
    fn visit_path(&mut self, path: &'ast Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.0.insert(names.join("::"));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.tokens(mac.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    // The path in `pub(in path)` has no say in a shape.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}
