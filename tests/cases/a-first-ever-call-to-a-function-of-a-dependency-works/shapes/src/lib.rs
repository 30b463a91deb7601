//! Shapes, none of which the program uses at first.

pub trait Shape {
    fn area(&self) -> f64;
}

pub struct Square(pub f64);

impl Shape for Square {
    fn area(&self) -> f64 {
        self.0 * self.0
    }
}

impl From<Square> for Box<dyn Shape> {
    fn from(square: Square) -> Self {
        Box::new(square)
    }
}

pub fn area(radius: f64) -> f64 {
    squared(radius) * std::f64::consts::PI
}

pub fn largest<T: PartialOrd + Copy>(values: &[T]) -> T {
    values.iter().copied().reduce(|a, b| if a > b { a } else { b }).unwrap()
}

fn squared(number: f64) -> f64 {
    number.powi(2)
}
