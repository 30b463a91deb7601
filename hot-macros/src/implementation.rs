//! Writes what an `impl Trait for Type` becomes: a trait's implementation has no place for more than the trait's members.
//!
//! So the bodies are in an implementation of a trait of ours, which has the user's as its supertrait: there `Self`, `self`,
//! associated types and the trait's methods mean the same.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Attribute, ItemImpl, Path, PathArguments, Type, TypeParamBound};

use crate::attributes;
use crate::expand::{Goal, Parts, Place, stays_as_written};
use crate::generics::{add_lifetimes, arguments};
use crate::lifetimes::Names;
use crate::parse::{Block, Function, Member};

/// All in a constant without a name, where nothing else can have these names.
pub(crate) fn expand(block: &Block, head: &ItemImpl, goal: Goal) -> TokenStream {
    let Some((of_trait, _)) = &head.trait_ else { return block.with(Function::as_written) };
    let span = Span::mixed_site().located_at(of_trait.span());
    let conditions: Vec<_> = head.attrs.iter().filter(|attribute| counts_for_all(attribute)).cloned().collect();
    let conditions = attributes::deal(&conditions).body;
    let (mut of_trait, mut generics, of_type) = (of_trait.clone(), head.generics.clone(), &head.self_ty);
    let mut lifetimes = Names::new(span);
    lifetimes.visit_path_mut(&mut of_trait);
    add_lifetimes(&mut generics, &lifetimes.fresh);
    let given = arguments(&generics);
    let path = quote_spanned!(span=> <Self as __HotBodies<#(#given),*>>::);

    let stays = |function: &Function| stays_as_written(function, Some(&generics), true, goal.build);
    let functions = block.members.iter().filter_map(|member| match member {
        Member::Function(function) if !stays(function) => Some(&**function),
        _ => None,
    });
    let (mut slots, mut declarations, mut bodies) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for function in functions {
        let name = slot_name(function);
        let parts = Parts::of(
            function,
            Place { path: path.clone(), generics: Some(&generics), in_trait: true, slot_name: &name },
            goal,
        );
        slots.extend(parts.slot.clone());
        declarations.extend(parts.declaration());
        bodies.extend(parts.body(&syn::Visibility::Inherited));
    }
    let wrappers = block.with(|function| {
        if stays(function) {
            return function.as_written();
        }
        let name = slot_name(function);
        let place = Place { path: path.clone(), generics: Some(&generics), in_trait: true, slot_name: &name };
        let parts = Parts::of(function, place, goal);
        parts.wrapper(&[&parts.call()])
    });
    let (parameters, given, bounds) = generics.split_for_impl();
    // In an `impl` its trait is in scope. One that a lone name means is so anyway, and to import one that has a name of the
    // prelude would be ambiguous.
    let import = (of_trait.segments.len() > 1).then(|| {
        let named = without_arguments(&of_trait);
        quote_spanned!(span=> #[allow(unused_imports)] use #named as _;)
    });
    // A trait's own parameters may have `Self` for a default.
    let is_sized = if is_unsized(head) { TokenStream::new() } else { quote_spanned!(span=> Sized +) };
    let bodies_trait =
        quote_spanned!(span=> trait __HotBodies #generics: #is_sized #of_trait #bounds { #declarations });
    quote_spanned! {span=>
        #(#conditions)*
        const _: () = {
            #import
            #[allow(drop_bounds, clippy::needless_lifetimes, clippy::extra_unused_lifetimes)]
            #bodies_trait
            #[allow(clippy::needless_lifetimes, clippy::extra_unused_lifetimes, clippy::elidable_lifetime_names)]
            impl #parameters __HotBodies #given for #of_type #bounds { #bodies }
            #slots
            #wrappers
        };
    }
}

/// A slot stands beside the functions here, so its name says whose it is.
fn slot_name(function: &Function) -> String {
    format!("_{}", function.signature.ident.unraw())
}

/// Lints, and whether it is there at all.
fn counts_for_all(attribute: &Attribute) -> bool {
    const FOR_ALL: [&str; 6] = ["cfg", "allow", "expect", "warn", "deny", "forbid"];
    attributes::effective_names(attribute).iter().all(|name| FOR_ALL.contains(&name.as_str()))
}

/// As far as the text tells: a type of the user's whose last field has no size is not seen.
fn is_unsized(head: &ItemImpl) -> bool {
    let may_be = |parameter: &syn::TypeParam| {
        let is_marked =
            |bound: &TypeParamBound| matches!(bound, TypeParamBound::Trait(bound) if bound.path.is_ident("Sized"));
        parameter.ident == head.self_ty.to_token_stream().to_string() && parameter.bounds.iter().any(is_marked)
    };
    match &*head.self_ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str") || head.generics.type_params().any(may_be),
        _ => false,
    }
}

fn without_arguments(path: &Path) -> Path {
    let mut path = path.clone();
    path.segments.iter_mut().for_each(|segment| segment.arguments = PathArguments::None);
    path
}
