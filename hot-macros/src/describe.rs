//! Writes how a live type tells its shape: the derive behind `#[hot]` on a struct or an enum.
//!
//! ```text
//! impl ::hot_runtime::live::Described for World {
//!     fn describe(shapes: &mut ::hot_runtime::live::Shapes) {
//!         shapes.structure::<Self>(|shapes, told| {
//!             (&::hot_runtime::live::Probe::<u64>::new()).mention(shapes);
//!             told.field(::core::mem::offset_of!(Self, tick), ::hot_runtime::live::Field::new::<u64>("tick", ..));
//!         });
//!     }
//! }
//! ```
//!
//! Beside it stand a hot function that calls it, so that a patch brings the newest shape, and a static that leads there, the
//! *root*, by which `cargo hot` finds it. A generic type has neither: others that are made of it tell of its instances.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Data, DeriveInput, Fields, GenericParam, Generics, Type, Variant};

use crate::expand::{Goal, nested};
use crate::mentions::{Eternal, mentions};
use crate::types::{Place, Said};

/// Spelled alike in `hot_runtime::names`.
const TYPE_PREFIX: &str = "__HOT_TYPE_";
const DESCRIBE_PREFIX: &str = "__describe_";

/// # Errors
/// A mark says something wrong.
pub(crate) fn derive(mut item: DeriveInput, goal: Goal) -> syn::Result<TokenStream> {
    let span = Span::mixed_site().located_at(item.ident.span());
    let mut eternal = Eternal::of(&item.generics);
    eternal.visit_data_mut(&mut item.data);
    let (generics, arguments) = for_ever(&item.generics, &mut eternal);
    let name = &item.ident;
    let said = Said::of(&item.attrs, Place::Type)?;
    let constants: Vec<Ident> = item.generics.const_params().map(|parameter| parameter.ident.clone()).collect();
    let has_instances = generics.type_params().next().is_some();
    let of_type = OfType { said, has_instances, is_serdes: is_serdes(&item.attrs) };
    let told = match &item.data {
        Data::Struct(found) => structure(&found.fields, &of_type, &constants, span)?,
        Data::Enum(found) => enumeration(found.variants.iter(), &of_type, &constants, span)?,
        Data::Union(_) => TokenStream::new(),
    };
    let (parameters, _, conditions) = generics.split_for_impl();
    let described = quote_spanned! {span=>
        #[automatically_derived]
        #[allow(deprecated, unused_imports, clippy::all)]
        impl #parameters ::hot_runtime::live::Described for #name #arguments #conditions {
            fn describe(shapes: &mut ::hot_runtime::live::Shapes) {
                use ::hot_runtime::live::{DefaultValue as _, Mention as _};
                #told
            }
        }
    };
    let is_generic = generics.params.iter().next().is_some();
    let root = if is_generic { TokenStream::new() } else { root(name, &arguments, goal, span) };
    Ok(quote!(#described #root))
}

/// What leads to the description, and stays where it is.
fn root(name: &Ident, of_type: &TokenStream, goal: Goal, span: Span) -> TokenStream {
    let describe = Ident::new(&format!("{DESCRIBE_PREFIX}{}", name.unraw()), span);
    let root = Ident::new(&format!("{TYPE_PREFIX}{}", name.unraw()), span);
    let function = syn::parse_quote_spanned! {span=>
        #[doc(hidden)]
        #[allow(non_snake_case)]
        fn #describe(shapes: &mut ::hot_runtime::live::Shapes) {
            <#name #of_type as ::hot_runtime::live::Described>::describe(shapes);
        }
    };
    let function = nested(&function, Goal { holds_panics: false, ..goal });
    quote_spanned! {span=>
        #function
        #[doc(hidden)]
        #[used]
        #[allow(non_upper_case_globals)]
        static #root: fn(&mut ::hot_runtime::live::Shapes) = #describe;
    }
}

