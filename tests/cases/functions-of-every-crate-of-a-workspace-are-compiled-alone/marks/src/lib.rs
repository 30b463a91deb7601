//! An attribute that others than us write.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Puts `[` and `]` around what a function returns.
#[proc_macro_attribute]
pub fn bracketed(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = item.into_iter().collect();
    let Some(TokenTree::Group(body)) = tokens.pop() else { panic!("a function ends with its body") };
    let mut arguments: TokenStream = "\"[{}]\",".parse().unwrap();
    arguments.extend([TokenTree::Group(body)]);
    let mut text: TokenStream = "format!".parse().unwrap();
    text.extend([TokenTree::Group(Group::new(Delimiter::Parenthesis, arguments))]);
    tokens.push(TokenTree::Group(Group::new(Delimiter::Brace, text)));
    tokens.into_iter().collect()
}
