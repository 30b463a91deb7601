//! Free functions: each does what it did before it was marked.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]

use hot_runtime::hot;

/// A program's state.
#[derive(Debug, Default)]
pub struct World {
    /// Grows.
    pub age: u32,
}

/// Patterns, references, a result.
#[hot]
pub fn update(world: &mut World, (a, b): (u32, u32), [first, ..]: [u8; 3]) -> u32 {
    world.age += a + b + u32::from(first);
    world.age
}

/// Nothing in, nothing out.
#[hot]
pub fn nothing() {}

/// A name that says "unused", a wildcard, a changing argument.
#[hot]
#[must_use]
pub fn names(_ignored: u8, _: u8, mut count: u8, at @ (0..=9 | 10..): u8) -> u8 {
    count += 1;
    count + at
}

#[hot]
fn longest<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.len() < other.len() { other } else { one }
}

#[hot]
fn outlives<'long, 'short>(text: &'long str, _near: &'short str) -> &'short str
where
    'long: 'short,
{
    text
}

#[hot]
fn push(items: &mut Vec<u8>, last: u8) {
    items.push(last);
}

#[hot]
fn apply(
    double: &dyn Fn(u8) -> u8,
    plain: fn(u8) -> u8,
    value: u8,
) -> Box<dyn Iterator<Item = u8>> {
    Box::new([double(value), plain(value)].into_iter())
}

#[hot]
fn factorial(n: u64) -> u64 {
    if n == 0 { 1 } else { n * factorial(n - 1) }
}

#[hot]
fn stop(with: &str) -> ! {
    panic!("{with}")
}

#[hot]
extern "C" fn callback(value: i32) -> i32 {
    value + 1
}

/// The wrapper's own name for the second parameter is no other than the user's for the first.
#[hot]
fn like_ours(arg1: u8, (a, b): (u8, u8), arg3: u8) -> u8 {
    arg1 * 100 + a * 10 + b + arg3
}

#[hot]
fn r#type(r#struct: u8) -> u8 {
    r#struct
}

#[hot]
fn question(text: &str) -> Result<u8, std::num::ParseIntError> {
    let value: u8 = text.parse()?;
    Ok(value)
}

/// An item of its own `Self`, and a label, in a function that stands in no `impl`.
#[hot]
fn own_self() -> u8 {
    struct Inner(u8);
    impl Inner {
        fn new() -> Self {
            Self(3)
        }
    }
    let mut left = Inner::new().0;
    'outer: loop {
        if left == 0 {
            break 'outer 3;
        }
        left -= 1;
    }
}

macro_rules! written_by_a_macro {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($argument:ident: $ty:ty) -> $out:ty $block:block) => {
        $(#[$meta])*
        $vis fn $name($argument: $ty) -> $out $block
    };
}

written_by_a_macro! {
    #[hot]
    fn doubled(value: u8) -> u8 { value * 2 }
}

mod deeper {
    use hot_runtime::hot;

    #[hot]
    pub(super) fn reaches_out() -> u64 {
        super::factorial(3) + self::local()
    }

    fn local() -> u64 {
        1
    }
}

/// Runs all of them.
///
/// # Panics
///
/// If one does something else.
pub fn main() {
    #[hot]
    fn inside() -> u8 {
        7
    }

    let mut world = World::default();
    nothing();
    assert_eq!(update(&mut world, (1, 2), [3, 4, 5]), 6);
    assert_eq!(world.age, 6);
    assert_eq!(names(9, 9, 1, 2), 4);
    assert_eq!(longest("ab", "abc"), "abc");
    assert_eq!(outlives("text", "near"), "text");
    let mut items = vec![1];
    push(&mut items, 2);
    assert_eq!(items, [1, 2]);
    assert_eq!(
        apply(&|value| value * 2, |value| value, 4).collect::<Vec<_>>(),
        [8, 4]
    );
    assert_eq!(factorial(5), 120);
    assert_eq!(callback(1), 2);
    assert_eq!(like_ours(1, (2, 3), 4), 127);
    assert_eq!(r#type(1), 1);
    assert_eq!(question("12"), Ok(12));
    assert!(question("x").is_err());
    assert_eq!(own_self(), 3);
    assert_eq!(doubled(4), 8);
    assert_eq!(deeper::reaches_out(), 7);
    assert_eq!(inside(), 7);
    assert_eq!([1u8, 2].map(doubled), [2, 4]);
    let caught = std::panic::catch_unwind(|| stop("enough")).expect_err("it panics");
    assert_eq!(*caught.downcast::<String>().expect("a message"), "enough");
}
