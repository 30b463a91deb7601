//! Hashes what a caller depends on in a signature.
//!
//! Receiver, types, return type, qualifiers and generics count; patterns, argument names and white space do not. The
//! hash compares spellings: what a name stands for is the compiler's knowledge, and `cargo hot` compares that itself.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, ReceiverKind, Safety, Signature};

use crate::future::Threads;

/// Equal for equal spellings, in every process: it becomes part of a symbol's name.
pub(crate) fn hash(signature: &Signature, threads: Threads, is_tracked: bool) -> u64 {
    let mut hash = Fnv::new();
    if is_tracked {
        hash.word("track_caller");
    }
    if signature.asyncness.is_some() {
        hash.word("async");
        hash.word(if threads == Threads::Any { "Send" } else { "?Send" });
    }
    hash.word(if matches!(signature.safety, Safety::Unsafe(_)) { "unsafe" } else { "safe" });
    hash.part(&signature.abi);
    hash.part(&signature.generics.params);
    hash.part(&signature.generics.where_clause);
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                hash.word("self");
                match &receiver.kind {
                    ReceiverKind::Reference(_, lifetime, mutability) => {
                        hash.word("&");
                        hash.tokens(lifetime.to_token_stream());
                        hash.part(mutability);
                    }
                    ReceiverKind::Typed(_, ty) => hash.part(ty),
                    _ => hash.word("value"),
                }
            }
            FnArg::Typed(typed) => hash.part(&typed.ty),
        }
    }
    hash.part(&signature.output);
    hash.0
}

/// FNV-1a, 64 bits: short, and the same in every build of the macro.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// One part of the signature, closed by an end of its own, so that tokens cannot move from part to part unnoticed.
    fn part(&mut self, part: &impl ToTokens) {
        self.tokens(part.to_token_stream());
        self.word(";");
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for tree in tokens {
            match tree {
                TokenTree::Group(group) => {
                    let (open, close) = delimiters(group.delimiter());
                    self.word(open);
                    self.tokens(group.stream());
                    self.word(close);
                }
                TokenTree::Ident(ident) => self.word(&ident.to_string()),
                TokenTree::Punct(punct) => self.word(punct.as_char().encode_utf8(&mut [0; 4])),
                TokenTree::Literal(literal) => self.word(&literal.to_string()),
            }
        }
    }

    fn word(&mut self, word: &str) {
        // 0xff is no byte of UTF-8: it ends the word.
        for byte in word.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

/// A group without delimiters, as `macro_rules!` leaves them, counts for its content.
fn delimiters(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::hash;
    use crate::future::Threads;

    fn hash_of(signature: &str) -> u64 {
        hash(&syn::parse_str(signature).expect("a signature"), Threads::Any, false)
    }

    #[test]
    fn what_a_caller_cannot_see_does_not_count() {
        for (one, other) in [
            ("fn f(a: u8)", "fn g(b: u8)"),
            ("fn f((a, b): (u8, u8))", "fn f(pair: (u8,u8),)"),
            ("fn f(mut a: Vec<u8>)", "fn f(a: Vec < u8 >)"),
            ("fn f(mut self)", "fn f(self)"),
            ("fn f(a: &'static [Vec<Vec<u8>>])", "fn f(_: & 'static[Vec<Vec<u8> >])"),
        ] {
            assert_eq!(hash_of(one), hash_of(other), "{one} / {other}");
        }
    }

    #[test]
    fn what_a_caller_relies_on_counts() {
        let signatures = [
            "fn f()",
            "fn f() -> u8",
            "fn f(a: u8)",
            "fn f(a: u8, b: u8)",
            "fn f(a: (u8, u8))",
            "fn f(a: &u8)",
            "fn f(a: &mut u8)",
            "unsafe fn f()",
            "extern \"C\" fn f()",
            "extern \"system\" fn f()",
            "fn f<'a>(a: &'a u8)",
            "fn f<'a>(a: &'a u8) where 'a: 'static",
            "fn f(self)",
            "fn f(&self)",
            "fn f(&mut self)",
            "fn f(self: Box<Self>)",
            "fn f(a: Self)",
            "async fn f()",
            "async fn f() -> u8",
        ];
        let hashes: std::collections::HashSet<u64> = signatures.iter().map(|signature| hash_of(signature)).collect();
        assert_eq!(hashes.len(), signatures.len());
    }

    #[test]
    fn where_a_future_may_go_counts() {
        let of = |signature, threads| hash(&syn::parse_str(signature).expect("a signature"), threads, false);
        assert_ne!(of("async fn f()", Threads::Any), of("async fn f()", Threads::One));
        assert_eq!(of("fn f()", Threads::Any), of("fn f()", Threads::One));
    }

    #[test]
    fn whether_the_caller_gives_its_place_counts() {
        let signature = syn::parse_str("fn f()").expect("a signature");
        assert_ne!(hash(&signature, Threads::Any, true), hash(&signature, Threads::Any, false));
    }

    #[test]
    fn the_hash_is_the_same_in_every_build() {
        assert_eq!(hash_of("fn update(w: &mut World, (a, b): (i32, i32)) -> u32"), 0xad0d_0d74_f999_41bc);
    }
}
