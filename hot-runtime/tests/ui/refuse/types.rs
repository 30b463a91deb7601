//! What cannot be said of a type.

use hot_runtime::hot;

#[hot]
union Both {
    x: u8,
    y: u8,
}

#[hot(otehr)]
struct Unknown;

#[hot]
struct Fields {
    #[hot(default)]
    x: u8,
    #[hot(was = old)]
    y: u8,
    #[hot]
    z: u8,
}

#[hot]
enum Variants {
    #[hot(other)]
    A,
    #[hot(other)]
    B,
}

#[hot]
enum Twice {
    #[hot(was = "a", was = "b")]
    A,
}

fn main() {}
