//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/of pairs v1/of pairs v2/
//# patched: Text::from; route slice
//# stdout: hits=(?<more>\d+) out: v1 .*of pairs v2
//# oracle
//# edit 2: s/v1/v3/g
//# patched: update, Text::from, Range::from, Set::into_iter, u8::of, u32::of, Option::of; route slice; not main
//# stdout: hits=(?<more>\d+) out: v3 
//# oracle

use std::fmt::Debug;
use std::ops::RangeBounds;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Text(String);

impl<T: Debug> From<(T, T)> for Text {
    fn from(pair: (T, T)) -> Self {
        Self(format!("of pairs v1 {pair:?}"))
    }
}

impl<T: Debug> From<Vec<T>> for Text {
    fn from(list: Vec<T>) -> Self {
        Self(format!("of lists v1 {list:?}"))
    }
}

impl<T: Debug, const N: usize> From<[T; N]> for Text {
    fn from(array: [T; N]) -> Self {
        Self(format!("of arrays v1 {array:?}"))
    }
}

impl From<u8> for Text {
    fn from(number: u8) -> Self {
        Self(format!("of numbers v1 {number}"))
    }
}

struct Range<T>(String, Option<T>);

impl<T, B: RangeBounds<i64> + Debug> From<B> for Range<T> {
    fn from(range: B) -> Self {
        Self(format!("range v1 {range:?}"), None)
    }
}

struct Set<T>(Vec<T>);

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        assert_ne!(self.0.len(), "v1".len() + 5);
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Set<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        assert_ne!(self.0.len(), "v1".len() + 6);
        self.0.iter()
    }
}

trait Number {}

impl Number for u8 {}
impl Number for u32 {}

trait Of<T> {
    fn of(&self) -> String;
}

impl<U: Number + Debug> Of<Text> for U {
    fn of(&self) -> String {
        format!("of all v1 {self:?}")
    }
}

impl Of<Text> for Option<&'static str> {
    fn of(&self) -> String {
        format!("of one v1 {self:?}")
    }
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    print!("hits={hits} out: v1 {} {} ", Text::from(vec![1_u8]).0, Text::from(vec!["text"]).0);
    print!("{} {} {} ", Text::from([1_u8, 2]).0, Text::from(7).0, Text::from((1, 2)).0);
    let ranges: (Range<u8>, Range<u16>) = (Range::from(1..2), Range::from(3..));
    print!("{} {} {} ", ranges.0.0, ranges.1.0, ranges.0.1.is_none() && ranges.1.1.is_none());
    let set = Set(vec![1_u8, 2]);
    print!("{} {} ", (&set).into_iter().count(), set.into_iter().count());
    println!("{} {} {}", 3_u8.of(), 4_u32.of(), Some("one").of());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
