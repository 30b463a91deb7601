//! Reads the functions of a file: free ones, methods, and the default methods of traits.

use super::Reader;
use crate::plan::source::is_hot;
use crate::slice::index::{Entry, Function, Key, hash_of, hash_of_signature, helper_name};
use crate::slice::rules::{Reason, has_types, is_inlined, of_body, of_function};
use proc_macro2::Span;
use quote::ToTokens;
use std::ops::Range;
use syn::spanned::Spanned as _;
use syn::{AttrStyle, Attribute, Block, FnArg, ImplItemFn, ItemFn, Meta, Pat, Signature, TraitItemFn, Visibility};

/// The parts that every function with a body of its own has.
struct Parts<'a> {
    attributes: &'a [Attribute],
    visibility: &'a Visibility,
    signature: &'a Signature,
    block: &'a Block,
    whole: Range<usize>,
}

impl Reader<'_> {
    pub(super) fn default_method(&mut self, module: usize, path: &str, item: &TraitItemFn, body: &Block) {
        let key = self.key(module, 1, path.to_owned());
        let ident = self.range(item.sig.ident.span());
        let body_range = self.inside(body);
        // Those before it are the trait's.
        let is_inner = |attribute: &&Attribute| matches!(attribute.style, AttrStyle::Inner(_));
        let inner: Vec<Attribute> = item.attrs.iter().filter(is_inner).cloned().collect();
        self.index.functions.push(Function {
            key,
            name: item.sig.ident.to_string(),
            path: path.to_owned(),
            line: self.line(item.sig.ident.span()),
            module,
            of_impl: None,
            hot: false,
            boxes: String::new(),
            is_inlined: false,
            is_generic: false,
            is_private: false,
            reason: Some(Reason::DefaultMethod),
            statics: None,
            range: self.range(item.sig.span()).start..body_range.end + 1,
            kept: Vec::new(),
            body: body_range,
            declaration: String::new(),
            conditions: String::new(),
            ident,
            signature: hash_of_signature(&inner, &Visibility::Inherited, &item.sig),
            body_hash: hash_of(body),
        });
    }

    pub(super) fn function(&mut self, module: usize, item: &ItemFn) {
        let key = self.key(module, 0, item.sig.ident.to_string());
        let whole = self.range(item.span());
        let kept = self.parts(item.attrs.iter(), &item.vis, true, &item.sig, whole.end);
        let (attributes, visibility) = (&*item.attrs, &item.vis);
        let parts = Parts { attributes, visibility, signature: &item.sig, block: &item.block, whole };
        let is_marked = is_hot(&item.attrs);
        let is_in_marked = !is_marked && self.hot.is_some() && item.sig.constness.is_none();
        let function = self.read(key, module, &parts, is_marked || is_in_marked);
        // Its module is none of the slice's.
        let boxes = if is_in_marked { "#[::hot_runtime::hot] ".to_owned() } else { String::new() };
        self.take(Function { kept, boxes, ..function });
    }

    pub(super) fn method(&mut self, number: usize, header: u64, hot_impl: Option<&Attribute>, item: &ImplItemFn) {
        let found = &self.index.impls[number];
        let (module, self_type) = (found.module, found.self_type.clone());
        let (is_inherent, is_generic) = (found.of_trait.is_none(), !found.types.is_empty());
        let key = self.key(module, header, item.sig.ident.to_string());
        let hot = hot_attribute(&item.attrs).or(hot_impl.filter(|_| item.sig.constness.is_none()));
        let boxes = hot.map(|attribute| boxes(attribute, &item.sig)).unwrap_or_default();
        let whole = self.range(item.span());
        let attributes = item.attrs.iter().filter(|attribute| !is_hot(std::slice::from_ref(*attribute)));
        let kept = self.parts(attributes, &item.vis, false, &item.sig, whole.end);
        let (attributes, visibility) = (&*item.attrs, &item.vis);
        let parts = Parts { attributes, visibility, signature: &item.sig, block: &item.block, whole };
        let function = self.read(key, module, &parts, hot.is_some());
        // The arguments of the trait that the body stands in are not told from its symbol.
        let is_beyond = hot.is_some() && !is_inherent && (function.is_generic || is_generic);
        let helper = helper_name(&function.name, self.index.functions.len());
        self.take(Function {
            path: format!("{}::{}", self_type.replace(' ', ""), function.name),
            of_impl: Some(number),
            is_generic: function.is_generic || is_generic,
            reason: function.reason.or(is_beyond.then_some(Reason::Generic)),
            is_private: is_inherent && !matches!(item.vis, Visibility::Public(_)),
            kept,
            declaration: boxes.clone() + &declaration(&item.sig, &self_type, &helper),
            boxes,
            ..function
        });
    }

    /// A function as its own text has it.
    fn read(&self, key: Key, module: usize, parts: &Parts<'_>, hot: bool) -> Function {
        let Parts { attributes, visibility, signature, block, whole } = parts;
        let name = signature.ident.to_string();
        let items = of_body(block);
        Function {
            key,
            path: name.clone(),
            name,
            line: self.line(signature.ident.span()),
            module,
            of_impl: None,
            hot,
            boxes: String::new(),
            is_inlined: is_inlined(attributes),
            is_generic: has_types(&signature.generics),
            is_private: false,
            reason: of_function(attributes, signature, hot).or(items.reason),
            statics: items.statics,
            range: whole.clone(),
            kept: Vec::new(),
            body: self.inside(block),
            declaration: String::new(),
            conditions: self.plain_conditions(attributes),
            ident: self.range(signature.ident.span()),
            signature: hash_of_signature(attributes, visibility, signature),
            body_hash: hash_of(*block),
        }
    }

    fn take(&mut self, function: Function) {
        self.index.entries.push(Entry::Function(self.index.functions.len()));
        self.index.functions.push(function);
    }

    /// What a slice keeps of a function: attributes that are code, and all from the signature on.
    fn parts<'a>(
        &self,
        attributes: impl Iterator<Item = &'a Attribute>,
        visibility: &Visibility,
        keeps_public: bool,
        signature: &Signature,
        end: usize,
    ) -> Vec<Range<usize>> {
        let start = match visibility {
            Visibility::Inherited => self.range(signature.span()).start,
            Visibility::Public(token) if keeps_public => self.range(token.span).start,
            visibility => {
                let after = self.range(visibility.span()).end;
                after + self.text[after..].find(|letter: char| !letter.is_whitespace()).unwrap_or(0)
            }
        };
        // Those of the block are in it.
        let is_before = |attribute: &&Attribute| matches!(attribute.style, syn::AttrStyle::Outer);
        let attributes = attributes.filter(is_before).filter(|attribute| !attribute.path().is_ident("doc"));
        attributes.map(|attribute| self.range(attribute.span())).chain(std::iter::once(start..end)).collect()
    }
}

