//# stdout: out: v1
//# edit 1: s/v1/v2/
//# patched: update
//# signal: KILL
//# exit-signal: 9

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
