//! What a function gives back that migrates: a value, or the reason why there is none.

use std::fmt::Display;

/// A `T`, or a result of one.
pub trait Made<T> {
    /// The value, or why there is none.
    ///
    /// # Errors
    /// There is none.
    fn made(self) -> Result<T, String>;
}

impl<T> Made<T> for T {
    fn made(self) -> Result<T, String> {
        Ok(self)
    }
}

impl<T, E: Display> Made<T> for Result<T, E> {
    fn made(self) -> Result<T, String> {
        self.map_err(|error| error.to_string())
    }
}

/// What became of it.
///
/// # Errors
/// Nothing did.
pub fn made<T, M: Made<T>>(made: M) -> Result<T, String> {
    made.made()
}
