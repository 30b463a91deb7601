//! Reads what `#[hot]` says of a struct or an enum, of its fields and variants.
//!
//! In an ordinary build the type stays as it is written, without the marks inside it. In a hot one a derive of ours comes to the
//! others, which sees the type when conditions (`cfg`) are settled; until then all marks wait in an attribute of the derive's.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Expr, Field, Fields, Ident, LitStr, Meta, Path, Token, Variant};

use crate::check::refusal;

/// The derive's own attribute.
pub(crate) const HELPER: &str = "__hot_type";

/// What marks say.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) was: Option<LitStr>,
    pub(crate) migrate: Option<Path>,
    pub(crate) default: Option<Expr>,
    pub(crate) other: Option<Span>,
    pub(crate) serde: Option<Span>,
}

/// What a mark is on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Type,
    Field,
    Variant,
}

impl Place {
    /// What may be said there.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Type => &["was", "migrate", "serde"],
            Self::Field => &["was", "migrate", "default"],
            Self::Variant => &["was", "other"],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Type => "a type",
            Self::Field => "a field",
            Self::Variant => "a variant",
        }
    }
}

/// `was = "old"`, `other`: one thing that is said.
struct Word {
    name: Ident,
    value: Option<Expr>,
}

impl Parse for Word {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name: Ident = input.parse()?;
        let value = if input.parse::<Option<Token![=]>>()?.is_some() { Some(input.parse()?) } else { None };
        Ok(Self { name, value })
    }
}

impl Said {
    /// # Errors
    /// A word that is not known there, is said twice, or lacks its value.
    pub(crate) fn parse(words: TokenStream, place: Place) -> syn::Result<Self> {
        let mut said = Self::default();
        said.take_all(words, place)?;
        Ok(said)
    }

    /// All that the derive's attributes say.
    ///
    /// # Errors
    /// As for [`Self::parse`].
    pub(crate) fn of(attributes: &[Attribute], place: Place) -> syn::Result<Self> {
        let mut said = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(HELPER)) {
            said.take_all(words(attribute)?, place)?;
        }
        Ok(said)
    }

    fn take_all(&mut self, words: TokenStream, place: Place) -> syn::Result<()> {
        let all = Punctuated::<Word, Token![,]>::parse_terminated.parse2(words)?;
        all.into_iter().try_for_each(|word| self.take(word, place))
    }

    fn take(&mut self, Word { name, value }: Word, place: Place) -> syn::Result<()> {
        let known = place.words();
        if !known.iter().any(|word| name == word) {
            let known = known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            return Err(syn::Error::new(name.span(), format!("`#[hot(..)]` on {} knows {known}", place.name())));
        }
        let missing =
            |example: &str| syn::Error::new(name.span(), format!("`{name}` takes a value: `{name} = {example}`"));
        let is_twice = if name == "was" {
            let value = value.ok_or_else(|| missing("\"old_name\""))?;
            self.was.replace(syn::parse2(value.into_token_stream())?).is_some()
        } else if name == "migrate" {
            let value = value.ok_or_else(|| missing("path::of::function"))?;
            self.migrate.replace(syn::parse2(value.into_token_stream())?).is_some()
        } else if name == "default" {
            self.default.replace(value.ok_or_else(|| missing("100"))?).is_some()
        } else {
            if let Some(value) = value {
                return Err(syn::Error::new(value.span(), format!("`{name}` takes no value")));
            }
            let said = if name == "other" { &mut self.other } else { &mut self.serde };
            said.replace(name.span()).is_some()
        };
        if is_twice { Err(syn::Error::new(name.span(), format!("`{name}` is said twice"))) } else { Ok(()) }
    }
}

/// Checks what is said of a type and inside it.
///
/// # Errors
/// A mark says something wrong.
pub(crate) fn check(item: &DeriveInput, arguments: TokenStream) -> syn::Result<()> {
    if let Data::Union(found) = &item.data {
        let reason = "nobody knows which of its fields a value has; mark the functions that use it";
        return Err(refusal(found.union_token.span, "a union", reason));
    }
    Said::parse(arguments, Place::Type)?;
    if let Some(twice) = item.attrs.iter().find(|attribute| is_mark(attribute)) {
        return Err(refusal(twice.path().span(), "a type", "it is marked twice"));
    }
    let mut others = Vec::new();
    each_mark(item, &mut |mark, place| {
        let said = Said::parse(words(mark)?, place)?;
        others.extend(said.other);
        Ok(())
    })?;
    match others.get(1) {
        Some(second) => {
            Err(syn::Error::new(*second, "all variants that are gone become one other: there is one already"))
        }
        None => Ok(()),
    }
}

/// The same of whatever item.
pub(crate) fn without_marks(item: TokenStream) -> TokenStream {
    match syn::parse2::<DeriveInput>(item.clone()) {
        Ok(found) => as_written(&found),
        Err(_) => item,
    }
}

/// As it is written, without what is ours.
pub(crate) fn as_written(item: &DeriveInput) -> TokenStream {
    let mut item = item.clone();
    with_attributes(&mut item, &mut |attributes| attributes.retain(|attribute| !is_mark(attribute)));
    item.into_token_stream()
}

