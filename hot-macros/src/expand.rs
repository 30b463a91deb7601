//! Writes the wrapper, the slot and the body of a marked function.
//!
//! What is ours carries the place of the function's name and the context of the macro: an error points to the function,
//! and lints know that nobody wrote this by hand. What is the user's keeps its own spans.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{FnArg, Generics, Pat, Safety, Signature, Visibility};

use crate::Build;
use crate::again::{self, Again};
use crate::attributes;
use crate::future::{Threads, boxed_block, boxed_signature, capture_arguments};
use crate::generics::{arguments, with_named_types};
use crate::implementation;
use crate::parse::{Block, Function, Head, Marked, Member, Module};
use crate::{check, place, signature, types};

/// Spelled alike in `hot_runtime::names`.
const BODY_PREFIX: &str = "__hot_";
const SLOT_PREFIX: &str = "__HOT_SLOT_";
const TRACKED_SUFFIX: &str = "t";

/// What an expansion is for.
#[derive(Clone, Copy)]
pub(crate) struct Goal {
    pub(crate) build: Build,
    /// Whether a call that panics may be held, and run again.
    pub(crate) holds_panics: bool,
    /// Of the future, where the function is `async`.
    pub(crate) threads: Threads,
}

pub(crate) fn expand(marked: &Marked, goal: Goal) -> TokenStream {
    match marked {
        Marked::Function(function) if place::is_surely_in_impl(function) => sibling(function, None, false, goal),
        Marked::Function(function) => nested(function, goal),
        Marked::Block(block) => match &block.parsed {
            Head::Impl(head) if head.trait_.is_some() => implementation::expand(block, head, goal),
            Head::Impl(head) => whole_block(block, &head.generics, false, goal),
            Head::Trait(head) => whole_block(block, &head.generics, true, goal),
        },
        Marked::Module(module) => whole_module(module),
        // The derive writes what is to be written.
        Marked::Type(item) => types::as_written(item),
    }
}

/// The body of an `async` method alone, under the method's own name.
pub(crate) fn body(function: &Function, threads: Threads) -> TokenStream {
    let mut parts = Parts::of(function, Place::default(), Goal { build: Build::Plain, holds_panics: false, threads });
    parts.body_name = function.signature.ident.clone();
    parts.body(&function.visibility)
}

