//# stdout: out: v1
//# stderr: #\[hot\]
//# edit 1: s/v1/v2/
//# restart-needed: update
//# no-event: 300ms
//# stdout: out: v1

use std::thread::sleep;
use std::time::Duration;

fn update() {
    println!("out: v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
