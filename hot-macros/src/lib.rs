//! The `#[hot]` attribute of cargo hot: makes a function's code replaceable while the program runs.
//!
//! Depend on `hot-runtime`, which re-exports it as `hot_runtime::hot`; an expansion names `::hot_runtime`, so the
//! dependency keeps that name.
//!
//! # The two builds
//!
//! `cargo hot` sets `CARGO_HOT_EXPAND` for the rustc it starts. Where that variable is missing, the attribute gives its
//! item back token for token, so an ordinary build contains nothing of cargo hot. What may be marked is checked in both.
//!
//! # The two forms
//!
//! With the variable set, a function becomes a *wrapper* of its name and signature, and a *body*, a function that holds
//! the user's block and is never inlined. The wrapper holds the *slot*, a static of one pointer, and the call:
//!
//! ```text
//! #[used] static __HOT_SLOT_5a0c1b0e8f3d2c47: ::hot_runtime::Slot = ::hot_runtime::Slot::new();
//! match ::hot_runtime::direct::<fn(_, _) -> _>(&__HOT_SLOT_5a0c1b0e8f3d2c47, <body>) {
//!     ::core::option::Option::Some(newest) => newest(world, arg1),
//!     ::core::option::Option::None => {
//!         let _call = ::hot_runtime::enter(&__HOT_SLOT_5a0c1b0e8f3d2c47);
//!         ::hot_runtime::resolve::<fn(_, _) -> _>(&__HOT_SLOT_5a0c1b0e8f3d2c47, <body>)(world, arg1)
//!     }
//! }
//! ```
//!
//! The second branch is for what is seldom: a slot with a table of instances, and programs that ask for call trees of one
//! generation, where something has to be done when the call ends. The first has nothing to do then.
//!
//! For a session that holds panics (`CARGO_HOT_EXPAND` says so, too) the call in the second branch is one that may run again:
//! `again.rs`.
//!
//! For an optimized build the body calls `::hot_runtime::keep_apart` before the user's statements, which is no
//! instruction: no two bodies are equal, so an optimizer keeps each.
//!
//! Of a generic function each instance has a body, and all share a slot, as a static has no type parameters: the runtime
//! tells them apart by the body that the wrapper brings. `generics.rs` names what the wrapper has to name.
//!
//! An `async fn` stays one, and its body gives back a future in a box, which the wrapper awaits: the future that callers hold
//! is the wrapper's, and no edit changes it; each poll of it is a call of its own. `future.rs` says more.
//!
//! A `#[track_caller]` function is told by the compiler where it is called from, and its wrapper, which is one too, tells a
//! published body by one more argument: `hot_runtime::published`. Where that cannot be (an optimizer leaves arguments out; a
//! table of instances knows bodies by pointers, which tell their own place), the function stays as it was written.
//!
//! The digits are a hash of the signature's tokens, because an old caller must never reach a body of another signature.
//!
//! | form | when | body | slot |
//! | --- | --- | --- | --- |
//! | nested | everything else, so every free function | `path::update::__hot_update` | `path::update::__HOT_SLOT_…` |
//! | sibling | certainly in an `impl`, or in a marked one, or in a marked trait | `<path::World>::__hot_update` | `<path::World>::update::__HOT_SLOT_…` |
//! | implementation | in a marked `impl Trait for Type` | `<path::World as path::_::__HotBodies>::__hot_update` | `path::_::__HOT_SLOT_…_update` |
//!
//! An attribute on a lone `fn` cannot see what stands around it. A receiver, a `Self` or a lifetime that the function
//! does not declare proves an `impl`, whose functions reach each other through `Self::`. Without such a sign the body is
//! nested in the wrapper, which means the same in a module, in a function and in an `impl`. All functions of a block
//! that is marked as a whole have the sibling form, but for the implementation of a trait, which has no place for more
//! than the trait's members: `implementation.rs` puts the bodies beside it.
//!
//! A marked module is its functions with a mark of their own.
//!
//! # Types
//!
//! A struct or an enum gets a derive of ours, `describe.rs`, that tells its shape: the names, types and places of its fields, and
//! how to make new ones. What is said of fields and variants goes to the derive in an attribute of its own.
//!
//! # Where the other attributes go
//!
//! An attribute macro *above* `#[hot]` runs first and sees the function as it was written: the place for one that
//! registers the function, since others shall reach the wrapper. One *below* goes to the body: the place for one that
//! rewrites the code, such as `#[tracing::instrument]`; not for that of an `async fn`, which the body is not. Those the
//! compiler knows are listed in `attributes.rs`.
//!
//! # What is refused
//!
//! `check.rs` lists it, each case with its reason. Three cases a lone function cannot see, so rustc reports them in the
//! hot build alone: a method with a receiver in `impl Trait for X` (E0407: the body is no member of the trait, and the block
//! has to be marked), an associated function that names a type parameter of its block and nothing else of it (E0401: the
//! same), and a future that is not `Send` without `#[hot(?Send)]`.

