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
    assert!(!module().contains("__hot"));
}
