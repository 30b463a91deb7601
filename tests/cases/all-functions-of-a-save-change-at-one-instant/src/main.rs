//# stdout: rounds=(?<more>\d+) wrong=0 out: v0$
//# saves 30 every 250ms: s/VERSION: u64 = 0/VERSION: u64 = {n}/
//# stdout: rounds=(?<more>\d+) wrong=0 out: v30$
//# stdout: rounds=(?<more>\d+) wrong=0 out: v30$
//# patches: 700ms
//# hot: undo 0
//# undone
//# stdout: rounds=(?<more>\d+) wrong=0 out: v0$
//# hot: redo
//# redone
//# stdout: rounds=(?<more>\d+) wrong=0 out: v\d+$

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use hot_runtime::{generation, hot};

const VERSION: u64 = 0;

static ROUNDS: AtomicU64 = AtomicU64::new(0);
static WRONG: AtomicU64 = AtomicU64::new(0);

#[hot]
fn f() -> u64 {
    VERSION
}

#[hot]
fn g() -> u64 {
    VERSION
}

/// So that a commit has some more slots to fill between the first and the last.
macro_rules! others {
    ($($name:ident)*) => {
        $(
            #[hot]
            fn $name() -> u64 {
                VERSION
            }
        )*
    };
}
others! { a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 b4 b5 b6 b7 b8 b9 c1 c2 c3 c4 c5 c6 c7 c8 c9 d1 d2 d3 d4 d5 d6 d7 d8 d9 }

#[rustfmt::skip]
const ALL: [fn() -> u64; 38] = [
    f, a1, a2, a3, a4, a5, a6, a7, a8, a9, b1, b2, b3, b4, b5, b6, b7, b8, b9,
    c1, c2, c3, c4, c5, c6, c7, c8, c9, d1, d2, d3, d4, d5, d6, d7, d8, d9, g,
];

/// Within a commit all versions that a thread sees are old ones first, and new ones from one call on: they change once at most.
/// What `generation` says changes with them.
fn call(order: impl Fn(usize) -> usize) {
    loop {
        let before = generation();
        let versions: Vec<u64> = (0..ALL.len()).map(|index| ALL[order(index)]()).collect();
        let after = generation();
        let changes = versions.windows(2).filter(|pair| pair[0] != pair[1]).count() as u32;
        let numbers = u32::from(before != after);
        if changes > numbers {
            WRONG.fetch_add(1, Ordering::Relaxed);
        }
        ROUNDS.fetch_add(1, Ordering::Relaxed);
    }
}

#[hot]
fn update() {
    println!("rounds={} wrong={} out: v{VERSION}", ROUNDS.load(Ordering::Relaxed), WRONG.load(Ordering::Relaxed));
}

fn main() {
    thread::spawn(|| call(|index| index));
    thread::spawn(|| call(|index| ALL.len() - 1 - index));
    loop {
        sleep(Duration::from_millis(20));
        update();
    }
}