/// For the derive.
pub(crate) fn for_derive(item: &DeriveInput, arguments: &TokenStream) -> TokenStream {
    let helper = format_ident!("{HELPER}");
    let mut item = item.clone();
    with_attributes(&mut item, &mut |attributes| {
        for attribute in attributes.iter_mut().filter(|attribute| is_mark(attribute)) {
            let words = words(attribute).unwrap_or_default();
            *attribute = syn::parse_quote!(#[#helper(#words)]);
        }
    });
    item.attrs.push(syn::parse_quote!(#[derive(::hot_runtime::live::HotType)]));
    item.attrs.push(syn::parse_quote!(#[#helper(#arguments)]));
    item.into_token_stream()
}

fn is_mark(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "hot")
}

/// What stands in a mark's parentheses.
fn words(mark: &Attribute) -> syn::Result<TokenStream> {
    match &mark.meta {
        Meta::List(list) => Ok(list.tokens.clone()),
        other => Err(syn::Error::new(
            other.span(),
            "on a field or a variant, `#[hot(..)]` says something: `#[hot(was = \"old\")]`",
        )),
    }
}

fn each_mark(item: &DeriveInput, visit: &mut impl FnMut(&Attribute, Place) -> syn::Result<()>) -> syn::Result<()> {
    let mut marks = |attributes: &[Attribute], place| {
        attributes.iter().filter(|attribute| is_mark(attribute)).try_for_each(|mark| visit(mark, place))
    };
    match &item.data {
        Data::Struct(found) => found.fields.iter().try_for_each(|field| marks(&field.attrs, Place::Field)),
        Data::Enum(found) => found.variants.iter().try_for_each(|variant| {
            marks(&variant.attrs, Place::Variant)?;
            variant.fields.iter().try_for_each(|field| marks(&field.attrs, Place::Field))
        }),
        Data::Union(_) => Ok(()),
    }
}

/// Of all that is inside the type.
fn with_attributes(item: &mut DeriveInput, change: &mut impl FnMut(&mut Vec<Attribute>)) {
    let of_fields = |fields: &mut Fields, change: &mut dyn FnMut(&mut Vec<Attribute>)| {
        fields.iter_mut().for_each(|Field { attrs, .. }| change(attrs));
    };
    match &mut item.data {
        Data::Struct(found) => of_fields(&mut found.fields, change),
        Data::Enum(found) => {
            for Variant { attrs, fields, .. } in &mut found.variants {
                change(attrs);
                of_fields(fields, change);
            }
        }
        Data::Union(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[track_caller]
    fn refused(item: DeriveInput, arguments: TokenStream, why: &str) {
        let error = check(&item, arguments).expect_err("it is refused").to_string();
        assert!(error.contains(why), "{error}");
    }

    #[test]
    fn what_is_said_is_checked() {
        let item = |tokens: TokenStream| syn::parse2::<DeriveInput>(tokens).expect("a type");
        let none = TokenStream::new;
        let fine = item(quote!(
            enum A {
                #[hot(was = "C", other)]
                B {
                    #[hot(default = 1 + 1, migrate = a::b)]
                    x: u8,
                },
            }
        ));
        check(&fine, quote!(was = "Z", migrate = up, serde)).expect("all of it is known");
        refused(
            item(quote!(
                struct A {
                    #[hot(defualt = 1)]
                    x: u8,
                }
            )),
            none(),
            "knows `was`, `migrate`, `default`",
        );
        refused(
            item(quote!(
                struct A {
                    #[hot(default)]
                    x: u8,
                }
            )),
            none(),
            "takes a value: `default = 100`",
        );
        refused(
            item(quote!(
                struct A {
                    #[hot]
                    x: u8,
                }
            )),
            none(),
            "says something",
        );
        refused(
            item(quote!(
                struct A {
                    #[hot(was = "a", was = "b")]
                    x: u8,
                }
            )),
            none(),
            "said twice",
        );
        refused(
            item(quote!(
                enum A {
                    #[hot(other)]
                    B,
                    #[hot(other)]
                    C,
                }
            )),
            none(),
            "one already",
        );
        refused(
            item(quote!(
                enum A {
                    #[hot(other = 1)]
                    B,
                }
            )),
            none(),
            "takes no value",
        );
        refused(
            item(quote!(
                struct A;
            )),
            quote!(other),
            "on a type knows",
        );
        refused(
            item(quote!(
                #[hot]
                struct A;
            )),
            none(),
            "marked twice",
        );
        refused(item(quote!(union A { x: u8 })), none(), "a union");
    }

    #[test]
    fn a_type_stays_as_it_is_written() {
        let item: DeriveInput = syn::parse_quote! {
            #[derive(Clone)] #[repr(C)] pub struct A<T> where T: Copy { #[hot(default = 1)] #[serde(skip)] x: u8, y: T }
        };
        let expected = quote! {
            #[derive(Clone)] #[repr(C)] pub struct A<T> where T: Copy { #[serde(skip)] x: u8, y: T }
        };
        assert_eq!(as_written(&item).to_string(), expected.to_string());
        assert!(
            for_derive(&item, &quote!(serde)).to_string().contains("# [__hot_type (default = 1)] # [serde (skip)] x")
        );
    }
}
