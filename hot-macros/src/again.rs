//! Writes calls that may run again, for sessions that hold what panics: `hot_runtime::hold`.
//!
//! Of each argument the wrapper makes a `Kept`, or, of a `&mut`, a `Lent`, and gives them to each run of the body. The second
//! takes a lifetime that nothing else in the signature names: what has it cannot be kept anywhere when the body unwinds.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{FnArg, Lifetime, ReceiverKind, ReturnType, Signature, Type};

/// Whether a panic can leave the function in a way that it could run again behind.
pub(crate) fn is_possible(signature: &Signature) -> bool {
    let returns = !matches!(&signature.output, ReturnType::Type(_, output) if matches!(**output, Type::Never(_)));
    returns && signature.abi.is_none() && signature.ident != "main"
}

/// `let`s of the arguments, and what gives them to a run.
pub(crate) struct Again {
    pub(crate) lets: TokenStream,
    /// Whether there may be another run.
    pub(crate) condition: TokenStream,
    pub(crate) arguments: Vec<TokenStream>,
}

/// `arguments` are those of the call that a single run would be.
pub(crate) fn again(signature: &Signature, arguments: &[TokenStream], span: Span) -> Again {
    let names: Vec<_> = (0..arguments.len()).map(|index| format_ident!("again{index}", span = span)).collect();
    let lets = signature.inputs.iter().zip(arguments).zip(&names).map(|((input, argument), name)| {
        if is_lent(input, signature) {
            quote_spanned!(span=> let #name = ::hot_runtime::Lent::new(#argument);)
        } else {
            quote_spanned!(span=> let #name = ::hot_runtime::Kept::new(#argument);)
        }
    });
    let lets = quote_spanned! {span=>
        #[allow(unused_imports)]
        use ::hot_runtime::{ByCopy as _, ByMove as _};
        #(#lets)*
    };
    // Without the reference, a method of `ByMove` would not be found.
    let condition = quote_spanned!(span=> true #(&& (&#names).can_be_given_again())*);
    let arguments = names.iter().map(|name| quote_spanned!(span=> (&#name).give())).collect();
    Again { lets, condition, arguments }
}

/// Whether an argument is a `&mut` with a lifetime of its own.
fn is_lent(input: &FnArg, signature: &Signature) -> bool {
    let of_type = |found: &Type| match found {
        Type::Reference(reference) => reference.mutability.map(|_| reference.lifetime.clone()),
        _ => None,
    };
    let lifetime = match input {
        FnArg::Typed(typed) => of_type(&typed.ty),
        FnArg::Receiver(receiver) => match &receiver.kind {
            ReceiverKind::Reference(_, lifetime, Some(_)) => Some(lifetime.clone()),
            ReceiverKind::Typed(_, found) => of_type(found),
            _ => None,
        },
    };
    let Some(lifetime) = lifetime else { return false };
    lifetime.as_ref().is_none_or(|lifetime| is_of_one_argument(lifetime, signature))
}

/// Whether a function declares a lifetime, and names it in one place of its arguments, without bounds.
fn is_of_one_argument(lifetime: &Lifetime, signature: &Signature) -> bool {
    let count = |tokens: TokenStream| occurrences(tokens, &lifetime.ident.to_string());
    let is_declared =
        signature.generics.lifetimes().any(|known| known.lifetime == *lifetime && known.bounds.is_empty());
    let generics =
        count(signature.generics.to_token_stream()) + count(signature.generics.where_clause.to_token_stream());
    is_declared && generics == 1 && count(signature.inputs.to_token_stream()) == 1
}

/// Of a lifetime: the name behind an apostrophe.
fn occurrences(tokens: TokenStream, name: &str) -> usize {
    let mut is_lifetime = false;
    let of = |token| {
        let count = match &token {
            TokenTree::Ident(ident) => usize::from(is_lifetime && ident == name),
            TokenTree::Group(group) => occurrences(group.stream(), name),
            _ => 0,
        };
        is_lifetime = matches!(token, TokenTree::Punct(sign) if sign.as_char() == '\'');
        count
    };
    tokens.into_iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lent(signature: &str) -> Vec<bool> {
        let signature: Signature = syn::parse_str(signature).expect("it is a signature");
        signature.inputs.iter().map(|input| is_lent(input, &signature)).collect()
    }

    #[test]
    fn what_has_a_lifetime_of_its_own_is_lent() {
        assert_eq!(lent("fn f(&mut self, a: &mut u8, b: &u8, c: u8)"), [true, true, false, false]);
        assert_eq!(lent("fn f<'a>(a: &'a mut World) -> &'a mut Cell"), [true]);
        assert_eq!(lent("fn f<'a>(&'a mut self, a: &mut Cell) -> &'a mut Cell"), [true, true]);
        assert_eq!(lent("fn f(self: &mut Self)"), [true]);
    }

    #[test]
    fn what_may_be_kept_elsewhere_is_not() {
        assert_eq!(lent("fn f<'a>(a: &'a mut u8, list: &mut Vec<&'a mut u8>)"), [false, true]);
        assert_eq!(lent("fn f(a: &'static mut u8)"), [false]);
        assert_eq!(lent("fn f(a: &'of_the_block mut u8)"), [false]);
        assert_eq!(lent("fn f<'a: 'b, 'b>(a: &'a mut u8, b: &'b u8)"), [false, false]);
        assert_eq!(lent("fn f<'a, 'b>(a: &'a mut u8, b: &'b u8) where 'a: 'b"), [false, false]);
        assert_eq!(lent("fn f(a: Pin<&mut u8>)"), [false]);
    }
}
