//! Finds the types that occur in a field's type: each is asked to tell of itself where its name is written out.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{Generics, Ident, Lifetime, Path, Type};

/// The type and those inside it that can stand alone, the outermost first. `constants` are names that may look like types.
pub(crate) fn mentions(ty: &Type, constants: &[Ident]) -> Vec<TokenStream> {
    let mut mentions = Mentions { found: Vec::new(), constants };
    mentions.visit_type(ty);
    mentions.found
}

struct Mentions<'a> {
    found: Vec<TokenStream>,
    constants: &'a [Ident],
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_type(&mut self, ty: &'ast Type) {
        match ty {
            Type::Group(group) => return self.visit_type(&group.elem),
            Type::Paren(paren) => return self.visit_type(&paren.elem),
            Type::Slice(slice) => return self.visit_type(&slice.elem),
            // What cannot stand alone, and what holds none of the types that it names.
            Type::TraitObject(_) | Type::ImplTrait(_) | Type::Infer(_) | Type::Never(_) => return,
            Type::Path(path) if path.qself.is_none() && self.is_no_type(&path.path) => return,
            _ => self.found.push(ty.to_token_stream()),
        }
        if matches!(ty, Type::Path(_) | Type::Tuple(_) | Type::Array(_)) {
            visit::visit_type(self, ty);
        }
    }

    // The length of an array is no type's.
    fn visit_expr(&mut self, _: &'ast syn::Expr) {}
}

impl Mentions<'_> {
    fn is_no_type(&self, path: &Path) -> bool {
        path.is_ident("str") || self.constants.iter().any(|constant| path.is_ident(constant))
    }
}

/// Has the lifetimes that a type is generic over last for ever.
pub(crate) struct Eternal(Vec<Ident>);

impl Eternal {
    pub(crate) fn of(generics: &Generics) -> Self {
        Self(generics.lifetimes().map(|parameter| parameter.lifetime.ident.clone()).collect())
    }
}

impl VisitMut for Eternal {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if self.0.contains(&lifetime.ident) {
            lifetime.ident = Ident::new("static", lifetime.ident.span());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ty: &str, expected: &[&str]) {
        let found = mentions(&syn::parse_str(ty).expect("a type"), &[syn::parse_quote!(N)]);
        let found: Vec<String> = found.iter().map(|it| it.to_string().replace(' ', "")).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn inner_types_are_mentioned_too() {
        check("u8", &["u8"]);
        check("Vec<Option<Enemy>>", &["Vec<Option<Enemy>>", "Option<Enemy>", "Enemy"]);
        check("[(A, B); 3]", &["[(A,B);3]", "(A,B)", "A", "B"]);
        check("Box<[A]>", &["Box<[A]>", "A"]);
        check("Box<dyn Shape<A>>", &["Box<dynShape<A>>"]);
        check("Rc<str>", &["Rc<str>"]);
        check("&'static A", &["&'staticA"]);
        check("fn(A) -> B", &["fn(A)->B"]);
        check("a::Map<K, <T as Of>::V>", &["a::Map<K,<TasOf>::V>", "K", "<TasOf>::V", "T"]);
        check("(A)", &["A"]);
        check("Grid<A, N>", &["Grid<A,N>", "A"]);
    }
}
