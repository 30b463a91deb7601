//! Becomes a dependency.

pub fn name() -> &'static str {
    "v2"
}