mod again;
mod attributes;
mod check;
mod describe;
mod expand;
mod future;
mod generics;
mod implementation;
mod lifetimes;
mod mentions;
mod parse;
mod place;
mod signature;
mod types;

use expand::Goal;
use future::Threads;
use parse::Marked;
use proc_macro2::TokenStream;

/// Set for rustc by `cargo hot`; spelled alike in `hot_runtime::names`.
const EXPAND_VARIABLE: &str = "CARGO_HOT_EXPAND";

/// A word of its value, for an optimized build; spelled alike in `hot_runtime::names`.
const EXPAND_OPTIMIZED: &str = "optimized";

/// Another, for a session that holds panics; spelled alike in `hot_runtime::names`.
const EXPAND_HOLDING: &str = "holding";

/// Makes a function, or every function of an `impl`, a trait or a module, replaceable while the program runs under
/// `cargo hot run`.
///
/// The future of an `async fn` has to be [`Send`]; one that is not takes `#[hot(?Send)]`.
///
/// On a struct or an enum, which a `hot_runtime::Live` holds values of, it has these follow a change of the type:
/// `#[hot(default = expr)]` gives a new field its value where `Default` does not, `#[hot(was = "old")]` says the name that a type, a
/// field or a variant had, `#[hot(other)]` marks the variant that values become whose own is gone, and `#[hot(migrate = path)]` names
/// a function that makes a type or a field of the `hot_runtime::Old` value.
///
/// In any other build the item stays as it was written. What cannot be marked is a compile error that says why.
#[proc_macro_attribute]
pub fn hot(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let item = TokenStream::from(item);
    match mark(arguments.into(), item.clone(), std::env::var(EXPAND_VARIABLE).ok().as_deref()) {
        Ok(Some(expansion)) => expansion.into(),
        Ok(None) => item.into(),
        Err(refusal) => {
            // The item stays, or every use of it would be an error of its own.
            let mut tokens = refusal.to_compile_error();
            tokens.extend(types::without_marks(item));
            tokens.into()
        }
    }
}

/// Makes of an `async` method, or of its declaration in a trait, what `#[hot]` makes of its body: `cargo hot` compiles that
/// alone, in a trait of its own.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn hot_body(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let threads = if arguments.is_empty() { Threads::Any } else { Threads::One };
    let item = TokenStream::from(item);
    let expansion = match syn::parse2(item.clone()) {
        Ok(function) => Ok(expand::body(&function, threads)),
        Err(_) => syn::parse2(item).map(|method| expand::declaration(&method, threads)),
    };
    expansion.unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Tells how a struct or an enum that is marked `#[hot]` is made. `#[hot]` writes it in a hot build.
#[doc(hidden)]
#[proc_macro_derive(HotType, attributes(__hot_type))]
pub fn hot_type(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let wanted = std::env::var(EXPAND_VARIABLE).unwrap_or_default();
    let derived = syn::parse(item).and_then(|item| describe::derive(item, goal(&wanted, Threads::Any)));
    derived.unwrap_or_else(syn::Error::into_compile_error).into()
}

/// What the expansion is compiled for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Build {
    Plain,
    Optimized,
}

/// The expansion of a marked item, `None` for "as it was written"; `wanted` is what [`EXPAND_VARIABLE`] holds.
fn mark(arguments: TokenStream, item: TokenStream, wanted: Option<&str>) -> syn::Result<Option<TokenStream>> {
    let marked = parse::parse(item)?;
    if let Marked::Type(item) = &marked {
        types::check(item, arguments.clone())?;
        return Ok(Some(match wanted {
            Some(_) => types::for_derive(item, &arguments),
            None => types::as_written(item),
        }));
    }
    let threads = check::arguments(&arguments, &marked)?;
    check::check(&marked)?;
    Ok(wanted.map(|wanted| expand::expand(&marked, goal(wanted, threads))))
}

fn goal(wanted: &str, threads: Threads) -> Goal {
    let is_wanted = |word| wanted.split(' ').any(|found| found == word);
    let build = if is_wanted(EXPAND_OPTIMIZED) { Build::Optimized } else { Build::Plain };
    Goal { build, holds_panics: is_wanted(EXPAND_HOLDING), threads }
}
