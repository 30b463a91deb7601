//# env: RUST_BACKTRACE=1
//# stderr: panicked at src/main\.rs:17:
//# edit 1: s/fn fail() {/fn fail() {\n    let list: Vec<u32> = Vec::new();\n    println!("{}", list.len());/
//# patched: fail
//# stdout: ^0$
//# stderr: panicked at src/main\.rs:19:
//# stderr: \bfail\b
//# stderr: src/main\.rs:19:

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn fail() {
    panic!("on purpose");
}

fn update() {
    let _ = std::panic::catch_unwind(fail);
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
