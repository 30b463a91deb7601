//! Below.

pub const FACTOR: u32 = 1;

pub fn word() -> &'static str {
    "low v1"
}

/// An instance of it is compiled above.
pub fn sized<T>() -> usize {
    size_of::<T>() * FACTOR as usize
}

#[inline]
pub fn twice(n: u32) -> u32 {
    let x = n * FACTOR;
    x
}
