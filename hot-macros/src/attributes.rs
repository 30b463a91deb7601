//! Deals the attributes of a marked function out to its wrapper and its body.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

const TRACK_CALLER: &str = "track_caller";

/// Whether a function is given the place that it is called from.
pub(crate) fn is_tracked(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident(TRACK_CALLER))
}

/// Whether it is given that under a condition, by this attribute.
pub(crate) fn may_be_tracked(attribute: &Attribute) -> bool {
    conditional(&attribute.meta).is_some() && effective_names(attribute).iter().any(|name| name == TRACK_CALLER)
}

/// The attributes of the two functions that one becomes.
#[derive(Default)]
pub(crate) struct Dealt {
    pub(crate) wrapper: Vec<TokenStream>,
    pub(crate) body: Vec<TokenStream>,
}

enum Side {
    Wrapper,
    Body,
    Both,
    Neither,
}

pub(crate) fn deal(attributes: &[Attribute]) -> Dealt {
    let mut dealt = Dealt::default();
    for part in attributes.iter().flat_map(|attribute| split(&attribute.meta)) {
        let tokens = soften(&part);
        let attribute = quote!(#[#tokens]);
        match side(&part) {
            Side::Wrapper => dealt.wrapper.push(attribute),
            Side::Body => dealt.body.push(attribute),
            Side::Both => {
                dealt.wrapper.push(attribute.clone());
                dealt.body.push(attribute);
            }
            Side::Neither => {}
        }
    }
    dealt
}

/// What an attribute comes to, by the last names of the paths: `track_caller` for `cfg_attr(debug, track_caller)`.
pub(crate) fn effective_names(attribute: &Attribute) -> Vec<String> {
    split(&attribute.meta).iter().map(|part| last_name(core(part).path())).collect()
}

/// Whether it is, or holds, one that the compiler and its tools do not know: a macro that is given the function.
pub(crate) fn may_rewrite(attribute: &Attribute) -> bool {
    const TOOLS: &[&str] = &["clippy", "diagnostic", "miri", "rust_analyzer", "rustfmt"];
    let is_of_tool = |part: &Meta| {
        let first = core(part).path().segments.first().map(|segment| segment.ident.to_string());
        first.is_some_and(|first| TOOLS.contains(&first.as_str()))
    };
    split(&attribute.meta).iter().any(|part| matches!(side(part), Side::Body) && !is_of_tool(part))
}

fn side(part: &Meta) -> Side {
    let inner = core(part);
    match last_name(inner.path()).as_str() {
        // What is said to the readers and callers of the function.
        "doc" | "deprecated" => Side::Wrapper,
        // The symbol that other languages link to, and what the test harness calls.
        "no_mangle" | "export_name" | "test" | "bench" | "ignore" | "should_panic" => Side::Wrapper,
        // The body is never inlined, and nobody gains from a jump that is not.
        "inline" if argument(&inner) == "never" => Side::Neither,
        "inline" => Side::Wrapper,
        // Both exist, compile and are linted under the same conditions; `must_use` answers the lint that asks for it.
        "cfg" | "target_feature" | "cold" | "must_use" => Side::Both,
        // The wrapper hands its caller's place on.
        TRACK_CALLER => Side::Both,
        "allow" | "expect" | "warn" | "deny" | "forbid" => Side::Both,
        // Whatever rewrites code, wants the code.
        _ => Side::Body,
    }
}

fn argument(meta: &Meta) -> String {
    match meta {
        Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    }
}

/// `expect` becomes `allow`: what is expected happens in one of two functions, and is checked in ordinary builds.
fn soften(part: &Meta) -> TokenStream {
    match part {
        Meta::List(list) if list.path.is_ident("expect") => {
            let allow = Ident::new("allow", list.path.segments[0].ident.span());
            let lints = &list.tokens;
            quote!(#allow(#lints))
        }
        Meta::List(_) => match conditional(part) {
            Some((path, condition, inner)) => {
                let inner = inner.iter().map(soften);
                quote!(#path(#condition, #(#inner),*))
            }
            None => part.to_token_stream(),
        },
        _ => part.to_token_stream(),
    }
}

/// `cfg_attr(c, a, b)` as `cfg_attr(c, a)` and `cfg_attr(c, b)`; any other attribute as itself.
fn split(meta: &Meta) -> Vec<Meta> {
    let Some((path, condition, inner)) = conditional(meta) else {
        return vec![meta.clone()];
    };
    let one = |part: Meta| syn::parse_quote!(#path(#condition, #part));
    inner.iter().flat_map(split).map(one).collect()
}

/// The attribute inside `cfg_attr(..)` and `unsafe(..)`, once it is split.
fn core(part: &Meta) -> Meta {
    if let Some((_, _, mut inner)) = conditional(part)
        && let Some(only) = inner.pop()
    {
        return core(&only);
    }
    match part {
        Meta::List(list) if list.path.is_ident("unsafe") => list.parse_args().unwrap_or_else(|_| part.clone()),
        _ => part.clone(),
    }
}

/// The parts of a `cfg_attr`: its path, its condition and its attributes.
fn conditional(meta: &Meta) -> Option<(&syn::Path, Meta, Vec<Meta>)> {
    let Meta::List(list) = meta else { return None };
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let mut parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?.into_iter();
    Some((&list.path, parts.next()?, parts.collect()))
}

fn last_name(path: &syn::Path) -> String {
    path.segments.last().map(|segment| segment.ident.unraw().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::deal;

    fn check(attribute: syn::Attribute, wrapper: &[&str], body: &[&str]) {
        let dealt = deal(&[attribute]);
        let text =
            |list: Vec<super::TokenStream>| list.iter().map(|a| a.to_string().replace(' ', "")).collect::<Vec<_>>();
        assert_eq!(text(dealt.wrapper), wrapper);
        assert_eq!(text(dealt.body), body);
    }

    #[test]
    fn each_attribute_goes_where_it_means_the_same() {
        use syn::parse_quote as a;
        check(a!(#[doc = "x"]), &["#[doc=\"x\"]"], &[]);
        check(a!(#[tracing::instrument(skip(w))]), &[], &["#[tracing::instrument(skip(w))]"]);
        check(a!(#[inline(never)]), &[], &[]);
        check(a!(#[inline]), &["#[inline]"], &[]);
        check(a!(#[track_caller]), &["#[track_caller]"], &["#[track_caller]"]);
        check(a!(#[unsafe(no_mangle)]), &["#[unsafe(no_mangle)]"], &[]);
        check(a!(#[expect(unused)]), &["#[allow(unused)]"], &["#[allow(unused)]"]);
        check(a!(#[cfg(unix)]), &["#[cfg(unix)]"], &["#[cfg(unix)]"]);
    }

    #[test]
    fn a_conditional_attribute_is_taken_apart() {
        check(
            syn::parse_quote!(#[cfg_attr(unix, inline, expect(unused), instrument)]),
            &["#[cfg_attr(unix,inline)]", "#[cfg_attr(unix,allow(unused))]"],
            &["#[cfg_attr(unix,allow(unused))]", "#[cfg_attr(unix,instrument)]"],
        );
    }
}
