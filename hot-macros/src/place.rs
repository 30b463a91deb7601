//! Finds out whether a lone function stands in an `impl`, from its own tokens: an attribute sees no others.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, ExprBreak, ExprContinue, Item, Label, Lifetime, LifetimeParam, Macro, Token};

use crate::parse::Function;

/// Whether the function can only stand in an `impl`: it has a receiver, mentions `Self`, or a lifetime of the block.
///
/// `false` means "perhaps not": the nested form, which holds everywhere, is then the one to take.
pub(crate) fn is_surely_in_impl(function: &Function) -> bool {
    if function.signature.receiver().is_some() {
        return true;
    }
    let mut signs = Signs::default();
    signs.visit_signature(&function.signature);
    match statements.parse2(function.body.stream()) {
        Ok(statements) => statements.iter().for_each(|statement| signs.visit_stmt(statement)),
        // Syntax newer than our parser: the tokens must do.
        Err(_) => signs.mentions_self |= has_self(function.body.stream()),
    }
    signs.mentions_self || signs.used.difference(&signs.declared).next().is_some()
}

fn statements(input: ParseStream) -> syn::Result<Vec<syn::Stmt>> {
    input.call(Attribute::parse_inner)?;
    input.call(Block::parse_within)
}

/// What betrays the `impl` around a function.
#[derive(Default)]
struct Signs {
    mentions_self: bool,
    used: HashSet<String>,
    declared: HashSet<String>,
}

impl<'ast> Visit<'ast> for Signs {
    fn visit_ident(&mut self, ident: &'ast syn::Ident) {
        self.mentions_self |= ident == "Self";
    }

    /// The arguments of a macro count: in `vec![Self::new()]` they are code of the function.
    fn visit_macro(&mut self, call: &'ast Macro) {
        match Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone()) {
            Ok(arguments) => arguments.iter().for_each(|argument| self.visit_expr(argument)),
            Err(_) => self.mentions_self |= has_self(call.tokens.clone()),
        }
    }

    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        let name = lifetime.ident.to_string();
        if name != "static" && name != "_" {
            self.used.insert(name);
        }
    }

    fn visit_lifetime_param(&mut self, parameter: &'ast LifetimeParam) {
        self.declared.insert(parameter.lifetime.ident.to_string());
        visit::visit_lifetime_param(self, parameter);
    }

    /// An item inside the body has a `Self` and lifetimes of its own.
    fn visit_item(&mut self, _: &'ast Item) {}

    // A label looks like a lifetime.
    fn visit_label(&mut self, _: &'ast Label) {}

    fn visit_expr_break(&mut self, expression: &'ast ExprBreak) {
        expression.expr.iter().for_each(|value| self.visit_expr(value));
    }

    fn visit_expr_continue(&mut self, _: &'ast ExprContinue) {}
}

pub(crate) fn has_self(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == "Self",
        TokenTree::Group(group) => has_self(group.stream()),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::is_surely_in_impl;
    use crate::parse::Function;

    fn check(function: &str, expected: bool) {
        let parsed: Function = syn::parse_str(function).expect("a function");
        assert_eq!(is_surely_in_impl(&parsed), expected, "{function}");
    }

    #[test]
    fn a_receiver_self_or_a_foreign_lifetime_proves_an_impl() {
        check("fn f(&self) {}", true);
        check("fn f(self: Box<Self>) {}", true);
        check("fn f() -> Self { todo!() }", true);
        check("fn f() { let a = Self::new(); }", true);
        check("fn f() { vec![(Self::new(), 1)]; }", true);
        check("fn f() { matches!(a, Self::A | Self::B); }", true);
        check("fn f(text: &'text str) {}", true);
        check("fn f() { let text: &'text str = \"\"; }", true);
    }

    #[test]
    fn anything_else_proves_nothing() {
        check("fn f() {}", false);
        check("fn f<'a>(text: &'a str, f: for<'b> fn(&'b u8), s: &'static str, l: Cow<'_, str>) {}", false);
        check("fn f() { 'outer: loop { loop { if true { continue 'outer } break 'outer; } } }", false);
        check("fn f() { struct A; impl A { fn new() -> Self { A } } }", false);
        check("fn f() { print!(\"{a}\", a = { struct A; impl A { fn new() -> Self { A } } 1 }, 'a: loop {}); }", false);
        check("fn f() { #![allow(unused)] let a = 'x: { break 'x 1 }; }", false);
    }
}
