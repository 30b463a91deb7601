//! Writes what is different where the marked function is `async`: its body gives back a future in a box.
//!
//! A future is part of whoever awaits it, with its size, so a body with another future would fit no old caller. A box has
//! one size. It borrows all arguments, as the future of an `async fn` does, which takes a name for every lifetime.

use proc_macro2::{Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{
    BoundLifetimes, FnArg, GenericParam, Lifetime, ParenthesizedGenericArguments, Receiver, ReceiverKind, ReturnType,
    Signature, TraitBound, Type, TypeFnPtr, TypeReference, parse_quote_spanned,
};

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
const OF_ARGUMENT: &str = "'__hot_";

/// The signature of an `async fn` as that of a function that gives back a box.
pub(crate) fn boxed_signature(signature: &Signature, threads: Threads, span: Span) -> Signature {
    let mut boxed = signature.clone();
    boxed.asyncness = None;
    boxed.abi = None;
    let mut names = Names::new(span);
    let mut receiver = None;
    for input in &mut boxed.inputs {
        names.visit_fn_arg_mut(input);
        if matches!(input, FnArg::Receiver(_)) {
            receiver = names.only();
        }
    }
    names.elided = receiver.or_else(|| names.only());
    let mentions_self = boxed.inputs.iter().any(|input| match input {
        FnArg::Receiver(_) => true,
        FnArg::Typed(typed) => has_self(quote!(#typed)),
    });
    let mut borrowed: Vec<Lifetime> = boxed.generics.lifetimes().map(|found| found.lifetime.clone()).collect();
    names.used.retain(|lifetime| !borrowed.contains(lifetime));
    borrowed.extend(names.used.drain(..).chain(names.fresh.iter().cloned()));
    let future = Lifetime::new(OF_FUTURE, span);
    for lifetime in names.fresh.drain(..).chain([future.clone()]) {
        // In front: lifetimes come before everything else.
        boxed.generics.params.insert(0, GenericParam::Lifetime(syn::LifetimeParam::new(lifetime)));
    }
    let conditions = boxed.generics.make_where_clause();
    for lifetime in borrowed {
        conditions.predicates.push(parse_quote_spanned!(span=> #lifetime: #future));
    }
    if mentions_self {
        conditions.predicates.push(parse_quote_spanned!(span=> Self: #future));
    }
    let mut output = output(signature, span);
    if names.elided.is_some() {
        names.visit_type_mut(&mut output);
    }
    boxed.output = match threads {
        Threads::Any => parse_quote_spanned!(span=> -> ::hot_runtime::SendFuture<#future, #output>),
        Threads::One => parse_quote_spanned!(span=> -> ::hot_runtime::LocalFuture<#future, #output>),
    };
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
    let (function, output) = (threads.function(span), output(signature, span));
    // A block does not say its type, so that `?` and `return` would have none to become. The first `return` settles it.
    let of_type = match &signature.output {
        ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)) => TokenStream::new(),
        _ => quote_spanned!(span=> if false { return ::hot_runtime::never::<#output>(); }),
    };
    quote_spanned!(span=> ::hot_runtime::#function(async move { #apart #of_type #(#taken)* #block }))
}

impl Threads {
    /// The function of `hot_runtime` that makes the box.
    fn function(self, span: Span) -> syn::Ident {
        match self {
            Self::Any => syn::Ident::new("send_future", span),
            Self::One => syn::Ident::new("local_future", span),
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

/// Gives a name to every lifetime that the arguments leave out, and finds those that have one.
struct Names {
    span: Span,
    fresh: Vec<Lifetime>,
    used: Vec<Lifetime>,
    /// Once the arguments are seen: the one that the output leaves out.
    elided: Option<Lifetime>,
    /// By a `for<..>` around.
    bound: Vec<Lifetime>,
    /// Within `fn(&u8)` and `Fn(&u8)`, what is left out is no argument's.
    is_local: bool,
}

impl Names {
    fn new(span: Span) -> Self {
        Self { span, fresh: Vec::new(), used: Vec::new(), elided: None, bound: Vec::new(), is_local: false }
    }

    /// The one lifetime there is, which is the output's then.
    fn only(&self) -> Option<Lifetime> {
        match (&self.fresh[..], &self.used[..]) {
            ([only], []) | ([], [only]) => Some(only.clone()),
            _ => None,
        }
    }

    /// What stands for one that is left out.
    fn fresh(&mut self) -> Lifetime {
        self.elided.clone().unwrap_or_else(|| {
            let lifetime = Lifetime::new(&format!("{OF_ARGUMENT}{}", self.fresh.len()), self.span);
            self.fresh.push(lifetime.clone());
            lifetime
        })
    }

    fn name(&mut self, lifetime: &mut Option<Lifetime>) {
        match lifetime {
            Some(lifetime) => self.visit_lifetime_mut(lifetime),
            None if self.is_local => {}
            None => *lifetime = Some(self.fresh()),
        }
    }

    /// Visits what is within a `for<..>`, or has a scope of its own for lifetimes that are left out.
    fn within(&mut self, bound: Option<&BoundLifetimes>, is_local: bool, visit: impl FnOnce(&mut Self)) {
        let (outer, was_local) = (self.bound.len(), self.is_local);
        let parameters = bound.iter().flat_map(|bound| &bound.lifetimes);
        self.bound.extend(parameters.filter_map(|parameter| match parameter {
            GenericParam::Lifetime(parameter) => Some(parameter.lifetime.clone()),
            _ => None,
        }));
        self.is_local |= is_local;
        visit(self);
        self.bound.truncate(outer);
        self.is_local = was_local;
    }
}

impl VisitMut for Names {
    fn visit_receiver_mut(&mut self, receiver: &mut Receiver) {
        match &mut receiver.kind {
            ReceiverKind::Reference(_, lifetime, _) => self.name(lifetime),
            kind => self.visit_receiver_kind_mut(kind),
        }
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        self.name(&mut reference.lifetime);
        self.visit_type_mut(&mut reference.elem);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            if !self.is_local {
                *lifetime = self.fresh();
            }
        } else if lifetime.ident != "static" && !self.bound.contains(lifetime) && !self.used.contains(lifetime) {
            self.used.push(lifetime.clone());
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, pointer: &mut TypeFnPtr) {
        let bound = pointer.lifetimes.clone();
        self.within(bound.as_ref(), true, |names| visit_mut::visit_type_fn_ptr_mut(names, pointer));
    }

    fn visit_parenthesized_generic_arguments_mut(&mut self, arguments: &mut ParenthesizedGenericArguments) {
        self.within(None, true, |names| visit_mut::visit_parenthesized_generic_arguments_mut(names, arguments));
    }

    fn visit_trait_bound_mut(&mut self, bound: &mut TraitBound) {
        let lifetimes = bound.lifetimes.clone();
        self.within(lifetimes.as_ref(), false, |names| visit_mut::visit_trait_bound_mut(names, bound));
    }
}
