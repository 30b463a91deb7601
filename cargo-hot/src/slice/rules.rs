//! What can be compiled alone, judged from its text.
//!
//! A rule is here where a slice would compile and mean something else, or where trying is known to be in vain; whatever
//! else stands in the way, rustc says.

use crate::plan::source::{is_hot, text as normal_text};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::fmt;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, FnArg, GenericParam, Generics, Item, Meta, ReturnType, Signature, Token, Type, TypeImplTrait,
};

/// Why the replay route takes a save, or would take one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Reason {
    ConstFn,
    Async,
    Generic,
    DefaultMethod,
    Inline,
    ReturnsImplTrait,
    TrackCaller,
    HoldsItems,
    /// It tells the program a name that is of the slice: a method's closure was asked for the name of its type.
    NamesItself,
    /// An optimizer mixes functions: callers hold them, equal ones are one, and arguments go that only their callers know of.
    Optimized,
    /// Of a name in it the program's library may keep private what it means, and show another thing.
    Hidden,
    /// Its file is no module that the text of another declares.
    NoModule,
    /// A slice stands beside the copies of its files, and one of these is the user's own.
    BehindLink,
    NotParsed,
    /// No code changed, perhaps the lines it stands on.
    OnlyPlaces,
    MoreThanBodies,
    SignatureChanged,
    FunctionRemoved,
    MethodAdded,
    /// The crate is compiled as it is written.
    NoPublicCopy,
    OldEdition,
    /// A condition leaves it out.
    NotBuilt,
    /// No code of the slice can stand for the function.
    NotFound,
    /// Two things on one line leave no place for what must stand between them.
    NoRoom,
    /// It brought a static of its own.
    Static,
    /// rustc does not take it.
    NotCompiled,
    /// It reaches the program in a way that a patch cannot.
    NotLinked,
    /// Its code alone is what the program runs.
    NoChange,
    /// With what was saved before, the crate does not compile.
    NotConfirmed,
    /// What was saved before was undone.
    Undone,
    /// The program did not take what was saved before.
    NotTaken,
    /// Crates that depend on it are not compiled since it was.
    Unfinished,
    /// What was saved before was refused, as it does not fit the values that live.
    Misfit,
    /// The user asked for the other route.
    Asked,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ConstFn => "a `const fn` may run at compile time",
            Self::Async => "the future of an `async fn` is part of its callers",
            Self::Generic => "it is generic over something that has no name",
            Self::DefaultMethod => "a default method has its code in each implementation",
            Self::Inline => "an inlined function has its code in its callers",
            Self::ReturnsImplTrait => "the type behind `impl Trait` is part of its callers",
            Self::TrackCaller => "a method with `#[track_caller]` cannot be told by its address",
            Self::HoldsItems => "it holds statics or types of its own",
            Self::NamesItself => "it asks for the name of a type of its own",
            Self::Optimized => "an optimizer mixed its code with that of others",
            Self::Hidden => "it names something that stays private even to a slice",
            Self::BehindLink => "a link leads to a file of its crate",
            Self::NoModule => "its file is declared by a macro",
            Self::NotParsed => "the file is no Rust that can be parsed",
            Self::OnlyPlaces => "no code changed, but perhaps its lines",
            Self::MoreThanBodies => "more than function bodies changed",
            Self::SignatureChanged => "a signature changed",
            Self::FunctionRemoved => "a function was removed",
            Self::MethodAdded => "a method was added",
            Self::NoPublicCopy => "the crate is compiled as it is written",
            Self::OldEdition => "the crate is of the 2015 edition",
            Self::NotBuilt => "it is no part of this build",
            Self::NotFound => "its code cannot be told in the program",
            Self::NoRoom => "it shares a line with something else",
            Self::Static => "it brings a static of its own",
            Self::NotCompiled => "it does not compile alone",
            Self::NotLinked => "it cannot be linked alone",
            Self::NoChange => "its code alone is the same as before",
            Self::NotConfirmed => "the crate did not compile",
            Self::NotTaken => "the program did not take what was saved before",
            Self::Undone => "a patch was undone before its crate was compiled",
            Self::Unfinished => "what depends on it is still being compiled",
            Self::Misfit => "what was saved before does not fit the values that live",
            Self::Asked => "`--route replay` was asked for",
        })
    }
}

impl std::error::Error for Reason {}

