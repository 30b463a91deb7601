//# stdout: out: v1
//# edit 1: s|// end|panic!("out of luck");|
//# patched: update
//# stderr: panicked at src/main\.rs:14:
//# stderr: out of luck
//# exit: 101

use hot_runtime::hot;
use std::thread::sleep;
use std::time::Duration;
#[hot]
fn update() {
    println!("out: v1");
    // end
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