/// What an implementation for all types with eternal lifetimes is generic over, and the arguments that it gives the type.
fn for_ever(generics: &Generics, eternal: &mut Eternal) -> (Generics, TokenStream) {
    let mut arguments = Vec::new();
    for parameter in &generics.params {
        arguments.push(match parameter {
            GenericParam::Lifetime(_) => quote!('static),
            GenericParam::Type(parameter) => parameter.ident.to_token_stream(),
            GenericParam::Const(parameter) => parameter.ident.to_token_stream(),
        });
    }
    let mut generics = generics.clone();
    generics.params = generics.params.into_iter().filter(|it| !matches!(it, GenericParam::Lifetime(_))).collect();
    eternal.visit_generics_mut(&mut generics);
    for parameter in generics.type_params_mut() {
        parameter.default = None;
        parameter.bounds.push(syn::parse_quote!('static));
    }
    for parameter in &mut generics.params {
        if let GenericParam::Const(parameter) = parameter {
            parameter.default = None;
        }
    }
    let of_type = if arguments.is_empty() { TokenStream::new() } else { quote!(<#(#arguments),*>) };
    (generics, of_type)
}

fn structure(fields: &Fields, of_type: &OfType, constants: &[Ident], span: Span) -> syn::Result<TokenStream> {
    let mentions = mentioned(fields.iter().map(|field| &field.ty), constants);
    let of_type = of_type.tell(&mentions, span);
    let mentioned = asked(&mentions, &quote!(mention), span);
    let mut told = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let member = member(field.ident.as_ref(), index);
        let field = field_of(field, index, span)?;
        told.push(quote_spanned!(span=> told.field(::core::mem::offset_of!(Self, #member), #field);));
    }
    Ok(quote_spanned! {span=>
        shapes.structure::<Self>(|shapes, told| {
            let _ = (&shapes, &told);
            #mentioned
            #of_type
            #(#told)*
        });
    })
}

fn enumeration<'a>(
    variants: impl Iterator<Item = &'a Variant>,
    of_type: &OfType,
    constants: &[Ident],
    span: Span,
) -> syn::Result<TokenStream> {
    let variants: Vec<&Variant> = variants.collect();
    let types = variants.iter().flat_map(|variant| variant.fields.iter().map(|field| &field.ty));
    let mentions = mentioned(types, constants);
    let of_type = of_type.tell(&mentions, span);
    let mentioned = asked(&mentions, &quote!(mention), span);
    let (mut views, mut builds, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for (number, variant) in variants.iter().enumerate() {
        let (name, number) = (&variant.ident, Literal::usize_unsuffixed(number));
        let members: Vec<TokenStream> =
            variant.fields.iter().enumerate().map(|(index, field)| member(field.ident.as_ref(), index)).collect();
        let names: Vec<Ident> = (0..members.len()).map(|index| format_ident!("field{index}", span = span)).collect();
        views.push(quote_spanned! {span=>
            Self::#name { #(#members: #names),* } => {
                view.variant(#number);
                #(view.field(#names);)*
            }
        });
        let types = variant.fields.iter().map(|field| &field.ty);
        builds.push(quote_spanned!(span=> #number => Self::#name { #(#members: parts.take::<#types>()),* },));
        let text = name.unraw().to_string();
        let said = Said::of(&variant.attrs, Place::Variant)?;
        let was = said.was.map(|was| quote_spanned!(span=> variant.was(#was);));
        let other = said.other.map(|_| quote_spanned!(span=> variant.other();));
        let mut fields = Vec::new();
        for (index, field) in variant.fields.iter().enumerate() {
            let field = field_of(field, index, span)?;
            fields.push(quote_spanned!(span=> variant.field(#field);));
        }
        told.push(quote_spanned! {span=>
            #[allow(unused_mut)]
            let mut variant = ::hot_runtime::live::Variant::new(#text);
            #was
            #other
            #(#fields)*
            told.variant(variant);
        });
    }
    let view = if views.is_empty() {
        quote_spanned!(span=> match *value {})
    } else {
        quote_spanned!(span=> match value { #(#views)* })
    };
    Ok(quote_spanned! {span=>
        shapes.enumeration::<Self>(
            |value, view| {
                let _ = &view;
                #view
            },
            |parts| match parts.variant() {
                #(#builds)*
                _ => ::core::unreachable!("there is no such variant"),
            },
            |shapes, told| {
                let _ = (&shapes, &told);
                #mentioned
                #of_type
                #(#told)*
            },
        );
    })
}

/// `tick`, `0`
fn member(name: Option<&Ident>, index: usize) -> TokenStream {
    match name {
        Some(name) => name.to_token_stream(),
        None => Literal::usize_unsuffixed(index).to_token_stream(),
    }
}

fn field_of(field: &syn::Field, index: usize, span: Span) -> syn::Result<TokenStream> {
    let said = Said::of(&field.attrs, Place::Field)?;
    let ty = &field.ty;
    let name = field.ident.as_ref().map_or_else(|| index.to_string(), |name| name.unraw().to_string());
    let default = match said.default {
        Some(default) => quote_spanned!(span=> ::core::option::Option::Some(|| #default)),
        None => quote_spanned!(span=> (&::hot_runtime::live::Probe::<#ty>::new()).default_value()),
    };
    let was = said.was.map(|was| quote_spanned!(span=> .was(#was)));
    let migrate = said
        .migrate
        .map(|path| quote_spanned!(span=> .migrate::<#ty>(|old| ::hot_runtime::live::made::<#ty, _>(#path(old)))));
    let is_serdes = is_serdes(&field.attrs).then(|| quote_spanned!(span=> .is_serdes()));
    Ok(quote_spanned!(span=> ::hot_runtime::live::Field::new::<#ty>(#name, #default) #was #migrate #is_serdes))
}

/// What is said of a type as a whole.
struct OfType {
    said: Said,
    has_instances: bool,
    is_serdes: bool,
}

impl OfType {
    fn tell(&self, mentions: &[TokenStream], span: Span) -> TokenStream {
        let was = self.said.was.as_ref().map(|was| quote_spanned!(span=> told.was(#was);));
        let migrate = self.said.migrate.as_ref().map(
            |path| quote_spanned!(span=> told.migrate::<Self>(|old| ::hot_runtime::live::made::<Self, _>(#path(old)));),
        );
        let is_serdes = self.is_serdes.then(|| quote_spanned!(span=> told.is_serdes();));
        let kept = self.said.serde.map(|serde| self.keep(mentions, serde, span));
        quote!(#was #migrate #is_serdes #kept)
    }

    /// The word `serde` stands for what the type lacks, if it does.
    fn keep(&self, mentions: &[TokenStream], serde: Span, span: Span) -> TokenStream {
        let itself = if self.has_instances {
            asked(&[quote!(Self)], &quote!(keep), span)
        } else {
            quote_spanned!(span.located_at(serde)=> shapes.keep::<Self>();)
        };
        let mentioned = asked(mentions, &quote!(keep), span);
        quote_spanned! {span=>
            ::hot_runtime::__with_serde! {
                #[allow(unused_imports)]
                use ::hot_runtime::live::Keep as _;
                #itself
                #mentioned
            }
        }
    }
}

/// Whether `#[serde(..)]` stands there.
fn is_serdes(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("serde"))
}

/// Each type once.
fn mentioned<'a>(types: impl Iterator<Item = &'a Type>, constants: &[Ident]) -> Vec<TokenStream> {
    let mut seen = std::collections::BTreeSet::new();
    types.flat_map(|ty| mentions(ty, constants)).filter(|ty| seen.insert(ty.to_string())).collect()
}

/// Asks each type.
fn asked(types: &[TokenStream], question: &TokenStream, span: Span) -> TokenStream {
    let ask = |ty| quote_spanned!(span=> (&::hot_runtime::live::Probe::<#ty>::new()).#question(shapes););
    types.iter().map(ask).collect()
}
