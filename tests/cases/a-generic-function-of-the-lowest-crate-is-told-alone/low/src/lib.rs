//! At the bottom.

/// Of those that are there.
pub fn largest<T: PartialOrd + Copy + Default>(items: &[T]) -> T {
    let mut best = T::default();
    for item in items {
        if *item > best {
            best = *item;
        }
    }
    best
}

/// Never more than it is.
pub fn clamp<T: Copy>(item: T) -> T {
    [item].into_iter().map(|item| vec![item]).map(|held| held[0]).next().unwrap_or(item)
}

/// One for each type.
pub fn label<T>() -> &'static str {
    "v1"
}

/// How many.
pub fn words() -> usize {
    1
}
