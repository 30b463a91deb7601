//# variant in-dev: CARGO_PROFILE_DEV_OPT_LEVEL=0
//# variant optimized: CARGO_PROFILE_DEV_OPT_LEVEL=3
//# stdout: hits=(?<more>\d+) out: 1 2 3 x1 6 shown v1 3 late 5$
//# no-event: 300ms
//# edit 1: s/(1..=limit).filter/(10..=limit + 10).filter/
//# patched: numbers; hot numbers
//# stdout: hits=(?<more>\d+) out: 10 11 12 13 x1 .*$
//# oracle
//# edit 2: s/"shown v1 {}"/"shown v2 {}"/
//# patched: shown; hot shown; not main
//# stdout: hits=(?<more>\d+) out: 10 11 12 13 x1 .* shown v2 3 late 5$
//# oracle
//# edit 3: s/(10..=limit + 10).filter(keep)/(10..=limit + 10).map(|number| number * 2)/
//# refused: layout-changed; says `numbers` returns another type
//# stdout: hits=(?<more>\d+) out: 10 11 12 13 x1 .* shown v2 3 late 5$
//# edit 4: s/(10..=limit + 10).map(|number| number * 2)/(20..=limit + 20).filter(keep)/
//# patched: numbers; hot numbers
//# stdout: hits=(?<more>\d+) out: 20 21 22 23 x1 .* shown v2 3 late 5$
//# oracle
//# edit 5: s/let name = "x";/let (name, more) = ("y", [1_u64; 9]);/
//# edit 5: s/format!("{name}{number}")/format!("{name}{number}{}", more[2])/
//# refused: layout-changed; says `namer` returns another type
//# no-event: 300ms
//# stdout: hits=(?<more>\d+) out: 20 21 22 23 x1 .* shown v2 3 late 5$
//# edit 6: s/let (name, more) = ("y", [1_u64; 9]);/let name = "z";/
//# edit 6: s/format!("{name}{number}{}", more[2])/format!("{name}{number}")/
//# patched: namer
//# stdout: hits=(?<more>\d+) out: 20 21 22 23 z1 .* shown v2 3 late 5$
//# oracle
//# edit 7: s/text.parse()?/text.parse::<u32>()? * 10/
//# patched: later; hot later
//# stdout: hits=(?<more>\d+) out: 20 21 22 23 z1 .* shown v2 3 late 41$
//# oracle
//# edit 8: s/"late {}", start/"LATE {}", start/
//# restart-needed: later; says `main`
//# stdout: hits=(?<more>\d+) out: 20 21 22 23 z1 .* shown v2 3 late 41$
//# edit 9: s/move || format!("LATE {}", start + 1)/move || format!("{text} {}", start + 1)/
//# refused: layout-changed; says `later` returns another type
//# stdout: hits=(?<more>\d+) out: 20 21 22 23 z1 .* shown v2 3 late 41$

use std::fmt::Display;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

fn keep(number: &u32) -> bool {
    *number > 0
}

#[hot]
fn numbers(limit: u32) -> impl Iterator<Item = u32> {
    (1..=limit).filter(keep)
}

#[hot]
fn namer() -> impl Fn(u32) -> String {
    let name = "x";
    move |number| format!("{name}{number}")
}

trait Rows {
    fn rows(&self) -> impl Iterator<Item = u8>;
}

struct Grid([u8; 3]);

#[hot]
impl Rows for Grid {
    fn rows(&self) -> impl Iterator<Item = u8> {
        self.0.iter().copied()
    }
}

#[hot]
fn shown<T: Display>(value: T) -> impl Display + use<T> {
    format!("shown v1 {}", value)
}

#[hot]
async fn later(text: &str) -> Result<impl Fn() -> String, std::num::ParseIntError> {
    std::future::ready(()).await;
    let start: u32 = text.parse()?;
    Ok(move || format!("late {}", start + 1))
}

fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

fn main() {
    let mut hits = 0;
    loop {
        hits += 1;
        let numbers: Vec<_> = numbers(3).map(|number| number.to_string()).collect();
        let sum: u8 = Grid([1, 2, 3]).rows().sum();
        let late = finish(later("4")).map(|late| late()).unwrap_or_default();
        println!("hits={hits} out: {} {} {sum} {} {late}", numbers.join(" "), namer()(1), shown(3));
        sleep(Duration::from_millis(10));
    }
}
