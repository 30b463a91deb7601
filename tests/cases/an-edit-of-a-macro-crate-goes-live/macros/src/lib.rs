//! Macros of the workspace.

use proc_macro::TokenStream;

#[proc_macro]
pub fn made(_: TokenStream) -> TokenStream {
    "\"made v1\"".parse().unwrap()
}
