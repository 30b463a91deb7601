//# run: --release
//# stdout: out: 3 3$
//# edit 1: s/, |n| n + 1/, |n| n + 7/
//# patched: apply
//# stdout: out: 3 9$
//# edit 2: s/call(number)/call(number).wrapping_mul(100)/
//# patched: apply
//# stdout: out: 300 900$
//# edit 3: s/, |n| n + 7/, |n| n + 1/
//# patched: apply
//# stdout: out: 300 300$
//# edit 4: s/(|n| n + 1/(|n| n + 2/
//# patched: apply
//# stdout: out: 400 300$
//# oracle

use std::hint::black_box;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn apply(call: impl Fn(u64) -> u64, number: u64) -> u64 {
    call(number)
}

#[hot]
fn update(number: u64) {
    println!("out: {} {}", apply(|n| n + 1, number), second(number, |n| n + 1));
}

fn second(number: u64, call: impl Fn(u64) -> u64) -> u64 {
    apply(call, number)
}

fn main() {
    loop {
        update(black_box(2));
        sleep(Duration::from_millis(20));
    }
}
