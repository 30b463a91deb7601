//! Each instance of a generic function is a function of its own.

#![forbid(unsafe_code)]
#![deny(warnings)]

use std::fmt::{Debug, Display};

use hot_runtime::hot;

#[hot]
fn over_types<T, U: Clone>(value: T, other: &U) -> (T, U)
where
    T: Copy,
{
    (value, other.clone())
}

#[hot]
fn over_constants<'a, const N: usize, T>(values: &'a [T; N], _other: &T) -> Option<&'a T> {
    values.get(N - 1)
}

#[hot]
fn made<T: Default>() -> T {
    T::default()
}

#[hot]
fn over_borrows<'a, 'b: 'a, T: ?Sized + Debug>(one: &'a T, _other: &'b T) -> &'a T {
    one
}

#[hot]
fn takes_impl(values: &[impl Copy + Display], also: impl Fn(&str) -> usize) -> usize {
    also(&values.iter().map(ToString::to_string).collect::<String>())
}

#[hot]
fn both_kinds<T: Display>(first: T, second: impl Iterator<Item = impl Display>) -> String {
    second.fold(first.to_string(), |text, part| format!("{text}{part}"))
}

#[hot]
fn borrows<'a>(text: &'a str, _parts: impl Iterator<Item = &'a str>) -> &'a str {
    text
}

#[hot]
fn for_every_lifetime<F>(function: F) -> usize
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    function("four").len()
}

#[hot]
fn hidden(limit: u8) -> impl Iterator<Item = u8> + Clone {
    (0..limit).filter(move |number| number % 2 < limit)
}

#[hot]
fn hidden_borrow<'a, T: Display>(text: &'a str, _: &str, value: T) -> Option<impl Fn(usize) -> String + use<'a, T>> {
    let value = value.to_string();
    (!text.is_empty()).then_some(move |at: usize| format!("{}{value}", &text[at..]))
}

#[hot]
extern "C" fn of_c<T: Copy>(value: T) -> T {
    value
}

#[hot]
fn depth<T: Clone>(value: T, left: u32) -> u32 {
    if left == 0 { 0 } else { 1 + depth(value.clone(), left - 1) }
}

#[derive(Clone)]
struct Cells<T, const N: usize>([T; N]);

#[hot]
impl<T: Copy + Debug, const N: usize> Cells<T, N> {
    const LAST: usize = N - 1;

    fn filled(value: T) -> Self {
        Self([value; N])
    }

    fn last(&self) -> &T {
        &self.0[Self::LAST]
    }

    fn doubled(&self) -> impl Iterator<Item = T>
    where
        T: std::ops::Add<Output = T>,
    {
        self.0.iter().map(|cell| *cell + *cell)
    }

    fn mapped<U>(self, function: impl Fn(T) -> U) -> Cells<U, N> {
        Cells(self.0.map(function))
    }

    fn with<U: From<T>>(&mut self, at: usize) -> U {
        U::from(self.0[at])
    }
}

impl<T> Cells<T, 1> {
    #[hot]
    fn only(&self) -> &T {
        &self.0[0]
    }

    #[hot]
    fn new(value: T) -> Self {
        Self([value])
    }
}

#[hot]
async fn awaited<T: Send + Display>(value: T, more: impl Display + Send) -> String {
    std::future::ready(()).await;
    format!("{value}{more}")
}

#[hot]
impl<T: Send + Sync> Cells<T, 2> {
    async fn first<'a, U: Send>(&'a self, _hint: U) -> &'a T {
        &self.0[0]
    }
}

/// # Panics
///
/// If one does something else.
pub fn main() {
    assert_eq!(over_types(1, &"a"), (1, "a"));
    assert_eq!(over_types::<u8, String>(1, &"a".into()), (1, "a".to_owned()));
    assert_eq!(over_constants(&[1, 2, 3], &0), Some(&3));
    assert_eq!(made::<u64>(), 0);
    assert_eq!(made::<String>(), "");
    assert_eq!(over_borrows("a", "b"), "a");
    assert_eq!(takes_impl(&[1, 2], str::len), 2);
    assert_eq!(both_kinds(1, ["a", "b"].iter()), "1ab");
    assert_eq!(borrows("a", "b c".split(' ')), "a");
    assert_eq!(for_every_lifetime(|text| text), 4);
    assert_eq!(hidden(3).clone().count(), 3);
    assert_eq!(hidden_borrow("abc", "", 1).map(|function| function(1)).as_deref(), Some("bc1"));
    assert_eq!(Cells([1, 2, 3]).doubled().sum::<i32>(), 12);
    assert_eq!(of_c(7_u8), 7);
    assert_eq!(depth("a", 3), 3);
    let mut cells = Cells::<u8, 3>::filled(4);
    assert_eq!(*cells.last(), 4);
    assert_eq!(cells.with::<u32>(0), 4);
    assert_eq!(*cells.mapped(|cell| cell.to_string()).only_of_three(), "4");
    assert_eq!(*Cells::new('x').only(), 'x');
    let text = awaited(1, "a");
    assert_eq!(size_of_val(&text), size_of_val(&text));
    drop(text);
    drop(Cells([1, 2]).first("a"));
}

impl<T, const N: usize> Cells<T, N> {
    #[hot]
    fn only_of_three(&self) -> &T {
        &self.0[0]
    }
}
