//# stdout: out: one 5$
//# edit 1: s/1 => "one"/3 => "one"/
//# edit 1: s/3 => "three"/1 => "three"/
//# restart-needed: name; says main
//# no-event: 300ms
//# edit 2: s/number + 2/number + 3/
//# patched: update; not name; not main
//# no-event: 300ms
//# stdout: out: one 6$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(name: &str, number: u32) {
    println!("out: {name} {}", number + 2);
}

fn name(number: u32) -> &'static str {
    match number {
        0 => "zero",
        1 => "one",
        2 => "two",
        3 => "three",
        4 => "four",
        5 => "five",
        _ => "many",
    }
}

fn main() {
    let name = name(1);
    loop {
        update(name, 3);
        sleep(Duration::from_millis(20));
    }
}
