//! Of the 2018 edition.

pub mod inner;

pub use low::Low;

pub(crate) fn gen() -> u32 {
    3
}

pub fn of_middle() -> String {
    let array = [1, 2, gen()];
    let mut sum = 0;
    for item in array.iter() {
        sum += *item;
    }
    format!("middle v1 {} {} {} {sum}", low::of_low(), Low { number: 4 }.shown(), env!("CARGO_PKG_NAME").len())
}
