//! Reads the type parameters of a signature, and names those that have no name.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericParam, Generics, Lifetime, LifetimeParam, ReturnType, Signature, Type, parse_quote_spanned};

use crate::lifetimes::Names;

/// Before the number of a type parameter without a name; no user's begins so.
const OF_ARGUMENT: &str = "__Hot";

/// The signature with a type parameter for each `impl Trait` among the arguments, behind those that have a name.
pub(crate) fn with_named_types(signature: &Signature, span: Span) -> Signature {
    let mut named = signature.clone();
    let mut types = Types { span, found: Vec::new() };
    named.inputs.iter_mut().for_each(|input| types.visit_fn_arg_mut(input));
    if types.found.is_empty() {
        return named;
    }
    // What bounds leave out was an argument's, and has to be named where it is a parameter's.
    let mut named = signature.clone();
    let mut lifetimes = Names::new(span);
    lifetimes.of_arguments(&mut named.inputs);
    if lifetimes.elided.is_some()
        && let ReturnType::Type(_, output) = &mut named.output
    {
        lifetimes.visit_type_mut(output);
    }
    add_lifetimes(&mut named.generics, &lifetimes.fresh);
    types.found.clear();
    named.inputs.iter_mut().for_each(|input| types.visit_fn_arg_mut(input));
    named.generics.params.extend(types.found);
    named
}

/// In front: lifetimes come before everything else.
pub(crate) fn add_lifetimes(generics: &mut Generics, lifetimes: &[Lifetime]) {
    for lifetime in lifetimes.iter().cloned() {
        generics.params.insert(0, GenericParam::Lifetime(LifetimeParam::new(lifetime)));
    }
}

/// What stands for each type and constant where a function is named; lifetimes are found out.
pub(crate) fn arguments(generics: &Generics) -> Vec<TokenStream> {
    let names = generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Const(parameter) => Some(&parameter.ident),
    });
    names.map(ToTokens::to_token_stream).collect()
}

struct Types {
    span: Span,
    found: Vec<GenericParam>,
}

impl VisitMut for Types {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::ImplTrait(found) = ty {
            let name = Ident::new(&format!("{OF_ARGUMENT}{}", self.found.len()), self.span);
            let bounds = &found.bounds;
            self.found.push(parse_quote_spanned!(self.span=> #name: #bounds));
            *ty = parse_quote_spanned!(self.span=> #name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::with_named_types;
    use proc_macro2::Span;
    use quote::ToTokens;

    #[track_caller]
    fn check(signature: &str, expected: &str) {
        let named = with_named_types(&syn::parse_str(signature).expect("a signature"), Span::call_site());
        assert_eq!(named.to_token_stream().to_string().replace(' ', ""), expected.replace(' ', ""));
    }

    #[test]
    fn a_type_without_a_name_gets_one() {
        check("fn f(a: &str) -> &str", "fn f(a: &str) -> &str");
        check("fn f<T>(a: T, b: &[impl Copy])", "fn f<'__hot_0, T, __Hot0: Copy>(a: T, b: &'__hot_0 [__Hot0])");
        let nested = "fn f<__Hot0: Display, __Hot1: Iterator<Item = __Hot0>>(a: __Hot1)";
        check("fn f(a: impl Iterator<Item = impl Display>)", nested);
        let borrowed = "fn f<'__hot_1, '__hot_0, __Hot0: Iterator<Item = &'__hot_1 str>>(&'__hot_0 self, a: __Hot0) -> &'__hot_0 str";
        check("fn f(&self, a: impl Iterator<Item = &str>) -> &str", borrowed);
        check("fn f(a: impl Fn(&str) -> &str)", "fn f<__Hot0: Fn(&str) -> &str>(a: __Hot0)");
    }
}
