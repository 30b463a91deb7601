//! Writes what is different where the marked function is `async`: its body gives back a future in a box.
//!
//! A future is part of whoever awaits it, with its size, so a body with another future would fit no old caller. A box has
//! one size. It borrows all arguments, as the future of an `async fn` does, which takes a name for every lifetime.

use proc_macro2::{Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, Generics, Ident, Lifetime, ReturnType, Signature, Type, TypeImplTrait, TypeParamBound, parse_quote_spanned,
};

use crate::generics::{add_lifetimes, arguments};
use crate::lifetimes::Names;
use crate::place::has_self;

/// Whether a future may go from thread to thread.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Threads {
    Any,
    /// `#[hot(?Send)]`
    One,
}

/// The lifetime of the box; no user's.
const OF_FUTURE: &str = "'__hot_future";

/// The signature of an `async fn` as that of a function that gives back a box; `outer` are the block's parameters.
pub(crate) fn boxed_signature(
    signature: &Signature,
    outer: Option<&Generics>,
    threads: Threads,
    span: Span,
) -> Signature {
    let mut boxed = signature.clone();
    boxed.asyncness = None;
    boxed.abi = None;
    let mut names = Names::new(span);
    names.of_arguments(&mut boxed.inputs);
    let mentions_self = boxed.inputs.iter().any(|input| match input {
        FnArg::Receiver(_) => true,
        FnArg::Typed(typed) => has_self(quote!(#typed)),
    });
    let mut borrowed: Vec<Lifetime> = boxed.generics.lifetimes().map(|found| found.lifetime.clone()).collect();
    names.used.retain(|lifetime| !borrowed.contains(lifetime));
    borrowed.extend(names.used.iter().chain(&names.fresh).cloned());
    let future = Lifetime::new(OF_FUTURE, span);
    let types = outer.into_iter().chain([&boxed.generics]).flat_map(Generics::type_params);
    let types: Vec<Ident> = types.map(|parameter| parameter.ident.clone()).collect();
    add_lifetimes(&mut boxed.generics, &[names.fresh.clone(), vec![future.clone()]].concat());
    let conditions = boxed.generics.make_where_clause();
    for lifetime in borrowed {
        conditions.predicates.push(parse_quote_spanned!(span=> #lifetime: #future));
    }
    for ty in types {
        conditions.predicates.push(parse_quote_spanned!(span=> #ty: #future));
    }
    if mentions_self {
        conditions.predicates.push(parse_quote_spanned!(span=> Self: #future));
    }
    let mut output = output(signature, span);
    if names.elided.is_some() {
        names.visit_type_mut(&mut output);
    }
    let boxed_type = threads.boxed_type(is_hidden(&output), span);
    boxed.output = parse_quote_spanned!(span=> -> ::hot_runtime::#boxed_type<#future, #output>);
    boxed
}

/// The user's block in a box; `apart` opens both functions that it becomes. The parameters of `signature`, which the user
/// wrote, are there under the names that `arguments` has.
pub(crate) fn boxed_block(
    signature: &Signature,
    arguments: &[TokenStream],
    apart: &TokenStream,
    block: &Group,
    threads: Threads,
    span: Span,
) -> TokenStream {
    // An `async fn` holds all its arguments to its end, whether it uses them or not.
    let taken = signature.inputs.iter().zip(arguments).map(|(input, name)| match input {
        FnArg::Receiver(_) => quote_spanned!(span=> let _ = &#name;),
        FnArg::Typed(typed) => {
            let (attributes, pattern) = (&typed.attrs, &typed.pat);
            quote_spanned!(span=> #[allow(clippy::redundant_locals)] let #name = #name; #(#attributes)* let #pattern = #name;)
        }
    });
    let mut output = output(signature, span);
    let function = threads.function(is_hidden(&output), span);
    // A block may say the rest of a type, of which a part is hidden.
    Unnamed(span).visit_type_mut(&mut output);
    // A block does not say its type, so that `?` and `return` would have none to become. The first `return` settles it.
    let of_type = match &signature.output {
        ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => TokenStream::new(),
        _ => quote_spanned!(span=> if false { return ::hot_runtime::never::<#output>(); }),
    };
    quote_spanned!(span=> ::hot_runtime::#function(async move { #apart #of_type #(#taken)* #block }))
}

impl Threads {
    /// The type of the box, in `hot_runtime`.
    fn boxed_type(self, is_hidden: bool, span: Span) -> Ident {
        let name = match (self, is_hidden) {
            (Self::Any, false) => "SendFuture",
            (Self::Any, true) => "SendHidden",
            (Self::One, false) => "LocalFuture",
            (Self::One, true) => "LocalHidden",
        };
        Ident::new(name, span)
    }

    /// The function of `hot_runtime` that makes it.
    fn function(self, is_hidden: bool, span: Span) -> Ident {
        let name = match (self, is_hidden) {
            (Self::Any, false) => "send_future",
            (Self::Any, true) => "send_hidden",
            (Self::One, false) => "local_future",
            (Self::One, true) => "local_hidden",
        };
        Ident::new(name, span)
    }
}

/// An `impl Trait` in the output is of the arguments: were it of the future, too, no caller could have one longer.
pub(crate) fn capture_arguments(signature: &mut Signature, outer: Option<&Generics>, span: Span) {
    let lifetimes = signature.generics.lifetimes().map(|found| &found.lifetime);
    let lifetimes = lifetimes.filter(|lifetime| lifetime.ident != OF_FUTURE[1..]);
    let types = outer.into_iter().chain([&signature.generics]).flat_map(arguments);
    let mut captures = Captures(parse_quote_spanned!(span=> use<#(#lifetimes,)* #(#types),*>));
    captures.visit_return_type_mut(&mut signature.output);
}

/// Adds this to each `impl Trait` that does not say itself what it captures.
struct Captures(TypeParamBound);

impl VisitMut for Captures {
    fn visit_type_impl_trait_mut(&mut self, found: &mut TypeImplTrait) {
        let says_itself = |bound: &TypeParamBound| matches!(bound, TypeParamBound::PreciseCapture(_));
        if !found.bounds.iter().any(says_itself) {
            found.bounds.push(self.0.clone());
        }
    }
}

/// Whether there is an `impl Trait` in it.
fn is_hidden(output: &Type) -> bool {
    let mut other = output.clone();
    Unnamed(Span::call_site()).visit_type_mut(&mut other);
    quote!(#other).to_string() != quote!(#output).to_string()
}

/// Puts `_` in the place of each `impl Trait`.
struct Unnamed(Span);

impl VisitMut for Unnamed {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::ImplTrait(_) => *ty = parse_quote_spanned!(self.0=> _),
            _ => visit_mut::visit_type_mut(self, ty),
        }
    }
}

fn output(signature: &Signature, span: Span) -> Type {
    match &signature.output {
        ReturnType::Default => parse_quote_spanned!(span=> ()),
        // It is no type yet but behind an arrow.
        ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => {
            parse_quote_spanned!(span=> <fn() -> #ty as ::hot_runtime::Returns>::Output)
        }
        ReturnType::Type(_, ty) => (**ty).clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Threads, boxed_signature};
    use proc_macro2::Span;
    use quote::ToTokens;

    #[track_caller]
    fn check(signature: &str, expected: &str) {
        let signature = syn::parse_str(signature).expect("a signature");
        let boxed = boxed_signature(&signature, None, Threads::Any, Span::call_site());
        let short = expected.replace("Boxed<", "::hot_runtime::SendFuture<").replace("'f", "'__hot_future");
        let short = short.replace("'0", "'__hot_0").replace("'1", "'__hot_1");
        assert_eq!(boxed.to_token_stream().to_string().replace(' ', ""), short.replace(' ', ""));
    }

    #[test]
    fn the_box_borrows_what_the_arguments_borrow() {
        check("async fn f()", "fn f<'f>() -> Boxed<'f, ()>");
        check("async fn f(a: &str)", "fn f<'f, '0>(a: &'0 str) -> Boxed<'f, ()> where '0: 'f");
        check(
            "async fn f(a: A<'_>, b: &B)",
            "fn f<'f, '1, '0>(a: A<'0>, b: &'1 B) -> Boxed<'f, ()> where '0: 'f, '1: 'f",
        );
        check("async fn f<'a>(a: &'a A)", "fn f<'f, 'a>(a: &'a A) -> Boxed<'f, ()> where 'a: 'f");
        check("async fn f(a: &'w A)", "fn f<'f>(a: &'w A) -> Boxed<'f, ()> where 'w: 'f");
        let hidden = "fn f<'f>() -> ::hot_runtime::SendHidden<'f, Result<impl Copy, E>>";
        check("async fn f() -> Result<impl Copy, E>", hidden);
        check("async fn f(a: &'static A)", "fn f<'f>(a: &'static A) -> Boxed<'f, ()>");
        check("async fn f(a: Self)", "fn f<'f>(a: Self) -> Boxed<'f, ()> where Self: 'f");
        check(
            "async fn f<T, const N: usize>(a: [T; N])",
            "fn f<'f, T, const N: usize>(a: [T; N]) -> Boxed<'f, ()> where T: 'f",
        );
        check("async fn f(a: fn(&u8) -> &u8)", "fn f<'f>(a: fn(&u8) -> &u8) -> Boxed<'f, ()>");
        check("async fn f(a: Box<dyn Fn(&u8)>)", "fn f<'f>(a: Box<dyn Fn(&u8)>) -> Boxed<'f, ()>");
        check("async fn f(a: Box<dyn for<'b> A<'b>>)", "fn f<'f>(a: Box<dyn for<'b> A<'b>>) -> Boxed<'f, ()>");
    }

    #[test]
    fn what_the_output_leaves_out_is_what_an_async_function_means() {
        check("async fn f(a: &A) -> &B", "fn f<'f, '0>(a: &'0 A) -> Boxed<'f, &'0 B> where '0: 'f");
        check("async fn f<'a>(a: A<'a>) -> &B", "fn f<'f, 'a>(a: A<'a>) -> Boxed<'f, &'a B> where 'a: 'f");
        let with_self = "fn f<'f, '1, '0>(&'0 self, a: &'1 A) -> Boxed<'f, &'0 B> where '0: 'f, '1: 'f, Self: 'f";
        check("async fn f(&self, a: &A) -> &B", with_self);
        let pinned = "fn f<'f, '0>(self: Pin<&'0 mut Self>) -> Boxed<'f, A<'0>> where '0: 'f, Self: 'f";
        check("async fn f(self: Pin<&mut Self>) -> A<'_>", pinned);
    }
}
