//! Implementations of traits, and the methods that traits bring along.

#![forbid(unsafe_code)]
#![deny(warnings)]

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::ops::{Add, Index};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use hot_runtime::hot;

#[hot]
trait Shape {
    const SIDES: u32;
    type Unit: fmt::Display + Default;

    fn area(&self) -> f64;

    fn twice(&self) -> f64 {
        2.0 * self.area()
    }

    fn unit(&self) -> Self::Unit {
        Self::Unit::default()
    }

    fn into_area(self) -> f64
    where
        Self: Sized,
    {
        self.area() + f64::from(Self::SIDES)
    }

    fn scaled<T: Into<f64>>(&self, by: T, also: impl Fn(f64) -> f64) -> f64
    where
        Self: Sized,
    {
        also(self.area() * by.into())
    }
}

struct Square(f64);

#[hot]
impl Shape for Square {
    const SIDES: u32 = 4;
    type Unit = String;

    fn area(&self) -> f64 {
        let Self(side) = self;
        side * side
    }

    fn unit(&self) -> Self::Unit {
        format!("{}", Self::SIDES)
    }
}

struct Plain;

impl Shape for Plain {
    const SIDES: u32 = 0;
    type Unit = u8;

    fn area(&self) -> f64 {
        1.0
    }
}

#[hot]
impl fmt::Display for Square {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

#[hot]
impl Drop for Square {
    fn drop(&mut self) {
        self.0 = 0.0;
    }
}

struct Counter<T> {
    left: u32,
    kind: PhantomData<T>,
}

#[hot]
impl<T: Default> Iterator for Counter<T> {
    type Item = T;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        Some(T::default())
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Point<'a>(i32, &'a str);

#[hot]
impl Add for Point<'_> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1)
    }
}

#[hot]
impl<'a> Add<&'a str> for Point<'_> {
    type Output = usize;

    fn add(self, other: &'a str) -> Self::Output {
        self.1.len() + other.len()
    }
}

#[hot]
impl Index<usize> for Square {
    type Output = f64;

    fn index(&self, _: usize) -> &f64 {
        &self.0
    }
}

trait Named {
    fn name(&self) -> String;
    fn kind() -> &'static str
    where
        Self: Sized;
}

#[hot]
impl<T: fmt::Debug + ?Sized> Named for &T {
    fn name(&self) -> String {
        format!("{self:?} {}", Self::kind())
    }

    fn kind() -> &'static str {
        "borrowed"
    }
}

struct Twice(bool);

#[hot]
impl Future for Twice {
    type Output = u8;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.0 {
            return Poll::Ready(2);
        }
        self.0 = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

trait Rows {
    fn rows(&self) -> impl Iterator<Item = f64>;
}

#[hot]
impl Rows for Square {
    fn rows(&self) -> impl Iterator<Item = f64> {
        (0..2).map(|row| self.0 * f64::from(row))
    }
}

trait Load<'a> {
    async fn load(&self, from: &'a str) -> &'a str;
}

#[hot(?Send)]
impl<'a> Load<'a> for Square {
    async fn load(&self, from: &'a str) -> &'a str {
        std::future::ready(()).await;
        from
    }
}

fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

mod inner {
    use super::Shape as Renamed;
    use hot_runtime::hot;

    pub struct Circle;

    #[hot]
    impl Renamed for Circle {
        const SIDES: u32 = 1;
        type Unit = super::inner::Text;

        fn area(&self) -> f64 {
            3.0
        }
    }

    pub type Text = String;
}

/// # Panics
///
/// If one does something else.
pub fn main() {
    let square = Square(2.0);
    assert!(square.area() > 3.0 && square.twice() > 7.0);
    assert_eq!(square.unit(), "4");
    assert!(square.scaled(3_u8, |area| area + 1.0) > 12.0);
    assert!(square.rows().sum::<f64>() > 1.0);
    assert_eq!(square.to_string(), "2");
    assert!(square[0] > 1.0);
    assert!(Plain.twice() > 1.0 && Plain.unit() == 0 && Plain.into_area() > 0.0);
    assert!(inner::Circle.twice() > 5.0);
    let dynamic: &dyn Named = &&1;
    assert_eq!(dynamic_name(&square), "2");
    assert_eq!(dynamic.name(), "1 borrowed");
    assert_eq!(Counter::<u8> { left: 3, kind: PhantomData }.sum::<u8>(), 0);
    assert_eq!(Point(1, "a") + Point(2, "b"), Point(3, "a"));
    assert_eq!(Point(1, "a") + "b", 2);
    assert_eq!(finish(Twice(false)), 2);
    assert_eq!(finish(square.load("x")), "x");
    assert_eq!("text".length(), 4);
    in_a_function();
}

trait Length {
    fn length(&self) -> usize;
}

#[hot]
impl Length for str {
    fn length(&self) -> usize {
        self.len()
    }
}

fn dynamic_name(shown: &dyn fmt::Display) -> String {
    shown.to_string()
}

fn in_a_function() {
    trait Local {
        fn local(&self) -> u8;
    }

    #[hot]
    impl Local for u8 {
        fn local(&self) -> u8 {
            *self
        }
    }

    assert_eq!(3.local(), 3);
}