/// The same, as a trait declares it.
pub(crate) fn declaration(method: &syn::TraitItemFn, threads: Threads) -> TokenStream {
    let span = Span::mixed_site().located_at(method.sig.ident.span());
    let (attributes, signature) = (&method.attrs, with_boxed_future(&method.sig, None, threads, span));
    quote!(#(#attributes)* #signature;)
}

/// Bodies beside their wrappers: in an inherent `impl`, or the default methods of a trait.
fn whole_block(block: &Block, generics: &Generics, in_trait: bool, goal: Goal) -> TokenStream {
    block.with(|function| sibling(function, Some(generics), in_trait, goal))
}

impl Block {
    /// The block with something else for each function.
    pub(crate) fn with(&self, function: impl Fn(&Function) -> TokenStream) -> TokenStream {
        let members = self.members.iter().map(|member| match member {
            Member::Function(found) => function(found),
            Member::Macro(_) => unreachable!("`check` refuses a block with macros"),
            Member::Other(tokens) => tokens.clone(),
        });
        let (head, braces) = (&self.head, spanned(members.collect(), self.braces));
        quote!(#head #braces)
    }
}

/// A mark for each item that can have one, behind the attributes that it has: macros among those see it as it was written.
fn whole_module(module: &Module) -> TokenStream {
    let items = module.items.iter().map(|item| {
        let mut item = item.clone();
        if let Some(attributes) = check::attributes_to_mark(&mut item) {
            attributes.push(syn::parse_quote!(#[::hot_runtime::hot]));
        }
        item.into_token_stream()
    });
    let (head, attributes) = (&module.head, &module.attributes);
    let braces = spanned(quote!(#(#attributes)* #(#items)*), module.braces);
    quote!(#head #braces)
}

/// The body beside the wrapper, reached through `Self`; `generics` are those of the block, where it is known.
fn sibling(function: &Function, generics: Option<&Generics>, in_trait: bool, goal: Goal) -> TokenStream {
    if stays_as_written(function, generics, in_trait, goal.build) {
        return function.as_written();
    }
    let parts = Parts::of(function, Place { path: quote!(Self::), generics, in_trait, slot_name: "" }, goal);
    let wrapper = parts.wrapper(&[&parts.slot, &parts.call()]);
    let body = parts.body(&function.visibility);
    quote!(#wrapper #body)
}

/// The body inside the wrapper.
pub(crate) fn nested(function: &Function, goal: Goal) -> TokenStream {
    if stays_as_written(function, None, false, goal.build) {
        return function.as_written();
    }
    let parts = Parts::of(function, Place::default(), goal);
    parts.wrapper(&[&parts.body(&Visibility::Inherited), &parts.slot, &parts.call()])
}

/// Whether nobody but the compiler can hand the caller's place on to a body: where an optimizer may leave it out, and where the
/// table of many bodies would have to know them by pointers, which hand on their own place. Such a function goes live as one
/// without a mark does.
pub(crate) fn stays_as_written(function: &Function, generics: Option<&Generics>, in_trait: bool, build: Build) -> bool {
    let has_instances = || {
        let own = arguments(&with_named_types(&function.signature, Span::call_site()).generics);
        in_trait || !own.is_empty() || generics.is_some_and(|outer| !arguments(outer).is_empty())
    };
    attributes::is_tracked(&function.attributes) && (build == Build::Optimized || has_instances())
}

/// Where a body stands, as its wrapper sees it.
#[derive(Default)]
pub(crate) struct Place<'a> {
    /// What leads to the body: nothing, or `Self::`, for example.
    pub(crate) path: TokenStream,
    /// Of the block around, where it is known.
    pub(crate) generics: Option<&'a Generics>,
    /// Whether that is a trait, or the implementation of one.
    pub(crate) in_trait: bool,
    /// What the slot's name ends with, where the slot is not in the wrapper.
    pub(crate) slot_name: &'a str,
}

/// The pieces that all forms put together.
pub(crate) struct Parts<'a> {
    function: &'a Function,
    place: Place<'a>,
    goal: Goal,
    attributes: attributes::Dealt,
    /// For everything that is not the user's.
    span: Span,
    body_name: Ident,
    slot_name: Ident,
    /// Whether it is given the place of its caller.
    is_tracked: bool,
    /// The slot's definition.
    pub(crate) slot: TokenStream,
    /// The user's signature, with a plain name for each parameter.
    signature: Signature,
    arguments: Vec<TokenStream>,
}

impl<'a> Parts<'a> {
    pub(crate) fn of(function: &'a Function, place: Place<'a>, goal: Goal) -> Self {
        let name = &function.signature.ident;
        let span = Span::mixed_site().located_at(name.span());
        let body_name = Ident::new(&format!("{BODY_PREFIX}{}", name.unraw()), span);
        let is_tracked = attributes::is_tracked(&function.attributes);
        let hash = signature::hash(&function.signature, goal.threads, is_tracked);
        let suffix = if is_tracked { TRACKED_SUFFIX } else { place.slot_name };
        let slot_name = Ident::new(&format!("{SLOT_PREFIX}{hash:016x}{suffix}"), span);
        // `used`: an optimizer that sees no write to a private static takes its zero for a constant.
        let slot = quote_spanned!(span=> #[used] static #slot_name: ::hot_runtime::Slot = ::hot_runtime::Slot::new(););
        let (signature, arguments) = with_plain_parameters(&function.signature, span);
        let attributes = attributes::deal(&function.attributes);
        Self { function, place, goal, attributes, span, body_name, slot_name, is_tracked, slot, signature, arguments }
    }

    pub(crate) fn wrapper(&self, statements: &[&TokenStream]) -> TokenStream {
        let Self { attributes, signature, span, .. } = self;
        let (attributes, visibility) = (&attributes.wrapper, &self.function.visibility);
        let block = quote_spanned!(*span=> { #(#statements)* });
        quote!(#(#attributes)* #visibility #signature #block)
    }

    /// `newest(a, b)`, which `direct::<fn(_, _) -> _>(&SLOT, body)` gives, or else a call that is entered first. The caller's
    /// place goes to a published body as one more argument, and to the one at hand as the compiler has it.
    pub(crate) fn call(&self) -> TokenStream {
        let Self { slot_name, arguments, signature: Signature { safety, abi, .. }, span, .. } = self;
        let body = self.body_path(|_| quote_spanned!(*span=> _));
        let types = arguments.iter().map(|_| quote_spanned!(*span=> _));
        let abi = abi.as_ref().filter(|_| !self.is_async());
        let call = if self.is_tracked {
            quote_spanned! {*span=>
                let _call = ::hot_runtime::enter(&#slot_name);
                match ::hot_runtime::published::<#safety #abi fn(#(#types,)* ::hot_runtime::Place) -> _>(&#slot_name) {
                    ::core::option::Option::Some(newest) => newest(#(#arguments,)* ::hot_runtime::place()),
                    ::core::option::Option::None => #body(#(#arguments),*),
                }
            }
        } else if self.is_async() {
            quote_spanned! {*span=>
                ::hot_runtime::resolve::<#safety fn(#(#types),*) -> _>(&#slot_name, #body)(#(#arguments),*)
            }
        } else {
            let pointer = quote_spanned!(*span=> #safety #abi fn(#(#types),*) -> _);
            let entered = self.entered(&quote_spanned!(*span=> ::hot_runtime::resolve::<#pointer>(&#slot_name, #body)));
            quote_spanned! {*span=>
                match ::hot_runtime::direct::<#pointer>(&#slot_name, #body) {
                    ::core::option::Option::Some(newest) => newest(#(#arguments),*),
                    ::core::option::Option::None => {
                        let _call = ::hot_runtime::enter(&#slot_name);
                        #entered
                    }
                }
            }
        };
        let call = match safety {
            // The user's function is unsafe already, so nobody forbids this one word.
            Safety::Unsafe(_) => quote_spanned!(*span=> unsafe { #call }),
            _ => call,
        };
        if self.is_async() { quote_spanned!(*span=> ::hot_runtime::polled(&#slot_name, #call).await) } else { call }
    }

    /// The call behind `enter`; `newest` gives the body.
    fn entered(&self, newest: &TokenStream) -> TokenStream {
        let Self { function: Function { signature, .. }, arguments, span, .. } = self;
        if !self.goal.holds_panics || !again::is_possible(signature) {
            return quote_spanned!(*span=> #newest(#(#arguments),*));
        }
        let Again { lets, condition, arguments } = again::again(signature, arguments, *span);
        quote_spanned!(*span=> #lets ::hot_runtime::hold(&_call, #condition, || #newest(#(#arguments),*)))
    }

    /// The body's name with its arguments, `unnamed` in the place of an `impl Trait`.
    fn body_path(&self, unnamed: impl Fn(&TokenStream) -> TokenStream) -> TokenStream {
        let Self { place, body_name, span, .. } = self;
        let (path, named) = (&place.path, self.signature.generics.params.len());
        let lifetimes = self.signature.generics.lifetimes().count();
        let generics = arguments(&with_named_types(&self.signature, *span).generics);
        if generics.is_empty() {
            return quote_spanned!(*span=> #path #body_name);
        }
        let is_named = |index| index < named - lifetimes;
        let generics = generics.iter().enumerate();
        let generics = generics.map(|(index, name)| if is_named(index) { name.clone() } else { unnamed(name) });
        quote_spanned!(*span=> #path #body_name::<#(#generics),*>)
    }

    fn is_async(&self) -> bool {
        self.signature.asyncness.is_some()
    }

    /// The body's signature: a parameter for each type, and a future in a box.
    fn body_signature(&self) -> Signature {
        let mut signature = with_named_types(&self.function.signature, self.span);
        signature.ident = self.body_name.clone();
        if self.is_async() {
            signature = with_boxed_future(&signature, self.place.generics, self.goal.threads, self.span);
            if !self.place.in_trait {
                capture_arguments(&mut signature, self.place.generics, self.span);
            }
        }
        signature
    }

    pub(crate) fn body(&self, visibility: &Visibility) -> TokenStream {
        let signature = self.body_signature();
        let (attributes, block) = (&self.attributes.body, self.block());
        // The block begins with a statement of ours, maybe before items of the user's, and a lifetime may have bounds of both.
        let ours = quote_spanned! {self.span=>
            #[doc(hidden)] #[inline(never)]
            #[allow(unused_braces, clippy::items_after_statements, clippy::multiple_bound_locations)]
        };
        quote!(#ours #(#attributes)* #visibility #signature #block)
    }

    /// The body as a trait declares it.
    pub(crate) fn declaration(&self) -> TokenStream {
        let (signature, _) = with_plain_parameters(&self.body_signature(), self.span);
        let conditions = self.function.attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        quote!(#(#conditions)* #signature;)
    }

    /// The user's block, and before it, where an optimizer looks for equal ones, what makes it unlike all others.
    fn block(&self) -> Group {
        let body = &self.function.body;
        if self.goal.build == Build::Plain && !self.is_async() {
            return body.clone();
        }
        let mut trees: Vec<TokenTree> = body.stream().into_iter().collect();
        let start = inner_attributes(&trees);
        let apart = match self.goal.build {
            Build::Plain => TokenStream::new(),
            Build::Optimized => {
                let body = self.body_path(Clone::clone);
                quote_spanned!(self.span=> ::hot_runtime::keep_apart(&#body);)
            }
        };
        if self.is_async() {
            let rest = spanned(trees.drain(start..).collect(), body.span());
            let Self { function: Function { signature, .. }, arguments, goal, span, .. } = self;
            trees.extend(boxed_block(signature, arguments, &apart, &rest, goal.threads, *span));
        }
        trees.splice(start..start, apart);
        spanned(trees.into_iter().collect(), body.span())
    }
}

/// A block with the place of the user's.
fn spanned(content: TokenStream, span: Span) -> Group {
    let mut block = Group::new(Delimiter::Brace, content);
    block.set_span(span);
    block
}

/// The signature of an `async` body: its parameters have plain names, and the block takes them apart.
fn with_boxed_future(signature: &Signature, outer: Option<&Generics>, threads: Threads, span: Span) -> Signature {
    let (plain, _) = with_plain_parameters(signature, span);
    let mut boxed = boxed_signature(&plain, outer, threads, span);
    if let (Some(FnArg::Receiver(boxed)), Some(receiver)) = (boxed.inputs.first_mut(), signature.receiver()) {
        boxed.mutability = receiver.mutability;
    }
    boxed
}

/// How many tokens a block's own attributes are: `#![...]`.
fn inner_attributes(block: &[TokenTree]) -> usize {
    let is_one = |tokens: &&[TokenTree]| match tokens {
        [TokenTree::Punct(hash), TokenTree::Punct(not), TokenTree::Group(_)] => {
            hash.as_char() == '#' && not.as_char() == '!'
        }
        _ => false,
    };
    3 * block.chunks(3).take_while(is_one).count()
}

/// The wrapper's signature, and what it passes on.
fn with_plain_parameters(signature: &Signature, span: Span) -> (Signature, Vec<TokenStream>) {
    let mut plain = signature.clone();
    let name = |(index, input)| plain_parameter(index, input, span);
    let arguments = plain.inputs.iter_mut().enumerate().map(name).collect();
    (plain, arguments)
}

fn plain_parameter(index: usize, input: &mut FnArg, span: Span) -> TokenStream {
    match input {
        FnArg::Receiver(receiver) => {
            receiver.attrs.clear();
            receiver.mutability = None;
            receiver.self_token.to_token_stream()
        }
        FnArg::Typed(typed) => {
            typed.attrs.clear();
            let name = plain_name(&typed.pat).unwrap_or_else(|| Ident::new(&format!("arg{index}"), span));
            let pattern = name.to_token_stream();
            *typed.pat = Pat::Verbatim(pattern.clone());
            pattern
        }
    }
}

/// The user's name, for the docs; not one with an underscore, which says "unused" where the wrapper uses it.
fn plain_name(pattern: &Pat) -> Option<Ident> {
    match pattern {
        Pat::Ident(pattern) if pattern.subpat.is_none() && !pattern.ident.unraw().to_string().starts_with('_') => {
            Some(pattern.ident.clone())
        }
        _ => None,
    }
}
