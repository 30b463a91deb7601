//# stderr: error\[E0308\]
//# stderr: src/main\.rs:12:18
//# exit: 101

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    let _: u32 = "one";
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
