//# stdout: out: v1 in v1$
//# edit 1: s/"v1"/"v2"/
//# patched: deepest; not middle; not main
//# restart-needed: deepest; says main
//# no-event: 300ms
//# stdout: out: v2 in v1$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(in_main: &str) {
    println!("out: {} in {in_main}", middle());
}

fn middle() -> String {
    String::from(deepest())
}

fn deepest() -> &'static str {
    "v1"
}

fn main() {
    loop {
        update(&middle());
        sleep(Duration::from_millis(20));
    }
}
