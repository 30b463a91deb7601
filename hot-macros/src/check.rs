//! Decides what `#[hot]` may mark.
//!
//! Each refusal is one error at the token that is in the way: what it is, why, and what to do where that is not plain.
//! The check runs in ordinary builds too, so that a mark never turns into an error only under `cargo hot`.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, ImplItem, Item, Signature, TraitItem};

use crate::attributes;
use crate::future::Threads;
use crate::parse::{self, Block, Function, Head, Marked, Member, Module};

/// "`#[hot]` cannot mark `what`: `reason`", at `span`.
pub(crate) fn refusal(span: Span, what: &str, reason: &str) -> syn::Error {
    syn::Error::new(span, format!("`#[hot]` cannot mark {what}: {reason}"))
}

/// Nothing, or `?Send`.
pub(crate) fn arguments(arguments: &TokenStream, marked: &Marked) -> syn::Result<Threads> {
    let is_async = |function: &Function| function.signature.asyncness.is_some();
    let has_future = match marked {
        Marked::Function(function) => is_async(function),
        Marked::Block(block) => {
            block.members.iter().any(|member| matches!(member, Member::Function(function) if is_async(function)))
        }
        Marked::Module(_) | Marked::Type(_) => false,
    };
    match arguments.to_string().replace(' ', "").as_str() {
        "" => Ok(Threads::Any),
        "?Send" if has_future => Ok(Threads::One),
        "?Send" => {
            Err(syn::Error::new_spanned(arguments, "`?Send` says something about the future of an `async fn` alone"))
        }
        _ => Err(syn::Error::new_spanned(arguments, "`#[hot]` takes no arguments but `?Send`, for an `async fn`")),
    }
}

pub(crate) fn check(marked: &Marked) -> syn::Result<()> {
    match marked {
        Marked::Function(function) => {
            entry_point(&function.signature)?;
            check_function(function)
        }
        Marked::Block(block) => check_block(block),
        Marked::Module(module) => check_module(module),
        // What is said of it is checked with it (`types.rs`).
        Marked::Type(_) => Ok(()),
    }
}

/// Without a receiver, `main` is taken for the program's.
fn entry_point(signature: &Signature) -> syn::Result<()> {
    if signature.ident == "main" && signature.receiver().is_none() {
        let reason = "it runs once, and nothing would call it again; move the body of its loop into a hot function";
        return Err(refusal(signature.ident.span(), "`main`", reason));
    }
    Ok(())
}

fn check_block(block: &Block) -> syn::Result<()> {
    let (attributes, what) = match &block.parsed {
        Head::Impl(head) => (&head.attrs, "an `impl` block"),
        Head::Trait(head) => (&head.attrs, "a trait"),
    };
    check_attributes(attributes, what)?;
    if let Head::Trait(head) = &block.parsed
        && !block.members.iter().any(|member| matches!(member, Member::Function(_)))
    {
        let reason = "it has no code to swap; mark its implementations";
        return Err(refusal(head.trait_token.span, "a trait without default methods", reason));
    }
    block.members.iter().try_for_each(|member| match member {
        Member::Function(function) => check_function(function).map_err(one_by_one),
        Member::Macro(span) => Err(one_by_one(refusal(*span, "what this macro writes", "the attribute cannot see it"))),
        Member::Other(_) => Ok(()),
    })
}

/// Each item as if it was marked itself.
fn check_module(module: &Module) -> syn::Result<()> {
    module.items.iter().try_for_each(|item| {
        let is_marked = attributes_to_mark(&mut item.clone()).is_some();
        if !is_marked {
            return Ok(());
        }
        let marked = parse::parse(item.to_token_stream())?;
        check(&marked).map_err(|error| {
            syn::Error::new(error.span(), format!("{error}; instead of the module, mark its items one by one"))
        })
    })
}

/// The attributes of an item that a marked module marks; `None` for what cannot be hot or says itself whether it is.
pub(crate) fn attributes_to_mark(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    let attributes = match item {
        Item::Fn(function) if function.sig.constness.is_none() => &mut function.attrs,
        Item::Impl(block) if block.items.iter().any(|member| matches!(member, ImplItem::Fn(_))) => &mut block.attrs,
        Item::Trait(found) if found.items.iter().any(has_code) => &mut found.attrs,
        Item::Mod(inner) => &mut inner.attrs,
        _ => return None,
    };
    let says_itself = |attribute: &Attribute| {
        attributes::effective_names(attribute).iter().any(|name| ["hot", "test", "bench"].contains(&name.as_str()))
    };
    (!attributes.iter().any(says_itself)).then_some(attributes)
}

fn has_code(member: &TraitItem) -> bool {
    matches!(member, TraitItem::Fn(function) if function.default.is_some())
}

/// A function must not be skipped in silence because its neighbours can be marked.
fn one_by_one(error: syn::Error) -> syn::Error {
    syn::Error::new(error.span(), format!("{error}; instead of the block, mark its functions one by one"))
}

fn check_function(function: &Function) -> syn::Result<()> {
    let signature = &function.signature;
    check_qualifiers(signature)?;
    check_attributes(&function.attributes, "a function")?;
    if let Some(keyword) = signature.asyncness {
        check_rewriting(&function.attributes)?;
        if attributes::is_tracked(&function.attributes) {
            let reason = "the attribute has no effect there; leave it out";
            return Err(refusal(keyword.span, "an `async fn` that is `#[track_caller]`", reason));
        }
    }
    signature.inputs.iter().try_for_each(check_parameter)?;
    Ok(())
}

fn check_qualifiers(signature: &Signature) -> syn::Result<()> {
    if let Some(keyword) = signature.constness {
        let reason = "it may run at compile time, where nothing can be swapped";
        return Err(refusal(keyword.span, "a `const fn`", reason));
    }
    if let Some(variadic) = &signature.variadic {
        let reason = "its arguments cannot be passed on";
        return Err(refusal(variadic.dots.span(), "a variadic function", reason));
    }
    Ok(())
}

fn check_attributes(list: &[Attribute], what: &str) -> syn::Result<()> {
    list.iter().try_for_each(|attribute| {
        let span = attribute.path().span();
        match attributes::effective_names(attribute) {
            names if names.iter().any(|name| name == "hot") => Err(refusal(span, what, "it is marked twice")),
            _ if attributes::may_be_tracked(attribute) => {
                let reason =
                    "whether its callers give it their place has to be known; put the condition on two functions";
                Err(refusal(span, "a function that is `#[track_caller]` under a condition", reason))
            }
            _ => Ok(()),
        }
    })
}

/// Below `#[hot]` it would be given the body, which is no `async fn` any more.
fn check_rewriting(list: &[Attribute]) -> syn::Result<()> {
    let found = list.iter().find(|attribute| attributes::may_rewrite(attribute));
    found.map_or(Ok(()), |attribute| {
        let reason = "it may rewrite the function, and has to see it as it was written; put it above `#[hot]`";
        Err(refusal(attribute.path().span(), "an `async fn` above this attribute", reason))
    })
}

fn check_parameter(parameter: &FnArg) -> syn::Result<()> {
    let attributes = match parameter {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(typed) => &typed.attrs,
    };
    let conditional = |attribute: &&Attribute| ["cfg", "cfg_attr"].iter().any(|name| attribute.path().is_ident(name));
    if let Some(attribute) = attributes.iter().find(conditional) {
        let reason = "a call cannot leave an argument out; put the `cfg` on two versions of the function";
        return Err(refusal(attribute.path().span(), "a function with a conditional parameter", reason));
    }
    Ok(())
}
