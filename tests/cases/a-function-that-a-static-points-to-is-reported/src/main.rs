//# stdout: out: v1 7 7
//# edit 1: s/    7/    8/
//# patched: seven
//# restart-needed: seven; says TABLE
//# stdout: out: v1 8 7

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static TABLE: [fn() -> u32; 1] = [seven];

fn seven() -> u32 {
    7
}

#[hot]
fn update() {
    println!("out: v1 {} {}", seven(), TABLE[0]());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
