//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# edit 1 src/tree/mod.rs: s/v1/v2/g
//# edit 1 src/tree/deep/lower.rs: s/v1/v2/g
//# edit 1 src/elsewhere/placed.rs: s/v1/v2/g
//# patched: update, of_crate, Parser::next_word, Parser::rest, Count::next, Gauge::not, Gauge::sum, tree::of_tree, lower::of_deep, placed::of_placed; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 2: s/self.at += 1; \/\/ step/self.at += 2; \/\/ step/
//# patched: Count::next; route slice
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 3: s/"of inner v2"/"of inner v3"/
//# patched: inner::of_inner; route slice
//# stdout: of inner v3
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod tree;
#[path = "elsewhere/placed.rs"]
mod placed;

static HITS: AtomicU64 = AtomicU64::new(0);
const PLACE: &str = "root";

fn word() -> &'static str {
    "root word"
}

fn of_crate() -> String {
    format!("v1 {} {} {} {PLACE}", self::word(), crate::inner::word(), word())
}

mod inner {
    const PLACE: &str = "inner";

    pub struct Secret {
        number: u32,
    }

    impl Secret {
        pub fn new(number: u32) -> Self {
            Self { number }
        }

        fn hidden(&self) -> u32 {
            self.number * 2
        }
    }

    pub fn word() -> &'static str {
        "inner word"
    }

    fn private() -> u32 {
        Secret { number: 4 }.hidden()
    }

    pub fn of_inner() -> String {
        let Secret { number } = Secret::new(7);
        let text = "of inner v1";
        format!("{text} {} {} {PLACE} {} {number}", self::word(), super::word(), private())
    }
}

struct Parser<'a> {
    text: &'a str,
}

impl<'a> Parser<'a> {
    const SIGN: char = '-';
    const LIMIT: usize = 3;

    fn new(text: &'a str) -> Self {
        Self { text }
    }

    fn next_word(&mut self) -> Option<&'a str> {
        let end = self.text.find(Self::SIGN)?.min(Self::LIMIT);
        let (word, rest) = self.text.split_at(end);
        *self = Self { text: &rest[1..] };
        let _ = "v1";
        Some(if "v1" == "v2" { &word[1..] } else { word })
    }
}

impl Parser<'_> {
    fn rest(&self) -> String {
        let Self { text } = self;
        format!("v1 {text} {}", Self::new("x").text)
    }
}

struct Count {
    at: u32,
}

impl Iterator for Count {
    type Item = u32;

    fn next(&mut self) -> Option<Self::Item> {
        self.at += 1; // step
        let item: Self::Item = if "v1" == "v2" { self.at * 10 } else { self.at };
        (self.at < 8).then_some(item)
    }
}

trait Sum {
    type Total: std::fmt::Debug;
    const START: u32;
    fn sum(&self) -> Self::Total;
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Gauge(u32);

impl Sum for Gauge {
    type Total = (u32, &'static str);
    const START: u32 = 5;

    fn sum(&self) -> Self::Total {
        let total: <Self as Sum>::Total = (self.0 + Self::START, "v1");
        total
    }
}

impl std::ops::Not for Gauge {
    type Output = Gauge;

    fn not(self) -> Self::Output {
        Self(self.0 * 2 + u32::from("v1" == "v2"))
    }
}

#[hot]
fn update() {
    let mut parser = Parser::new("one-two-three");
    let first = parser.next_word();
    let sum = (!Gauge(1)).sum();
    println!(
        "hits={} out: v1 {} {} {first:?} {} {:?} {sum:?} {} {}",
        HITS.fetch_add(1, Ordering::Relaxed),
        of_crate(),
        inner::of_inner(),
        parser.rest(),
        Count { at: 0 }.collect::<Vec<_>>(),
        tree::of_tree(),
        placed::of_placed(),
    );
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
