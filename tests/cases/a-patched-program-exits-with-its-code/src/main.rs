//# stdout: out: v1
//# edit 1: s|// end|std::process::exit(3);|
//# patched: update
//# exit: 3

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

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
