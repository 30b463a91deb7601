//! Below.

// later

pub fn scale(n: u32) -> u32 {
    n * 2
}
