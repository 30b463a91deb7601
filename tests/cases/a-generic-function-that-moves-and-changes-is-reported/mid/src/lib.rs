//! In the middle.

/// From below.
pub fn one() -> usize {
    low::one()
}
