//! `impl` blocks marked as a whole: everything in them is hot, but what never runs in the program alone.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]

/// With a lifetime, a constant and a `const fn`.
pub mod borrowing {
    use hot_runtime::hot;

    /// Borrows from outside.
    pub struct Whole<'text> {
        text: &'text str,
    }

    /// Its functions.
    #[hot]
    impl<'text> Whole<'text> {
        #![allow(clippy::unused_self)]

        /// A constant stays one.
        pub const LIMIT: usize = Self::limit();

        const fn limit() -> usize {
            3
        }

        /// Takes the whole text.
        #[must_use]
        pub fn of(text: &'text str) -> Self {
            Self { text }
        }

        /// Without a sign of the block.
        #[must_use]
        pub fn plain(count: u8) -> u8 {
            count + 1
        }

        /// Cut to the limit.
        #[must_use]
        pub fn cut(&self) -> &'text str {
            &self.text[..Self::LIMIT]
        }

        pub(super) fn answer(&self) -> u8 {
            Self::plain(41)
        }
    }
}

/// Of a trait object.
pub mod dynamic {
    use hot_runtime::hot;

    /// Has a number.
    pub trait Number {
        /// The number.
        fn number(&self) -> u8;
    }

    #[hot]
    impl dyn Number + '_ {
        pub(super) fn next(&self) -> u8 {
            self.number() + 1
        }
    }
}

struct Seven;

impl dynamic::Number for Seven {
    fn number(&self) -> u8 {
        7
    }
}

/// Runs all of them.
///
/// # Panics
///
/// If one does something else.
pub fn main() {
    assert_eq!(borrowing::Whole::of("whole").cut(), "who");
    assert_eq!(borrowing::Whole::of("whole").answer(), 42);
    let number: &dyn dynamic::Number = &Seven;
    assert_eq!(number.next(), 8);
}
