//! Reads the marked item as far as the attribute has to understand it: signatures, not bodies.
//!
//! A body stays one token group with its spans, so that errors, panics and debug info point to the user's lines.
//! Items of other kinds are refused here, by their keyword; what is wrong with a function says [`crate::check`].

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{
    Attribute, DeriveInput, File, ImplItem, Item, ItemImpl, ItemTrait, Signature, Token, TraitItem, TraitItemFn,
    Visibility,
};

use crate::check::refusal;

/// What stands under a `#[hot]`.
pub(crate) enum Marked {
    /// A function anywhere: in a module, in an `impl`, in another function.
    Function(Box<Function>),
    /// An `impl` block marked as a whole, of a trait or not, or a trait with its default methods.
    Block(Block),
    /// A module with its items in braces.
    Module(Module),
    /// A struct, an enum, or a union.
    Type(Box<DeriveInput>),
}

/// A function with a body.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    /// The block, its braces included.
    pub(crate) body: Group,
}

/// An `impl` block or a trait, and its members.
pub(crate) struct Block {
    /// Everything before the braces.
    pub(crate) head: TokenStream,
    /// The same, understood; it has no items.
    pub(crate) parsed: Head,
    pub(crate) members: Vec<Member>,
    pub(crate) braces: Span,
}

/// What stands before the braces of a block.
pub(crate) enum Head {
    Impl(Box<ItemImpl>),
    Trait(Box<ItemTrait>),
}

/// One item of an `impl` block or a trait.
pub(crate) enum Member {
    Function(Box<Function>),
    /// It may write functions that the attribute never sees.
    Macro(Span),
    /// A constant, a type, a `const fn`, a method without a body: nothing that could be hot.
    Other(TokenStream),
}

/// A module and its items.
pub(crate) struct Module {
    /// Everything before the braces.
    pub(crate) head: TokenStream,
    /// The attributes that stand within the braces.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) items: Vec<Item>,
    pub(crate) braces: Span,
}

/// Keywords of the items that cannot be marked, what to call them, and the reason with the way out.
const OTHER_ITEMS: &[(&str, &str, &str)] = &[
    ("mod", "a module in a file of its own", "the attribute cannot see it; mark the functions in that file"),
    ("use", "a `use`", "mark the function where it is written"),
    ("static", "a `static`", "it is data, and keeps its value through every swap"),
    ("const", "a `const`", "its value is part of the code that uses it; mark the functions that do"),
    ("type", "a type alias", "it has no code to swap"),
    ("extern", "an `extern` item", "its functions have their code elsewhere; mark the function that calls them"),
    ("macro_rules", "a macro", "it runs while the program compiles; mark the functions that use it"),
];

pub(crate) fn parse(item: TokenStream) -> syn::Result<Marked> {
    any_item.parse2(item)
}

fn any_item(input: ParseStream) -> syn::Result<Marked> {
    if starts_function(&input.fork()) {
        return input.parse().map(|function| Marked::Function(Box::new(function)));
    }
    let whole = input.fork().parse::<TokenStream>()?;
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let rest: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
    let is_file = matches!(rest.last(), Some(TokenTree::Punct(end)) if end.as_char() == ';');
    let keyword = rest.into_iter().filter_map(identifier).find(|word| {
        // What else may stand before the keyword.
        !["unsafe", "auto", "default"].iter().any(|modifier| word == modifier)
    });
    match keyword {
        Some(keyword) if keyword == "impl" || keyword == "trait" => parse_block(whole).map(Marked::Block),
        Some(keyword) if keyword == "mod" && !is_file => parse_module(whole).map(Marked::Module),
        Some(keyword) if ["struct", "enum", "union"].iter().any(|word| keyword == word) => {
            syn::parse2(whole).map(|item| Marked::Type(Box::new(item)))
        }
        Some(keyword) => Err(other_item(&keyword)),
        None => Err(refusal(Span::call_site(), "this item", "mark a function, or an `impl` block with functions")),
    }
}

fn identifier(tree: TokenTree) -> Option<Ident> {
    match tree {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    }
}

fn other_item(keyword: &Ident) -> syn::Error {
    let known = OTHER_ITEMS.iter().find(|(word, ..)| keyword == word);
    let (_, what, reason) = known.unwrap_or(&("", "a macro call", "mark the functions that it writes, in the macro"));
    refusal(keyword.span(), what, reason)
}

