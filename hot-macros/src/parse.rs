//! Reads the marked item as far as the attribute has to understand it: signatures, not bodies.
//!
//! A body stays one token group with its spans, so that errors, panics and debug info point to the user's lines.
//! Items of other kinds are refused here, by their keyword; what is wrong with a function says [`crate::check`].

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, ImplItem, ItemImpl, Signature, Token, Visibility};

use crate::check::refusal;

/// What stands under a `#[hot]`.
pub(crate) enum Marked {
    /// A function anywhere: in a module, in an `impl`, in another function.
    Function(Function),
    /// An `impl` block marked as a whole.
    Impl(Impl),
}

/// A function with a body.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    /// The block, its braces included.
    pub(crate) body: Group,
}

/// An `impl` block and its members.
pub(crate) struct Impl {
    /// Everything before the braces.
    pub(crate) head: TokenStream,
    /// The same, understood; it has no items.
    pub(crate) parsed: ItemImpl,
    pub(crate) members: Vec<Member>,
    pub(crate) braces: Span,
}

/// One item of an `impl` block.
pub(crate) enum Member {
    Function(Box<Function>),
    /// It may write functions that the attribute never sees.
    Macro(Span),
    /// A constant, a type, a `const fn`: nothing that could be hot.
    Other(TokenStream),
}

/// Keywords of the items that cannot be marked, what to call them, and the reason with the way out.
const OTHER_ITEMS: &[(&str, &str, &str)] = &[
    ("struct", "a struct yet", TYPE_REASON),
    ("enum", "an enum yet", TYPE_REASON),
    ("union", "a union yet", TYPE_REASON),
    ("trait", "a trait", "it has no code to swap; mark the functions that its implementations call"),
    ("mod", "a module", "mark the functions in it one by one"),
    ("use", "a `use`", "mark the function where it is written"),
    ("static", "a `static`", "it is data, and keeps its value through every swap"),
    ("const", "a `const`", "its value is part of the code that uses it; mark the functions that do"),
    ("type", "a type alias", "it has no code to swap"),
    ("extern", "an `extern` item", "its functions have their code elsewhere; mark the function that calls them"),
    ("macro_rules", "a macro", "it runs while the program compiles; mark the functions that use it"),
];

const TYPE_REASON: &str = "mark the functions that use it; a change of its layout needs a restart";

pub(crate) fn parse(item: TokenStream) -> syn::Result<Marked> {
    any_item.parse2(item)
}

fn any_item(input: ParseStream) -> syn::Result<Marked> {
    if starts_function(&input.fork()) {
        return input.parse().map(Marked::Function);
    }
    let whole = input.fork().parse::<TokenStream>()?;
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let keyword = input.parse::<TokenStream>()?.into_iter().filter_map(identifier).find(|word| {
        // What else may stand before the keyword.
        !["unsafe", "auto", "default"].iter().any(|modifier| word == modifier)
    });
    match keyword {
        Some(keyword) if keyword == "impl" => parse_impl(whole).map(Marked::Impl),
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
    fn as_written(&self) -> TokenStream {
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

fn parse_impl(item: TokenStream) -> syn::Result<Impl> {
    let mut trees: Vec<TokenTree> = item.into_iter().collect();
    let Some(TokenTree::Group(block)) = trees.pop() else {
        return Err(syn::Error::new(Span::call_site(), "expected an `impl` block"));
    };
    let head: TokenStream = trees.into_iter().collect();
    let mut empty = head.clone();
    empty.extend([TokenTree::from(Group::new(Delimiter::Brace, TokenStream::new()))]);
    let parsed: ItemImpl = syn::parse2(empty)?;
    // A trait's members are not ours to read: the block is refused as a whole.
    let members = if parsed.trait_.is_none() { members.parse2(block.stream())? } else { Vec::new() };
    Ok(Impl { head, parsed, members, braces: block.span() })
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
            let function: Function = input.parse()?;
            let constant = function.signature.constness.is_some();
            return Ok(if constant { Self::Other(function.as_written()) } else { Self::Function(Box::new(function)) });
        }
        let item: ImplItem = input.parse()?;
        match item {
            ImplItem::Macro(item) => Ok(Self::Macro(item.mac.path.span())),
            ImplItem::Const(_) | ImplItem::Type(_) => Ok(Self::Other(item.into_token_stream())),
            other => Err(refusal(
                other.span(),
                "this `impl` block",
                "this item is unknown to the attribute; mark the functions one by one",
            )),
        }
    }
}
