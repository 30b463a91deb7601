//# env: CARGO_TARGET_DIR=own
//# stdout: out: v1$
//# shared: hot_runtime
//# shared: hot_macros
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: out: v2$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("out: v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
