//! What the example shows.

/// A name.
pub fn name() -> &'static str {
    "library v1"
}
