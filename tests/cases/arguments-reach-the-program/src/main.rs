//# args: one "two three" --flag -- "" --release
//# stdout: out: \["one", "two three", "--flag", "--", "", "--release"\] v1
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: out: \["one", "two three", "--flag", "--", "", "--release"\] v2
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    println!("out: {args:?} v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
