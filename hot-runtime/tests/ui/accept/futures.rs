//! `async` functions, with all that their futures borrow, hold and give back.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]

use std::cell::Cell;
use std::error::Error;
use std::fmt::Display;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use hot_runtime::hot;

#[hot]
async fn hidden(text: &str, extra: impl Display + Send) -> Result<impl Display, std::num::ParseIntError> {
    let number: u32 = text.parse()?;
    std::future::ready(()).await;
    if number > 100 {
        return Ok(format!("many {extra}"));
    }
    Ok(format!("{number} {extra}"))
}

#[hot(?Send)]
async fn hidden_here(cell: &Cell<u32>) -> impl Iterator<Item = u32> {
    cell.set(cell.get() + 1);
    (0..2).map(|number| number + cell.get())
}

/// Pending once.
async fn pause() {
    let mut has_waited = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending })
        .await;
}

/// Nothing in, nothing out.
#[hot]
pub async fn nothing() {
    pause().await;
}

#[hot]
async fn one_borrow(text: &str) -> usize {
    pause().await;
    text.len()
}

#[hot]
async fn one_borrow_back(text: &str) -> &str {
    pause().await;
    &text[1..]
}

#[hot]
async fn several_borrows(one: &str, other: &mut Vec<String>, third: Option<&'_ u8>) -> usize {
    other.push(one.to_owned());
    pause().await;
    other.len() + usize::from(*third.unwrap_or(&0))
}

/// A lifetime that cannot become shorter.
#[hot]
async fn invariant<'long, 'short>(list: &'short mut Vec<&'long str>, word: &'long str) -> &'short str {
    pause().await;
    list.push(word);
    list[0]
}

#[hot]
async fn bounded<'a, 'b: 'a>(one: &'a str, other: &'b str) -> &'a str {
    pause().await;
    if one.is_empty() { other } else { one }
}

#[hot]
async fn functions(apply: &(dyn Fn(&str) -> usize + Sync), pointer: fn(&u8) -> &u8, both: for<'b> fn(&'b u8, &u8) -> u8) -> usize {
    pause().await;
    apply("four") + usize::from(*pointer(&1)) + usize::from(both(&1, &2))
}

/// A pattern, a value that changes, and one that is never used.
#[hot]
async fn parameters((one, two): (u8, u8), mut three: u8, _: &str, #[allow(unused_variables)] four: u8) -> u8 {
    three += one;
    pause().await;
    three + two
}

/// A question mark and a `return`.
///
/// # Errors
///
/// If it is no number.
#[hot]
pub async fn fallible(text: &str) -> Result<Box<dyn Display>, Box<dyn Error + Send + Sync>> {
    if text.is_empty() {
        return Ok(Box::new("empty"));
    }
    pause().await;
    let number: i32 = text.parse()?;
    if number < 0 {
        Err("negative")?;
    }
    Ok(Box::new(number))
}

#[hot]
async fn boxed_object(text: &str) -> Box<dyn Display + Send> {
    pause().await;
    if text.is_empty() {
        return Box::new(1);
    }
    Box::new(text.to_owned())
}

#[hot]
async fn endless() -> ! {
    loop {
        pause().await;
    }
}

#[hot]
async fn attributes_within(text: &str) -> u8 {
    #![allow(unused_variables)]
    let unused = text;
    pause().await;
    1
}

#[hot]
async fn recursive(depth: u32) -> u32 {
    if depth == 0 { 0 } else { 1 + Box::pin(recursive(depth - 1)).await }
}

/// What stays on its thread.
#[hot(?Send)]
pub async fn local(count: Rc<Cell<u32>>) -> u32 {
    pause().await;
    count.get()
}

struct Guard<'a>(&'a Cell<&'static str>, &'static str);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.set(self.1);
    }
}

#[hot(?Send)]
async fn holds_to_its_end(_: Guard<'_>, now: &Cell<&'static str>) -> &'static str {
    pause().await;
    now.get()
}

/// Counts.
#[derive(Default)]
pub struct Counter<'a> {
    count: u32,
    names: Vec<&'a str>,
}

impl<'a> Counter<'a> {
    #[hot]
    async fn by_reference(&self) -> &u32 {
        pause().await;
        &self.count
    }

    #[hot]
    async fn by_changing_reference(&mut self, name: &'a str, more: &u32) -> &mut Self {
        pause().await;
        self.names.push(name);
        self.count += more;
        self
    }

    #[hot]
    async fn by_value(mut self, more: u32) -> u32 {
        self.count += more;
        pause().await;
        self.count
    }

    #[hot]
    async fn by_pin(mut self: Pin<&mut Self>, to: u32) {
        pause().await;
        self.count = to;
    }

    #[hot]
    async fn first(list: &[Self]) -> Option<&Self> {
        pause().await;
        list.first()
    }

    #[hot]
    async fn without_a_sign(count: u32) -> Counter<'static> {
        pause().await;
        Counter { count, names: Vec::new() }
    }
}

/// Marked as a whole.
pub struct Whole(Rc<u8>);

#[hot(?Send)]
impl Whole {
    /// Not `async`.
    fn plain(&self) -> u8 {
        *self.0
    }

    async fn later(&self) -> u8 {
        pause().await;
        self.plain()
    }
}

fn is_send<F: Future + Send>(future: F) -> F {
    future
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

async fn all() {
    nothing().await;
    assert_eq!(one_borrow("two").await, 3);
    assert_eq!(one_borrow_back("two").await, "wo");
    assert_eq!(several_borrows("a", &mut Vec::new(), Some(&2)).await, 3);
    let mut list = Vec::new();
    assert_eq!(invariant(&mut list, "word").await, "word");
    assert_eq!(bounded("", "b").await, "b");
    assert_eq!(functions(&str::len, |number| number, |one, other| one + other).await, 8);
    assert_eq!(parameters((1, 2), 3, "", 4).await, 6);
    assert_eq!(boxed_object("").await.to_string(), "1");
    assert_eq!(boxed_object("a").await.to_string(), "a");
    assert_eq!(fallible("").await.map_or_else(|error| error.to_string(), |found| found.to_string()), "empty");
    assert_eq!(fallible("-1").await.map_or_else(|error| error.to_string(), |found| found.to_string()), "negative");
    assert_eq!(attributes_within("").await, 1);
    assert_eq!(recursive(3).await, 3);
    let mut counter = Counter::default();
    counter.by_changing_reference("a", &1).await.by_changing_reference("b", &2).await;
    assert_eq!((*counter.by_reference().await, counter.names.len()), (3, 2));
    Pin::new(&mut counter).by_pin(7).await;
    assert_eq!(Counter::first(&[counter]).await.map(|first| first.count), Some(7));
    assert_eq!(Counter::without_a_sign(1).await.by_value(1).await, 2);
}

/// Runs all of them.
///
/// # Panics
///
/// If one does something else.
pub fn main() {
    block_on(all());
    assert_eq!(block_on(hidden("3", "x")).map(|text| text.to_string()).as_deref(), Ok("3 x"));
    drop(is_send(hidden("a", 1)));
    assert_eq!(block_on(hidden_here(&Cell::new(1))).sum::<u32>(), 5);
    drop(is_send(endless()));
    drop(is_send(fallible("a")));
    assert_eq!(block_on(local(Rc::new(Cell::new(3)))), 3);
    assert_eq!(block_on(Whole(Rc::new(4)).later()), 4);
    let now = Cell::new("before");
    assert_eq!(block_on(holds_to_its_end(Guard(&now, "after"), &now)), "before");
    assert_eq!(now.get(), "after");
}