pub(super) fn hot_attribute(attributes: &[Attribute]) -> Option<&Attribute> {
    attributes.iter().find(|attribute| is_hot(std::slice::from_ref(*attribute)))
}

/// The attribute that makes the body of an `async fn` what the program has under its name; see `hot_macros`.
fn boxes(hot: &Attribute, signature: &Signature) -> String {
    let arguments = match &hot.meta {
        Meta::List(list) => format!("({})", list.tokens),
        _ => String::new(),
    };
    signature.asyncness.map(|_| format!("#[::hot_runtime::hot_body{arguments}] ")).unwrap_or_default()
}

/// A method's signature as a trait declares it: a pattern has no place there.
fn declaration(signature: &Signature, self_type: &str, name: &str) -> String {
    let mut signature = signature.clone();
    signature.ident = syn::Ident::new(name, Span::call_site());
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                receiver.attrs.clear();
                receiver.mutability = None;
                // A trait knows its receiver by this name alone.
                if let syn::ReceiverKind::Typed(_, of_type) = &mut receiver.kind
                    && let Ok(spelled) =
                        syn::parse_str(&of_type.to_token_stream().to_string().replace(self_type, "Self"))
                {
                    **of_type = spelled;
                }
            }
            FnArg::Typed(typed) => {
                typed.attrs.clear();
                *typed.pat = Pat::Verbatim(quote::quote!(_));
            }
        }
    }
    signature.to_token_stream().to_string()
}