/// The body of a hot function that is `async` gives back a box, whatever its future is.
pub(crate) fn of_function(attributes: &[Attribute], signature: &Signature, is_hot: bool) -> Option<Reason> {
    let has = |name: &str| attributes.iter().any(|attribute| may_be(attribute, &|meta| meta.path().is_ident(name)));
    let is_impl_trait = |input: &FnArg| matches!(input, FnArg::Typed(typed) if holds_impl_trait(&typed.ty));
    let returns_impl_trait = matches!(&signature.output, ReturnType::Type(_, returned) if holds_impl_trait(returned));
    if has("test") || has("bench") {
        Some(Reason::NotBuilt)
    } else if signature.constness.is_some() {
        Some(Reason::ConstFn)
    } else if signature.asyncness.is_some() && !is_hot {
        Some(Reason::Async)
    } else if signature.inputs.iter().any(is_impl_trait) {
        Some(Reason::Generic)
    } else if attributes.iter().any(|attribute| may_be(attribute, &|meta| is_inline(meta, "always"))) {
        Some(Reason::Inline)
    } else if returns_impl_trait {
        Some(Reason::ReturnsImplTrait)
    } else if has("track_caller") {
        Some(Reason::TrackCaller)
    } else {
        None
    }
}

/// Whether an attribute is what is looked for, if under a condition.
fn may_be(attribute: &Attribute, is_it: &dyn Fn(&Meta) -> bool) -> bool {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
            parts.into_iter().flatten().skip(1).any(|meta| is_it(&meta))
        }
        meta => is_it(meta),
    }
}

/// `#[inline(how)]`
fn is_inline(meta: &Meta, how: &str) -> bool {
    let Meta::List(list) = meta else { return false };
    list.path.is_ident("inline") && list.parse_args::<syn::Ident>().is_ok_and(|word| word == how)
}

/// Whether it asks for code in its callers, which is given where they are optimized.
pub(crate) fn is_inlined(attributes: &[Attribute]) -> bool {
    let is_it = |meta: &Meta| meta.path().is_ident("inline") && !is_inline(meta, "never");
    attributes.iter().any(|attribute| may_be(attribute, &is_it))
}

/// What a body declares.
#[derive(Debug, Default)]
pub(crate) struct Items {
    pub(crate) reason: Option<Reason>,
    /// Where it has statics, which are the host's while they stay as they are: the text of all that it declares.
    pub(crate) statics: Option<String>,
}

/// Types would be others than those of the host, and so would variables of threads, and statics that share a name.
pub(crate) fn of_body(body: &Block) -> Items {
    #[derive(Default)]
    struct Finder {
        is_other: bool,
        statics: BTreeSet<String>,
        text: String,
    }
    impl<'ast> Visit<'ast> for Finder {
        fn visit_item(&mut self, item: &'ast Item) {
            self.text += &normal_text(item);
            match item {
                Item::Fn(_) | Item::Const(_) | Item::Use(_) => visit::visit_item(self, item),
                Item::Static(found) => {
                    self.is_other |= !self.statics.insert(found.ident.to_string());
                    visit::visit_item(self, item);
                }
                Item::Macro(found) if found.mac.path.is_ident("macro_rules") => {}
                _ => self.is_other = true,
            }
        }

        fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
            // Whatever `#[hot]` writes for it has a slot.
            self.is_other |= is_hot(&item.attrs);
            visit::visit_item_fn(self, item);
        }

        fn visit_macro(&mut self, found: &'ast syn::Macro) {
            self.is_other |= found.path.segments.last().is_some_and(|last| last.ident == "thread_local");
            self.is_other |= declares_types(found.tokens.clone());
        }
    }
    let mut finder = Finder::default();
    finder.visit_block(body);
    Items {
        reason: finder.is_other.then_some(Reason::HoldsItems),
        statics: (!finder.statics.is_empty()).then_some(finder.text),
    }
}

/// Whether a word declares a type.
pub(crate) fn is_of_declaration(word: &str) -> bool {
    matches!(word, "struct" | "enum" | "union" | "trait")
}

/// Whether what a macro is called with may declare types.
fn declares_types(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => declares_types(group.stream()),
        TokenTree::Ident(word) => is_of_declaration(&word.to_string()),
        _ => false,
    })
}

pub(crate) fn has_types(generics: &Generics) -> bool {
    generics.params.iter().any(|parameter| !matches!(parameter, GenericParam::Lifetime(_)))
}

fn holds_impl_trait(ty: &Type) -> bool {
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_type_impl_trait(&mut self, _: &'ast TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut finder = Finder(false);
    finder.visit_type(ty);
    finder.0
}

#[cfg(test)]
mod tests;
