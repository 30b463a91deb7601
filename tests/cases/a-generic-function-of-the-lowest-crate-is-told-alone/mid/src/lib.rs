//! In the middle.

/// In words.
pub fn summary(numbers: &[u32]) -> String {
    format!("{} {}", low::largest(numbers), low::label::<u8>())
}
