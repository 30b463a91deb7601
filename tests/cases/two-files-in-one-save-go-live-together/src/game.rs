//! The other file.

/// A name.
pub fn name() -> &'static str {
    "v1"
}
