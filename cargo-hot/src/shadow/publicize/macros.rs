//! Visibility inside macros, where there are only tokens.
//!
//! What a definition expands to and what an invocation in item position is given may say `pub(crate)`. The patterns of
//! a definition stay as they are: they describe what callers in any crate write. Macros inside function bodies define
//! nothing that a slice could name.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{File, Item, Macro};

use super::Publicize;

/// Adds the names of the `macro_rules!` that the crate does not export: `pub use` of one is an error.
pub(super) fn private_macros(items: &[Item], names: &mut BTreeSet<String>) {
    for item in items {
        match item {
            Item::Macro(item) => {
                let exported = item.attrs.iter().any(|attr| attr.path().is_ident("macro_export"));
                names.extend(item.ident.iter().filter(|_| !exported).map(ToString::to_string));
            }
            Item::Mod(item) => private_macros(item.content.as_ref().map_or(&[], |(_, items)| items), names),
            _ => {}
        }
    }
}

impl Publicize<'_> {
    pub(super) fn item_macro(&mut self, mac: &Macro) {
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string());
        match name.as_deref() {
            Some("macro_rules") => self.rules(mac.tokens.clone()),
            Some("cfg_if" | "cfg_select") => self.branches(mac.tokens.clone()),
            Some("thread_local" | "lazy_static") => self.statics(mac.tokens.clone()),
            _ => self.tokens(mac.tokens.clone()),
        }
    }

    /// The right-hand sides of a `macro_rules!`.
    fn rules(&mut self, tokens: TokenStream) {
        let mut expansion = false;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) => expansion = punct.as_char() == '>',
                TokenTree::Group(group) if expansion => self.tokens(group.stream()),
                _ => {}
            }
        }
    }

    /// The items in the branches of a `cfg_if!` or `cfg_select!`, which are ordinary items but for the braces around them.
    fn branches(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    match syn::parse2::<File>(group.stream()) {
                        Ok(branch) => {
                            let outer = std::mem::replace(&mut self.in_macro, true);
                            self.items(&branch.items);
                            self.in_macro = outer;
                        }
                        Err(_) => self.tokens(group.stream()),
                    }
                }
                _ => {}
            }
        }
    }

    /// The `static NAME: Type = value;` of a `thread_local!`, and the `static ref` of a `lazy_static!`.
    fn statics(&mut self, tokens: TokenStream) {
        let mut first = true;
        for token in tokens.clone() {
            match &token {
                // Anywhere else it belongs to the lifetime `'static`.
                TokenTree::Ident(ident) if first && ident == "static" => {
                    self.text.publish(ident.span(), true);
                    first = false;
                }
                TokenTree::Punct(punct) => first = matches!(punct.as_char(), ';' | '#'),
                TokenTree::Group(group) => first &= group.delimiter() == Delimiter::Bracket,
                _ => first = false,
            }
        }
        self.tokens(tokens);
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = tokens.as_slice();
        while let Some((token, behind)) = rest.split_first() {
            rest = behind;
            match (token, behind) {
                (TokenTree::Ident(ident), [TokenTree::Group(group), behind @ ..])
                    if ident == "pub" && is_restriction(group) && !self.uses_private_macro(behind) =>
                {
                    self.text.blank(group.span());
                    rest = behind;
                }
                (TokenTree::Punct(hash), [TokenTree::Group(group), behind @ ..])
                    if hash.as_char() == '#' && group.stream().to_string() == "non_exhaustive" =>
                {
                    self.text.blank(hash.span());
                    self.text.blank(group.span());
                    rest = behind;
                }
                (TokenTree::Ident(ident), [TokenTree::Punct(_), behind @ ..]) if ident == "macro_rules" => {
                    rest = self.inner_rules(behind);
                }
                (TokenTree::Group(group), _) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }

    /// The rules of a `macro_rules! name { .. }` or `macro_rules! $name { .. }` that a macro expands to.
    fn inner_rules<'t>(&mut self, tokens: &'t [TokenTree]) -> &'t [TokenTree] {
        let Some(index) = tokens.iter().position(|token| matches!(token, TokenTree::Group(_))) else { return tokens };
        if let TokenTree::Group(group) = &tokens[index] {
            self.rules(group.stream());
        }
        &tokens[index + 1..]
    }

    fn uses_private_macro(&self, tokens: &[TokenTree]) -> bool {
        let is_use = matches!(tokens.first(), Some(TokenTree::Ident(ident)) if ident == "use");
        let end = |token: &&TokenTree| !matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
        is_use && tokens.iter().take_while(end).any(|token| self.private_macros.contains(&token.to_string()))
    }
}

/// `(crate)`, `(super)`, `(self)` or `(in path)`.
pub(super) fn is_restriction(group: &Group) -> bool {
    let mut tokens = group.stream().into_iter();
    let Some(TokenTree::Ident(first)) = tokens.next() else { return false };
    group.delimiter() == Delimiter::Parenthesis
        && match first.to_string().as_str() {
            "in" => true,
            "crate" | "super" | "self" => tokens.next().is_none(),
            _ => false,
        }
}
