//# stdout: hits=(?<more>\d+) main: v1 1$
//# edit 1: s/fn label(n: u32) -> String {\n    format!("v1 {n}")/fn label(n: u32, text: &str) -> String {\n    format!("v2 {n} {text}")/
//# edit 1: s/label(2)/label(2, "two")/
//# edit 1: s/label(1)/label(1, "one")/
//# patched: update, label; not main
//# restart-needed: main
//# stdout: out: v2 2 two$
//# stdout: hits=(?<more>\d+) main: v1 1$
//# oracle
//# edit 2: s/v2/v3/
//# patched: label
//# stdout: out: v3 2 two$
//# stdout: hits=(?<more>\d+) main: v1 1$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn label(n: u32) -> String {
    format!("v1 {n}")
}

#[hot]
fn update() {
    println!("out: {}", label(2));
}

fn main() {
    for hits in 0u64.. {
        update();
        println!("hits={hits} main: {}", label(1));
        sleep(Duration::from_millis(20));
    }
}
