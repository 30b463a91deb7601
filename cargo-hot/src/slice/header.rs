//! Which `impl` an instance of a method is of, and what its parameters stand for there, by the texts of both.
//!
//! Names are compared by their last parts, as nothing here knows what they mean; what may be another name for something
//! fits everything. Of two that fit, rustc takes one.

use super::index::Impl;
use super::instances::Instance;
use quote::ToTokens;
use std::collections::BTreeMap;
use syn::{Expr, GenericArgument, Path, PathArguments, PathSegment, Type};

/// What an instance makes of the parameters of an `impl`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fit {
    /// As far as they are told.
    pub(crate) parameters: BTreeMap<String, String>,
    /// Whether nothing was left open.
    pub(crate) is_exact: bool,
}

/// How an instance fits an `impl`; `None` if it is of another. Names that are not `plain` may stand for anything.
pub(crate) fn fit(found: &Impl, instance: &Instance, plain: &dyn Fn(&str) -> bool) -> Option<Fit> {
    let mut matching = Matching { parameters: &found.types, plain, fit: Fit { is_exact: true, ..Fit::default() } };
    let fits = matching.of_text(&found.self_type, &instance.self_type)
        && match (&found.of_trait, &instance.of_trait) {
            (Some(of_trait), Some(instance)) => {
                matching.of_text(&without_self(&of_trait.whole, &found.self_type), instance)
            }
            (None, None) => true,
            // Its trait has no name.
            (Some(_), None) => matching.open(),
            (None, Some(_)) => false,
        };
    let fit = matching.fit;
    // Every text that was parsed is kept for its spans until told otherwise, and no span outlives this.
    proc_macro2::extra::invalidate_current_thread_spans();
    fits.then_some(fit)
}

/// The text with `Self` spelled out.
pub(crate) fn without_self(text: &str, self_type: &str) -> String {
    let words = text.split(' ').map(|word| if word == "Self" { self_type } else { word });
    words.collect::<Vec<_>>().join(" ")
}

struct Matching<'a> {
    parameters: &'a [String],
    plain: &'a dyn Fn(&str) -> bool,
    fit: Fit,
}

impl Matching<'_> {
    fn of_text(&mut self, pattern: &str, found: &str) -> bool {
        match (syn::parse_str(pattern), syn::parse_str(found)) {
            (Ok(pattern), Ok(found)) => self.of_type(&pattern, &found),
            _ => self.open(),
        }
    }

    /// Something that cannot be told.
    fn open(&mut self) -> bool {
        self.fit.is_exact = false;
        true
    }

    fn of_type(&mut self, pattern: &Type, found: &Type) -> bool {
        match (pattern, found) {
            (Type::Paren(pattern), found) => self.of_type(&pattern.elem, found),
            (pattern, Type::Paren(found)) => self.of_type(pattern, &found.elem),
            (Type::Path(path), found) if path.qself.is_none() => self.of_path(&path.path, found),
            (Type::Path(_) | Type::Macro(_) | Type::Verbatim(_), _) | (_, Type::Infer(_)) => self.open(),
            (Type::Reference(pattern), Type::Reference(found)) => {
                pattern.mutability.is_some() == found.mutability.is_some() && self.of_type(&pattern.elem, &found.elem)
            }
            (Type::Ptr(pattern), Type::Ptr(found)) => {
                pattern.mutability == found.mutability && self.of_type(&pattern.elem, &found.elem)
            }
            (Type::Slice(pattern), Type::Slice(found)) => self.of_type(&pattern.elem, &found.elem),
            (Type::Array(pattern), Type::Array(found)) => {
                self.of_type(&pattern.elem, &found.elem) && self.of_length(&pattern.len, &found.len)
            }
            (Type::Tuple(pattern), Type::Tuple(found)) => {
                let mut pairs = pattern.elems.iter().zip(&found.elems);
                pattern.elems.len() == found.elems.len() && pairs.all(|(pattern, found)| self.of_type(pattern, found))
            }
            (Type::TraitObject(_), Type::TraitObject(_)) | (Type::FnPtr(_), Type::FnPtr(_)) => self.open(),
            (Type::Never(_), Type::Never(_)) => true,
            _ => false,
        }
    }

    fn of_path(&mut self, pattern: &Path, found: &Type) -> bool {
        let Some(last) = pattern.segments.last() else { return self.open() };
        let first = pattern.segments.first().map(|first| first.ident.to_string()).unwrap_or_default();
        if self.parameters.contains(&first) {
            // Behind it stands an associated type.
            return if pattern.segments.len() == 1 { self.bind(&first, found) } else { self.open() };
        }
        match found {
            Type::Infer(_) => self.open(),
            Type::Path(found) => match found.path.segments.last() {
                Some(found) if found.ident == last.ident => self.of_arguments(last, found),
                _ => !self.is_plain(last) && self.open(),
            },
            _ => !self.is_plain(last) && self.open(),
        }
    }

    fn is_plain(&self, segment: &PathSegment) -> bool {
        (self.plain)(&segment.ident.to_string())
    }

    fn of_arguments(&mut self, pattern: &PathSegment, found: &PathSegment) -> bool {
        let (pattern, found) = (arguments(pattern), arguments(found));
        // Defaults may be left out.
        self.fit.is_exact &= pattern.len() == found.len();
        pattern.into_iter().zip(found).all(|(pattern, found)| match (pattern, found) {
            (GenericArgument::Type(pattern), GenericArgument::Type(found)) => self.of_type(pattern, found),
            (GenericArgument::Type(Type::Path(pattern)), found) => match pattern.path.get_ident() {
                Some(name) if self.parameters.contains(&name.to_string()) => self.bind(&name.to_string(), found),
                _ => self.open(),
            },
            _ => self.open(),
        })
    }

    fn of_length(&mut self, pattern: &Expr, found: &Expr) -> bool {
        match pattern {
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) if self.parameters.contains(&name.to_string()) => self.bind(&name.to_string(), found),
                _ => self.open(),
            },
            _ => self.open(),
        }
    }

    /// The same parameter stands for the same everywhere.
    fn bind(&mut self, parameter: &str, found: &dyn ToTokens) -> bool {
        let text = found.to_token_stream().to_string();
        // What has no name is told from nothing.
        if text.split(' ').any(|word| word == "_") {
            return self.open();
        }
        let known = self.fit.parameters.entry(parameter.to_owned()).or_insert_with(|| text.clone());
        *known == text
    }
}

