//! Rewrites one source file so that a slice may name everything in it.
//!
//! Takes the text of a file and gives back the same text with every private item, field, inherent method and foreign
//! item `pub`, and without `#[non_exhaustive]`. Panic messages and debug info of the shadow are read against the
//! original, so no line moves and columns move only where [`text`] finds no other place. Which files are rewritten,
//! and what to do when the result does not compile, is left to [`super`].

#[cfg(test)]
mod damaged;
mod macros;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use self::text::code_start;

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{
    Attribute, Field, File, ForeignItem, ImplItem, Item, ItemImpl, ItemTrait, ItemUse, Meta, TraitItem, UseTree,
    Visibility,
};

use self::text::Text;
use super::closed::{Closed, Own, reach, type_name};

/// Rewrites `source` as the module says; fails if it is no Rust that `syn` can parse.
///
/// `syn` keeps the text of every file parsed on this thread until `proc_macro2::extra::invalidate_current_thread_spans`.
pub(crate) fn publicize(source: &str, closed: &Closed) -> syn::Result<String> {
    let code = &source[text::code_start(source)..];
    let tokens: TokenStream = code.parse()?;
    let file: File = syn::parse2(tokens.clone())?;
    let mut shadow = Publicize {
        text: Text::new(source, tokens),
        closed,
        own: Own::of(&file),
        private_macros: BTreeSet::new(),
        modules: BTreeSet::new(),
        in_macro: false,
    };
    macros::private_macros(&file.items, &mut shadow.private_macros);
    shadow.items(&file.items);
    Ok(shadow.text.finish())
}

/// What every module has without importing it (of what a crate may define too).
pub(crate) const PRELUDE: &[&str] = &[
    "drop",
    "align_of",
    "align_of_val",
    "size_of",
    "size_of_val",
    "Option",
    "Result",
    "Box",
    "String",
    "Vec",
    "Clone",
    "Copy",
    "Send",
    "Sync",
    "Sized",
    "Drop",
    "Fn",
    "FnMut",
    "FnOnce",
    "AsRef",
    "AsMut",
    "From",
    "Into",
    "TryFrom",
    "TryInto",
    "Default",
    "Iterator",
    "IntoIterator",
    "Extend",
    "FromIterator",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "Eq",
    "PartialEq",
    "Ord",
    "PartialOrd",
    "ToOwned",
    "ToString",
    "Hash",
    "Debug",
    "Future",
    "IntoFuture",
    "Some",
    "None",
    "Ok",
    "Err",
];

struct Publicize<'a> {
    text: Text<'a>,
    closed: &'a Closed,
    own: Own,
    /// The `macro_rules!` of this file that no `pub use` may name.
    private_macros: BTreeSet<String>,
    /// Modules declared beside or around what is rewritten.
    modules: BTreeSet<String>,
    /// Whether the items are those of a macro's invocation.
    in_macro: bool,
}

