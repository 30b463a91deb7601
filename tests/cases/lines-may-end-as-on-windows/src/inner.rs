//! Lines.

pub(crate) fn text() -> &'static str {
    "one
two
three"
}
