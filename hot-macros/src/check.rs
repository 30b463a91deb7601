//! Decides what `#[hot]` may mark.
//!
//! Each refusal is one error at the token that is in the way: what it is, why, and what to do where that is not plain.
//! The check runs in ordinary builds too, so that a mark never turns into an error only under `cargo hot`.

use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Attribute, FnArg, GenericParam, Generics, Signature};

use crate::attributes;
use crate::future::Threads;
use crate::parse::{Function, Impl, Marked, Member};

/// "`#[hot]` cannot mark `what`: `reason`", at `span`.
pub(crate) fn refusal(span: Span, what: &str, reason: &str) -> syn::Error {
    syn::Error::new(span, format!("`#[hot]` cannot mark {what}: {reason}"))
}

/// Nothing, or `?Send`.
pub(crate) fn arguments(arguments: &TokenStream, marked: &Marked) -> syn::Result<Threads> {
    let is_async = |function: &Function| function.signature.asyncness.is_some();
    let has_future = match marked {
        Marked::Function(function) => is_async(function),
        Marked::Impl(block) => {
            block.members.iter().any(|member| matches!(member, Member::Function(function) if is_async(function)))
        }
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
        Marked::Impl(block) => check_impl(block),
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

fn check_impl(block: &Impl) -> syn::Result<()> {
    if let Some((path, _)) = &block.parsed.trait_ {
        let reason = "let its methods call functions of an inherent `impl`, and mark those";
        return Err(refusal(path.span(), "an implementation of a trait yet", reason));
    }
    check_attributes(&block.parsed.attrs, "an `impl` block")?;
    check_generics(&block.parsed.generics, "an `impl` block")?;
    block.members.iter().try_for_each(|member| match member {
        Member::Function(function) => check_function(function).map_err(one_by_one),
        Member::Macro(span) => Err(one_by_one(refusal(*span, "what this macro writes", "the attribute cannot see it"))),
        Member::Other(_) => Ok(()),
    })
}

/// A function must not be skipped in silence because its neighbours can be marked.
fn one_by_one(error: syn::Error) -> syn::Error {
    syn::Error::new(error.span(), format!("{error}; instead of the `impl` block, mark its functions one by one"))
}

fn check_function(function: &Function) -> syn::Result<()> {
    let signature = &function.signature;
    check_qualifiers(signature)?;
    check_attributes(&function.attributes, "a function")?;
    if signature.asyncness.is_some() {
        check_rewriting(&function.attributes)?;
    }
    check_generics(&signature.generics, "a function")?;
    signature.inputs.iter().try_for_each(check_parameter)?;
    if let Some(keyword) = first_impl_trait(|finder| finder.visit_return_type(&signature.output)) {
        let reason = "the type behind it may change with the body, under callers that hold values of it; name the type, \
                      or return a `Box<dyn Trait>`";
        return Err(refusal(keyword, "a function that returns `impl Trait` yet", reason));
    }
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
            names if names.iter().any(|name| name == "track_caller") => {
                let reason = "the caller that it sees would be the wrapper; mark a function that it calls";
                Err(refusal(span, "a `#[track_caller]` function yet", reason))
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

fn check_generics(generics: &Generics, what: &str) -> syn::Result<()> {
    generics.params.iter().try_for_each(|parameter| {
        let kind = match parameter {
            GenericParam::Type(_) => "types",
            GenericParam::Const(_) => "constants",
            GenericParam::Lifetime(_) => return Ok(()),
        };
        let reason =
            "each instance would need a slot of its own; mark a function that is not generic and is called by it";
        Err(refusal(parameter.span(), &format!("{what} that is generic over {kind} yet"), reason))
    })
}

fn check_parameter(parameter: &FnArg) -> syn::Result<()> {
    let (attributes, ty) = match parameter {
        FnArg::Receiver(receiver) => (&receiver.attrs, None),
        FnArg::Typed(typed) => (&typed.attrs, Some(&*typed.ty)),
    };
    let conditional = |attribute: &&Attribute| ["cfg", "cfg_attr"].iter().any(|name| attribute.path().is_ident(name));
    if let Some(attribute) = attributes.iter().find(conditional) {
        let reason = "a call cannot leave an argument out; put the `cfg` on two versions of the function";
        return Err(refusal(attribute.path().span(), "a function with a conditional parameter", reason));
    }
    if let Some(keyword) = ty.and_then(|ty| first_impl_trait(|finder| finder.visit_type(ty))) {
        let reason =
            "it is generic, and each instance would need a slot of its own; take a `&dyn Trait`, or name the type";
        return Err(refusal(keyword, "a function that takes `impl Trait` yet", reason));
    }
    Ok(())
}

/// Where the first `impl Trait` stands in what `walk` visits.
fn first_impl_trait(walk: impl FnOnce(&mut FindImplTrait)) -> Option<Span> {
    let mut finder = FindImplTrait(None);
    walk(&mut finder);
    finder.0
}

struct FindImplTrait(Option<Span>);

impl Visit<'_> for FindImplTrait {
    fn visit_type_impl_trait(&mut self, found: &syn::TypeImplTrait) {
        self.0.get_or_insert(found.impl_token.span);
    }
}
