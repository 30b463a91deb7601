//! Panics and macros inside a body report the place in the source, as before.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]

use std::panic::Location;

use hot_runtime::hot;

#[hot]
fn lines(_shifted: (u8, u8)) -> (u32, u32, u32) {
    (
        line!(),
        Location::caller().line(),
        Location::caller().column(),
    )
}

#[hot]
#[track_caller]
fn caller(_shifted: (u8, u8)) -> (u32, u32) {
    (Location::caller().line(), Location::caller().column())
}

struct Thing<T>(T);

#[hot]
impl<T> Thing<T> {
    #[track_caller]
    fn caller(&self) -> u32 {
        Location::caller().line() + u32::from(size_of_val(&self.0) == 0)
    }
}

impl<T> Thing<T> {
    #[hot]
    #[track_caller]
    #[must_use]
    fn alone(&self) -> u32 {
        Location::caller().line() + u32::from(size_of_val(&self.0) == 0)
    }
}

/// A trait whose functions are told who calls them.
pub trait Told {
    /// Who calls.
    #[track_caller]
    fn told(&self) -> u32 {
        Location::caller().line()
    }
}

#[hot]
impl<T> Told for Thing<T> {
    #[track_caller]
    fn told(&self) -> u32 {
        Location::caller().line() + 1000
    }
}

#[hot]
#[track_caller]
fn given(_: impl Sized) -> u32 {
    Location::caller().line()
}

/// Ends.
///
/// # Panics
///
/// Always.
#[hot]
#[track_caller]
pub fn end() -> ! {
    panic!("it ends")
}

#[hot]
fn module() -> &'static str {
    module_path!()
}

/// Runs all of them.
///
/// # Panics
///
/// If one reports another place.
pub fn main() {
    assert_eq!(lines((0, 0)), (12, 13, 9));
    assert_eq!(caller((0, 0)), (89, 16));
    assert_eq!([Thing(1).caller(), Thing(1).alone(), given(1)], [90; 3]);
    assert_eq!(Thing(1).told(), 1091);
    assert!(!module().contains("__hot"));
}