/// Those that are no lifetimes.
fn arguments(segment: &PathSegment) -> Vec<&GenericArgument> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return Vec::new() };
    arguments.args.iter().filter(|argument| !matches!(argument, GenericArgument::Lifetime(_))).collect()
}

#[cfg(test)]
mod tests {
    use super::{Fit, fit};
    use crate::slice::index::Index;
    use crate::slice::instances::Instance;

    /// What the parameters are, and whether that is all; nothing if it does not fit.
    #[track_caller]
    fn check(head: &str, instance: &str, expected: &str) {
        let index = Index::of(&format!("{head} {{}}")).expect("the text parses");
        let (self_type, of_trait) = match instance.split_once(" as ") {
            Some((self_type, of_trait)) => (self_type, Some(of_trait.to_owned())),
            None => (instance, None),
        };
        let instance = Instance { self_type: self_type.to_owned(), of_trait, arguments: Vec::new() };
        let plain = |name: &str| name != "Alias";
        let shown = fit(&index.impls[0], &instance, &plain).map_or_else(String::new, |Fit { parameters, is_exact }| {
            let parameters = parameters.iter().map(|(name, meant)| format!("{name}={}", meant.replace(' ', "")));
            let open = (!is_exact).then(|| "..".to_owned());
            format!("fits {}", parameters.chain(open).collect::<Vec<_>>().join(" "))
        });
        assert_eq!(shown.trim_end(), expected, "{head}: {instance:?}");
    }

    #[test]
    fn an_instance_says_what_parameters_stand_for() {
        check("impl<T> Grid<T>", "::host::Grid<u8>", "fits T=u8");
        check("impl<'a, T, const N: usize> Grid<'a, T, N>", "Grid<u8, { 0x3 }>", "fits N={0x3} T=u8");
        check("impl<T> From<Vec<T>> for Text", "::host::Text as ::core::From<::std::vec::Vec<&str>>", "fits T=&str");
        check("impl<T, const N: usize> From<[T; N]> for Text", "Text as From<[u8; { 0x3 }]>", "fits N={0x3} T=u8");
        check("impl<T: Into<Text>> Of<Text> for T", "u8 as Of<::host::Text>", "fits T=u8");
        check("impl<T, U> Of<U> for &'a mut [T]", "&mut [u8] as Of<(u8, i8, )>", "fits T=u8 U=(u8,i8,)");
        check("impl<T> Of<(T, u8)> for *const T", "*const i8 as Of<(i8, u8, )>", "fits T=i8");
        check("impl Of<Self> for Text", "Text as Of<Text>", "fits");
        check("impl Of for dyn Any", "(dyn ::core::any::Any) as Of", "fits ..");
        check("impl<T> Of<T::Item> for T", "u8 as Of<i8>", "fits T=u8 ..");
        check("impl<T> Of<<T as Tr>::Item> for T", "u8 as Of<i8>", "fits T=u8 ..");
        check("impl<T> Of for Alias<T>", "Text as Of", "fits ..");
        check("impl<T> Of<Alias> for T", "u8 as Of<()>", "fits T=u8 ..");
        check("impl<T> Of for Map<T>", "Map<u8, Hasher> as Of", "fits T=u8 ..");
        check("impl<T> Of<T> for Text", "Text as Of<_>", "fits ..");
    }

    #[test]
    fn an_instance_of_another_impl_does_not_fit() {
        check("impl<T> Grid<T>", "::host::World<u8>", "");
        check("impl<T> From<Vec<T>> for Text", "Text as From<[u8; { 0x3 }]>", "");
        check("impl<T> From<Vec<T>> for Text", "Text as From<u8>", "");
        check("impl<T> Of<T> for Grid<T>", "Grid<u8> as Of<i8>", "");
        check("impl<T> IntoIterator for &'a Set<T>", "Set<u8> as IntoIterator", "");
        check("impl<T> IntoIterator for &'a Set<T>", "&mut Set<u8> as IntoIterator", "");
        check("impl<T> IntoIterator for Set<T>", "&Set<u8> as IntoIterator", "");
        check("impl<T> Index<Small> for [T]", "::std::vec::Vec<u8> as Index<Small>", "");
        check("impl<T> Of for (T, T)", "(u8, ) as Of", "");
        check("impl<T> Of for (T, T)", "(u8, i8, ) as Of", "");
        check("impl<T> Of for *const T", "*mut u8 as Of", "");
        check("impl<T> Grid<T>", "Grid<u8> as Of", "");
    }
}
