//! Writes the wrapper, the slot and the body of a marked function.
//!
//! What is ours carries the place of the function's name and the context of the macro: an error points to the function,
//! and lints know that nobody wrote this by hand. What is the user's keeps its own spans.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{FnArg, Pat, Safety, Signature, Visibility};

use crate::Build;
use crate::attributes;
use crate::future::{Threads, boxed_block, boxed_signature};
use crate::parse::{Function, Impl, Marked, Member};
use crate::{place, signature};

/// Spelled alike in `hot_runtime::names`.
const BODY_PREFIX: &str = "__hot_";
const SLOT_PREFIX: &str = "__HOT_SLOT_";

/// What an expansion is for.
#[derive(Clone, Copy)]
pub(crate) struct Goal {
    pub(crate) build: Build,
    /// Of the future, where the function is `async`.
    pub(crate) threads: Threads,
}

pub(crate) fn expand(marked: &Marked, goal: Goal) -> TokenStream {
    match marked {
        Marked::Function(function) if place::is_surely_in_impl(function) => sibling(function, Block::Unseen, goal),
        Marked::Function(function) => nested(function, goal),
        Marked::Impl(block) => whole_impl(block, goal),
    }
}

/// The body of an `async` method alone, under the method's own name.
pub(crate) fn body(function: &Function, threads: Threads) -> TokenStream {
    let mut parts = Parts::of(function, Goal { build: Build::Plain, threads });
    parts.body_name = function.signature.ident.clone();
    parts.body(&function.visibility)
}

