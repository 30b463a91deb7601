//# run: --release
//# stdout: out: 11 v1 6 2 3 12
//# edit 1: s/n * 2/n * 3/
//# patched: update@src/main.rs; not main; not setup
//# no-event: 300ms
//# stdout: out: 11 v1 9 2 3 12
//# edit 2: s/seed + 1/seed + 2/
//# restart-needed: setup; not update
//# no-event: 300ms
//# edit 3: s/shared * 4/shared * 5/
//# patched: update; not main
//# restart-needed: both; says main; not setup
//# no-event: 300ms
//# stdout: out: 11 v1 9 2 3 15
//# edit 4: s/"v1"/"v2"/
//# patched: name; not main; not setup
//# no-event: 300ms
//# stdout: out: 11 v2 9 2 3 15
//# edit 5: s/from_millis(20)/from_millis(21)/
//# restart-needed: main; not update; not setup; not both
//# no-event: 300ms
//# edit 6: s/total += number;/total += number * T::from(2);/
//# patched: update; not main
//# no-event: 300ms
//# edit 7: s/state: u64/first: u8, state: u64/
//# edit 7: s/Options { state }/Options { first: 0, state }/
//# refused: layout-changed

use std::hint::black_box;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Options {
    state: u64,
}

#[hot]
fn update(options: &Options, both_in_main: u64) {
    let numbers = [1_u64, 2];
    println!("out: {} {} {} {} {} {} {both_in_main}", options.state, name(), inlined(3), numbers.len(), largest(&numbers), both(black_box(3)));
}

fn inlined(n: u64) -> u64 {
    n * 2
}

fn both(shared: u64) -> u64 {
    shared * 4
}

#[inline(never)]
fn name() -> String {
    ["v1"].iter().map(|name| String::from(*name)).collect()
}

fn largest<T: Copy + std::ops::AddAssign + std::ops::Mul<Output = T> + From<u8>>(numbers: &[T]) -> T {
    let mut total = T::from(0);
    for number in numbers.iter().copied() {
        total += number;
    }
    total
}

fn setup(seed: u64) -> Options {
    let state = black_box(seed + 1);
    Options { state }
}

fn main() {
    let options = setup(black_box(10));
    loop {
        update(&options, both(black_box(2)));
        sleep(Duration::from_millis(20));
    }
}