impl Publicize<'_> {
    fn items(&mut self, items: &[Item]) {
        self.modules.extend(items.iter().filter_map(|item| match item {
            Item::Mod(item) => Some(item.ident.to_string()),
            _ => None,
        }));
        for item in items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        if let Some((_, visibility)) = of_prelude(item) {
            return self.narrow(visibility);
        }
        match item {
            // Nobody can name it, and `pub` would cost the column of what stands behind it.
            Item::Const(item) if item.ident == "_" => {}
            Item::Const(item) => self.open(item, &item.vis, item.const_token.span),
            Item::Enum(item) => {
                self.exhaustive(&item.attrs);
                self.open(item, &item.vis, item.enum_token.span);
                item.variants.iter().for_each(|variant| self.exhaustive(&variant.attrs));
            }
            Item::ExternCrate(item) => self.narrow(&item.vis),
            Item::Fn(item) => self.open(item, &item.vis, start(&item.sig)),
            Item::ForeignMod(item) => item.items.iter().for_each(|item| self.foreign_item(item)),
            Item::Impl(item) => self.impl_items(item),
            Item::Macro(item) => self.item_macro(&item.mac),
            Item::Mod(item) => {
                self.open(item, &item.vis, item.unsafety.map_or(item.mod_token.span, |token| token.span));
                self.items(item.content.as_ref().map_or(&[], |(_, items)| items));
            }
            Item::Static(item) => self.open(item, &item.vis, item.static_token.span),
            Item::Struct(item) => {
                self.exhaustive(&item.attrs);
                self.open(item, &item.vis, item.struct_token.span);
                let of_type = item.ident.to_string();
                for (number, field) in item.fields.iter().enumerate() {
                    let name = field.ident.as_ref().map_or_else(|| number.to_string(), ToString::to_string);
                    if !self.closed.closes_field(&of_type, &name, reach(&field.vis), &self.own) {
                        self.field(field);
                    }
                }
            }
            Item::Trait(item) => self.item_trait(item),
            Item::TraitAlias(item) => self.open(item, &item.vis, item.trait_token.span),
            Item::Type(item) => self.open(item, &item.vis, item.type_token.span),
            Item::Union(item) => {
                self.open(item, &item.vis, item.union_token.span);
                item.fields.named.iter().for_each(|field| self.field(field));
            }
            Item::Use(item) => self.item_use(item),
            _ => {}
        }
    }

    /// A private `use` stays private, or two globs that meet would bring the same name twice.
    fn item_use(&mut self, item: &ItemUse) {
        // A name without a path is a macro of another file, or a crate, which a slice can name without our help.
        let pathless = match &item.tree {
            UseTree::Name(name) => !self.modules.contains(&name.ident.to_string()),
            UseTree::Rename(rename) => !self.modules.contains(&rename.ident.to_string()),
            _ => false,
        };
        if pathless || names_any(&item.tree, &self.private_macros) {
            return;
        }
        match item.vis {
            // A slice has no text of it to keep.
            Visibility::Inherited if self.in_macro => self.open(item, &item.vis, item.use_token.span),
            _ => self.narrow(&item.vis),
        }
    }

    fn field(&mut self, field: &Field) {
        let start = field.ident.as_ref().map_or_else(|| start(&field.ty), |ident| ident.span());
        self.open(field, &field.vis, start);
    }

    fn item_trait(&mut self, item: &ItemTrait) {
        let first = [item.unsafety.map(|token| token.span), item.modifiers.auto_token.map(|token| token.span)];
        self.open(item, &item.vis, first.into_iter().flatten().next().unwrap_or(item.trait_token.span));
        for item in &item.items {
            if let TraitItem::Macro(item) = item {
                self.item_macro(&item.mac);
            }
        }
    }

    fn foreign_item(&mut self, item: &ForeignItem) {
        match item {
            ForeignItem::Fn(item) => self.open(item, &item.vis, start(&item.sig)),
            ForeignItem::Static(item) => {
                let safety = item.safety.to_token_stream();
                let start = if safety.is_empty() { item.static_token.span } else { safety.span() };
                self.open(item, &item.vis, start);
            }
            ForeignItem::Type(item) => self.open(item, &item.vis, item.type_token.span),
            ForeignItem::Macro(item) => self.item_macro(&item.mac),
            _ => {}
        }
    }

    fn impl_items(&mut self, item: &ItemImpl) {
        let inherent = item.trait_.is_none();
        let of_type = type_name(&item.self_ty);
        for item in &item.items {
            match item {
                ImplItem::Macro(item) => self.item_macro(&item.mac),
                ImplItem::Fn(item) if inherent && self.stays(of_type.as_deref(), item) => {}
                ImplItem::Const(item) if inherent => self.open(item, &item.vis, item.const_token.span),
                ImplItem::Fn(item) if inherent => self.open(item, &item.vis, start(&item.sig)),
                ImplItem::Type(item) if inherent => self.open(item, &item.vis, item.type_token.span),
                _ => {}
            }
        }
    }

    /// A private method that, public, would be taken for another.
    fn stays(&self, of_type: Option<&str>, item: &syn::ImplItemFn) -> bool {
        self.closed.closes_method(of_type, &item.sig.ident.to_string(), reach(&item.vis), &self.own)
    }

    /// Makes an item public whose first token behind the attributes is at `start`.
    fn open(&mut self, node: &impl ToTokens, visibility: &Visibility, start: Span) {
        match visibility {
            // Where an item begins, debug information says that it is declared: its line counts more than the columns
            // of its first line, unless that holds all of it.
            Visibility::Inherited => self.text.publish(start, node.span().end().line == start.start().line),
            _ => self.narrow(visibility),
        }
    }

    /// Turns `pub(crate)` into `pub` and leaves a private item private.
    fn narrow(&mut self, visibility: &Visibility) {
        if let Visibility::Restricted(restricted) = visibility {
            self.text.blank(restricted.paren_token.span.join());
        }
    }

    fn exhaustive(&mut self, attrs: &[Attribute]) {
        for attr in attrs {
            match &attr.meta {
                Meta::Path(path) if path.is_ident("non_exhaustive") => self.text.blank(attr.span()),
                Meta::List(list) if list.path.is_ident("cfg_attr") => self.exhaustive_if(list.tokens.clone()),
                _ => {}
            }
        }
    }

    /// In `cfg_attr(condition, a, non_exhaustive, b)`, a comma without an attribute before it would be an error.
    fn exhaustive_if(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().skip_while(|token| !is_comma(token)).peekable();
        while let Some(token) = tokens.next() {
            if matches!(&token, TokenTree::Ident(ident) if ident == "non_exhaustive") {
                self.text.blank(token.span());
                if let Some(comma) = tokens.next_if(is_comma) {
                    self.text.blank(comma.span());
                }
            }
        }
    }
}

/// Name and visibility of an item that bears a name of the prelude: another module that imports this one whole would get it
/// in place of the prelude's.
pub(crate) fn of_prelude(item: &Item) -> Option<(&syn::Ident, &Visibility)> {
    let (ident, visibility) = match item {
        Item::Fn(item) => (&item.sig.ident, &item.vis),
        Item::Struct(item) => (&item.ident, &item.vis),
        Item::Enum(item) => (&item.ident, &item.vis),
        Item::Trait(item) => (&item.ident, &item.vis),
        Item::Type(item) => (&item.ident, &item.vis),
        _ => return None,
    };
    PRELUDE.contains(&ident.to_string().as_str()).then_some((ident, visibility))
}

/// Where a signature or type starts, behind its attributes and visibility.
fn start(node: &impl ToTokens) -> Span {
    node.span()
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

fn names_any(tree: &UseTree, names: &BTreeSet<String>) -> bool {
    match tree {
        UseTree::Path(path) => names_any(&path.tree, names),
        UseTree::Name(name) => names.contains(&name.ident.to_string()),
        UseTree::Rename(rename) => names.contains(&rename.ident.to_string()),
        UseTree::Group(group) => group.items.iter().any(|tree| names_any(tree, names)),
        UseTree::Glob(_) => false,
    }
}
