//! Below.

pub const fn width(n: usize) -> usize {
    n * 2
}