/// The same, as a trait declares it.
pub(crate) fn declaration(method: &syn::TraitItemFn, threads: Threads) -> TokenStream {
    let span = Span::mixed_site().located_at(method.sig.ident.span());
    let (attributes, signature) = (&method.attrs, with_boxed_future(&method.sig, threads, span));
    quote!(#(#attributes)* #signature;)
}

/// Whether the attribute has seen the `impl` block around a method.
enum Block {
    Seen,
    Unseen,
}

fn whole_impl(block: &Impl, goal: Goal) -> TokenStream {
    let members = block.members.iter().map(|member| match member {
        Member::Function(function) => sibling(function, Block::Seen, goal),
        Member::Macro(_) => unreachable!("`check` refuses a block with macros"),
        Member::Other(tokens) => tokens.clone(),
    });
    let mut braces = Group::new(Delimiter::Brace, members.collect());
    braces.set_span(block.braces);
    let head = &block.head;
    quote!(#head #braces)
}

/// The body beside the wrapper, reached through `Self`.
fn sibling(function: &Function, block: Block, goal: Goal) -> TokenStream {
    let parts = Parts::of(function, goal);
    let body_name = &parts.body_name;
    let call = parts.call(&quote_spanned!(parts.span=> Self::#body_name));
    let slot = &parts.slot;
    let check = match block {
        Block::Seen => TokenStream::new(),
        Block::Unseen => one_type(parts.span),
    };
    let wrapper = parts.wrapper(&quote_spanned!(parts.span=> #slot #check #call));
    let body = parts.body(&function.visibility);
    quote!(#wrapper #body)
}

/// The body inside the wrapper.
fn nested(function: &Function, goal: Goal) -> TokenStream {
    let parts = Parts::of(function, goal);
    let call = parts.call(&parts.body_name);
    let (slot, body) = (&parts.slot, parts.body(&Visibility::Inherited));
    parts.wrapper(&quote_spanned!(parts.span=> #body #slot #call))
}

/// Does not compile where `Self` has type parameters: a slot holds one body, and there would be one for each instance.
fn one_type(span: Span) -> TokenStream {
    quote_spanned! {span=>
        let <Self as ::hot_runtime::OneType>::A_HOT_METHOD_NEEDS_A_TYPE_THAT_IS_NOT_GENERIC = ();
    }
}

/// The pieces that both forms put together.
struct Parts<'a> {
    function: &'a Function,
    goal: Goal,
    attributes: attributes::Dealt,
    /// For everything that is not the user's.
    span: Span,
    body_name: Ident,
    slot_name: Ident,
    /// The slot's definition.
    slot: TokenStream,
    /// The user's signature, with a plain name for each parameter.
    signature: Signature,
    arguments: Vec<TokenStream>,
}

impl<'a> Parts<'a> {
    fn of(function: &'a Function, goal: Goal) -> Self {
        let name = &function.signature.ident;
        let span = Span::mixed_site().located_at(name.span());
        let body_name = Ident::new(&format!("{BODY_PREFIX}{}", name.unraw()), span);
        let slot_name =
            Ident::new(&format!("{SLOT_PREFIX}{:016x}", signature::hash(&function.signature, goal.threads)), span);
        // `used`: an optimizer that sees no write to a private static takes its zero for a constant.
        let slot = quote_spanned!(span=> #[used] static #slot_name: ::hot_runtime::Slot = ::hot_runtime::Slot::new(););
        let (signature, arguments) = with_plain_parameters(&function.signature, span);
        let attributes = attributes::deal(&function.attributes);
        Self { function, goal, attributes, span, body_name, slot_name, slot, signature, arguments }
    }

    fn wrapper(&self, content: &TokenStream) -> TokenStream {
        let Self { attributes, signature, span, .. } = self;
        let (attributes, visibility) = (&attributes.wrapper, &self.function.visibility);
        let block = quote_spanned!(*span=> { #content });
        quote!(#(#attributes)* #visibility #signature #block)
    }

    /// `resolve::<fn(_, _) -> _>(&SLOT, body)(a, b)`
    fn call(&self, body: &impl ToTokens) -> TokenStream {
        let Self { slot_name, arguments, signature: Signature { safety, abi, .. }, span, .. } = self;
        let types = arguments.iter().map(|_| quote_spanned!(*span=> _));
        let abi = abi.as_ref().filter(|_| !self.is_async());
        let call = quote_spanned! {*span=>
            ::hot_runtime::resolve::<#safety #abi fn(#(#types),*) -> _>(&#slot_name, #body)(#(#arguments),*)
        };
        let call = match safety {
            // The user's function is unsafe already, so nobody forbids this one word.
            Safety::Unsafe(_) => quote_spanned!(*span=> unsafe { #call }),
            _ => call,
        };
        if self.is_async() { quote_spanned!(*span=> #call.await) } else { call }
    }

    fn is_async(&self) -> bool {
        self.signature.asyncness.is_some()
    }

    fn body(&self, visibility: &Visibility) -> TokenStream {
        let mut signature = self.function.signature.clone();
        signature.ident = self.body_name.clone();
        if self.is_async() {
            signature = with_boxed_future(&signature, self.goal.threads, self.span);
        }
        let (attributes, block) = (&self.attributes.body, self.block());
        // The block begins with a statement of ours, maybe before items of the user's, and a lifetime may have bounds of both.
        let ours = quote_spanned! {self.span=>
            #[doc(hidden)] #[inline(never)] #[allow(clippy::items_after_statements, clippy::multiple_bound_locations)]
        };
        quote!(#ours #(#attributes)* #visibility #signature #block)
    }

    /// The user's block, and before it, where an optimizer looks for equal ones, what makes it unlike all others.
    fn block(&self) -> Group {
        let body = &self.function.body;
        if self.goal.build == Build::Plain && !self.is_async() {
            return body.clone();
        }
        let mut trees: Vec<TokenTree> = body.stream().into_iter().collect();
        let start = inner_attributes(&trees);
        let (name, apart) = match self.goal.build {
            Build::Plain => Default::default(),
            Build::Optimized => (
                quote_spanned!(self.span=> enum __HotBody {}),
                quote_spanned!(self.span=> ::hot_runtime::keep_apart::<__HotBody>();),
            ),
        };
        if self.is_async() {
            let rest = spanned(trees.drain(start..).collect(), body.span());
            let Self { function: Function { signature, .. }, arguments, goal, span, .. } = self;
            trees.extend(boxed_block(signature, arguments, &quote!(#apart), &rest, goal.threads, *span));
        }
        trees.splice(start..start, quote!(#name #apart));
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
fn with_boxed_future(signature: &Signature, threads: Threads, span: Span) -> Signature {
    let (plain, _) = with_plain_parameters(signature, span);
    let mut boxed = boxed_signature(&plain, threads, span);
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
