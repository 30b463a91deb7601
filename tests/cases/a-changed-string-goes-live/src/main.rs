//# stdout: out: short
//# edit 1: s/short/a longer one, with quotes and ünïcödé/
//# patched: update
//# stdout: out: a longer one
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    let text: &'static str = "short";
    println!("out: {text}");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
