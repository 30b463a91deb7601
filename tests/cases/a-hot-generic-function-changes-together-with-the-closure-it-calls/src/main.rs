//# stdout: out: 11 11$
//# edit 1: s/one(value) + by)/two(value) + by) + 100/
//# edit 1: s/call(1)/call(2)/
//# patched: apply, mix
//# restart-needed: mix; says `main`
//# stdout: out: 114 11$
//# edit 2: s/call(2)/call(3)/
//# patched: apply
//# stdout: out: 115 11$
//# edit 3: s/two(value) + by/two(value) + by + 1/
//# patched: mix
//# stdout: out: 116 11$
//# edit 4: s/call(3)/call(4)/
//# patched: apply
//# stdout: out: 117 11$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn apply(call: impl Fn(u64) -> u64) -> u64 {
    call(1)
}

fn one(value: u64) -> u64 {
    value
}

fn two(value: u64) -> u64 {
    value + 2
}

fn mix(by: u64) -> u64 {
    apply(|value| one(value) + by)
}

#[hot]
fn step(by: u64) -> u64 {
    mix(by)
}

fn main() {
    loop {
        println!("out: {} {}", step(10), mix(10));
        let _ = (one(1), two(1));
        sleep(Duration::from_millis(10));
    }
}