/// Whether attributes, a visibility and a function's signature follow.
fn starts_function(input: ParseStream) -> bool {
    let keywords = |input: ParseStream| -> syn::Result<Token![fn]> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<Option<Token![const]>>()?;
        input.parse::<Option<Token![async]>>()?;
        input.parse::<Option<Token![unsafe]>>()?;
        input.parse::<Option<syn::Abi>>()?;
        input.parse()
    };
    keywords(input).is_ok()
}

impl Parse for Function {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let signature: Signature = input.parse()?;
        if input.peek(Token![;]) {
            let reason = "it has no code of its own here; mark the function that has";
            return Err(refusal(signature.fn_token.span, "a function without a body", reason));
        }
        Ok(Self { attributes, visibility, signature, body: input.call(block)? })
    }
}

impl Function {
    pub(crate) fn as_written(&self) -> TokenStream {
        let Self { attributes, visibility, signature, body } = self;
        quote!(#(#attributes)* #visibility #signature #body)
    }
}

/// A block, as it stands or as the `$body:block` of a `macro_rules!`, which comes in a group without delimiters.
fn block(input: ParseStream) -> syn::Result<Group> {
    let mut tree: TokenTree = input.parse()?;
    loop {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return Ok(group),
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                tree = syn::parse2(group.stream())?;
            }
            other => {
                return Err(syn::Error::new(other.span(), "expected the block of a function"));
            }
        }
    }
}

/// Head and braces of an item that ends with them.
fn halves(item: TokenStream) -> syn::Result<(TokenStream, Group)> {
    let mut trees: Vec<TokenTree> = item.into_iter().collect();
    match trees.pop() {
        Some(TokenTree::Group(braces)) => Ok((trees.into_iter().collect(), braces)),
        _ => Err(syn::Error::new(Span::call_site(), "expected an item with braces")),
    }
}

fn parse_block(item: TokenStream) -> syn::Result<Block> {
    let (head, braces) = halves(item)?;
    let mut empty = head.clone();
    empty.extend([TokenTree::from(Group::new(Delimiter::Brace, TokenStream::new()))]);
    let parsed = match syn::parse2(empty)? {
        Item::Impl(head) => Head::Impl(Box::new(head)),
        Item::Trait(head) => Head::Trait(Box::new(head)),
        other => return Err(refusal(other.span(), "this item", "mark a function, or an `impl` block with functions")),
    };
    Ok(Block { head, parsed, members: members.parse2(braces.stream())?, braces: braces.span() })
}

fn parse_module(item: TokenStream) -> syn::Result<Module> {
    let (head, braces) = halves(item)?;
    let File { attrs, items, .. } = syn::parse2(braces.stream())?;
    Ok(Module { head, attributes: attrs, items, braces: braces.span() })
}

fn members(input: ParseStream) -> syn::Result<Vec<Member>> {
    let mut members = Vec::new();
    for attribute in input.call(Attribute::parse_inner)? {
        members.push(Member::Other(attribute.into_token_stream()));
    }
    while !input.is_empty() {
        members.push(input.parse()?);
    }
    Ok(members)
}

impl Parse for Member {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if starts_function(&input.fork()) {
            if let Ok(declared) = input.fork().parse::<TraitItemFn>()
                && declared.default.is_none()
            {
                return Ok(Self::Other(input.parse::<TraitItemFn>()?.into_token_stream()));
            }
            let function: Function = input.parse()?;
            let constant = function.signature.constness.is_some();
            return Ok(if constant { Self::Other(function.as_written()) } else { Self::Function(Box::new(function)) });
        }
        // A member of a trait may be without a value, and otherwise reads like one of an `impl` block.
        if let Ok(TraitItem::Const(_) | TraitItem::Type(_)) = input.fork().parse::<TraitItem>() {
            return Ok(Self::Other(input.parse::<TraitItem>()?.into_token_stream()));
        }
        let item: ImplItem = input.parse()?;
        match item {
            ImplItem::Macro(item) => Ok(Self::Macro(item.mac.path.span())),
            ImplItem::Const(_) | ImplItem::Type(_) => Ok(Self::Other(item.into_token_stream())),
            other => Err(refusal(
                other.span(),
                "this block",
                "this item is unknown to the attribute; mark the functions one by one",
            )),
        }
    }
}
