//! The future of a hot `async fn`, in a box.
//!
//! Its size and its states are known to the code alone that made it, which its vtable leads to: a future that has begun
//! ends in the code that it began in, whatever bodies are published meanwhile.

use std::marker::PhantomData;
use std::pin::Pin;

/// What the body of a hot `async fn` gives back.
pub type SendFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The same, where it is marked `#[hot(?Send)]`.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Puts the future of a hot `async fn` into a box. Errors show the line of the bound that is not met.
#[inline]
#[rustfmt::skip]
pub fn send_future<'a, T, F>(future: F) -> SendFuture<'a, T>
where
    F: Future<Output = T> + 'a,
    F: Send, // A future that stays on its thread: mark the function `#[hot(?Send)]`.
{
    Box::pin(future)
}

/// Puts the future of a function with `#[hot(?Send)]` into a box.
#[inline]
pub fn local_future<'a, T>(future: impl Future<Output = T> + 'a) -> LocalFuture<'a, T> {
    Box::pin(future)
}

/// What the body gives back where the output is an `impl Trait`: it says which type that is, and no patch may change it.
#[expect(missing_debug_implementations, reason = "nobody sees it")]
pub struct SendHidden<'a, T>(SendFuture<'a, T>, PhantomData<T>);

/// The same, where it is marked `#[hot(?Send)]`.
#[expect(missing_debug_implementations, reason = "nobody sees it")]
pub struct LocalHidden<'a, T>(LocalFuture<'a, T>, PhantomData<T>);

impl<'a, T> IntoFuture for SendHidden<'a, T> {
    type Output = T;
    type IntoFuture = SendFuture<'a, T>;

    fn into_future(self) -> Self::IntoFuture {
        self.0
    }
}

impl<'a, T> IntoFuture for LocalHidden<'a, T> {
    type Output = T;
    type IntoFuture = LocalFuture<'a, T>;

    fn into_future(self) -> Self::IntoFuture {
        self.0
    }
}

/// Puts the future of a hot `async fn` that gives an `impl Trait` into a box.
#[inline]
pub fn send_hidden<'a, T>(future: impl Future<Output = T> + Send + 'a) -> SendHidden<'a, T> {
    SendHidden(send_future(future), PhantomData)
}

/// The same, for a function with `#[hot(?Send)]`.
#[inline]
pub fn local_hidden<'a, T>(future: impl Future<Output = T> + 'a) -> LocalHidden<'a, T> {
    LocalHidden(local_future(future), PhantomData)
}

/// A value for a `return` that is never reached: it settles the type of the block around it.
///
/// # Panics
/// Always.
#[cold]
#[must_use]
pub fn never<T>() -> T {
    unreachable!("an expansion of `#[hot]` never calls this")
}

/// What a function pointer returns: spells `!` where that is no type yet.
pub trait Returns {
    /// The type behind the arrow.
    type Output;
}

impl<T> Returns for fn() -> T {
    type Output = T;
}
