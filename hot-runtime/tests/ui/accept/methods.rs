//! Methods with every receiver and associated functions, each marked alone.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use hot_runtime::hot;

/// Counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counter {
    count: u32,
}

impl Counter {
    /// Without a receiver, with `Self`.
    #[hot]
    #[must_use]
    pub fn new() -> Self {
        Self::starting_at(Vec::from([1]).len())
    }

    /// Without a receiver, `Self` in a macro alone.
    #[hot]
    fn several() -> Vec<Counter> {
        vec![Self::new(), Self::new()]
    }

    /// Without any sign of the block around it.
    #[hot]
    fn starting_at(count: usize) -> Counter {
        Counter {
            count: u32::try_from(count).unwrap_or(u32::MAX),
        }
    }

    #[hot]
    fn by_value(self) -> u32 {
        self.count
    }

    #[hot]
    fn by_changing_value(mut self, more: u32) -> u32 {
        self.count += more;
        self.count
    }

    #[hot]
    fn by_reference(&self) -> &u32 {
        &self.count
    }

    #[hot]
    fn by_changing_reference<'a>(&'a mut self, _name: &str) -> &'a mut u32 {
        self.count += 1;
        &mut self.count
    }

    #[hot]
    #[expect(clippy::boxed_local, reason = "the box is the receiver under test")]
    fn by_box(self: Box<Self>) -> u32 {
        self.count
    }

    #[hot]
    fn by_rc(self: Rc<Self>) -> usize {
        Rc::strong_count(&self)
    }

    #[hot]
    fn by_arc(self: Arc<Self>) -> usize {
        Arc::strong_count(&self)
    }

    #[hot]
    fn by_pin(mut self: Pin<&mut Self>, to: u32) {
        self.count = to;
    }

    /// Calls itself by name.
    #[hot]
    fn down(&self, from: u32) -> u32 {
        if from == 0 {
            self.count
        } else {
            self.down(from - 1)
        }
    }
}

/// Borrows from outside.
#[derive(Clone, Copy, Debug)]
pub struct Words<'text> {
    text: &'text str,
}

impl<'text> Words<'text> {
    /// A lifetime of the block, no receiver, no `Self`.
    #[hot]
    #[must_use]
    pub fn of(text: &'text str) -> Words<'text> {
        Words { text }
    }

    /// The first of them.
    #[hot]
    #[must_use]
    pub fn first(&self) -> &'text str {
        self.text.split(' ').next().unwrap_or_default()
    }
}

impl Default for Words<'static> {
    // Nothing names `Self`: the body fits into the wrapper, in the `impl` of a trait too.
    #[hot]
    fn default() -> Words<'static> {
        Words { text: "by default" }
    }
}

/// One concrete instance of a generic type.
#[derive(Debug)]
pub struct Pair<T>(T, T);

impl Pair<u8> {
    /// Both.
    #[hot]
    #[must_use]
    pub fn sum(&self) -> u8 {
        self.0 + self.1
    }
}

/// Runs all of them.
///
/// # Panics
///
/// If one does something else.
pub fn main() {
    let mut counter = Counter::new();
    assert_eq!(Counter::several(), [counter.clone(), Counter::new()]);
    assert_eq!(counter.clone().by_value(), 1);
    assert_eq!(counter.clone().by_changing_value(2), 3);
    assert_eq!(*counter.by_reference(), 1);
    *counter.by_changing_reference("one") += 1;
    assert_eq!(counter.count, 3);
    assert_eq!(Box::new(counter.clone()).by_box(), 3);
    assert_eq!(Rc::new(counter.clone()).by_rc(), 1);
    assert_eq!(Arc::new(counter.clone()).by_arc(), 1);
    Pin::new(&mut counter).by_pin(8);
    assert_eq!(counter.down(5), 8);
    let first = { Words::of("hot words").first() };
    assert_eq!(first, "hot");
    assert_eq!(Words::default().first(), "by");
    assert_eq!(Pair(1u8, 2).sum(), 3);
}
