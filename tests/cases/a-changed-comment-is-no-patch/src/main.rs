//# stdout: out: v1$
//# edit 1: s/an old remark/a new remark, and longer/
//# unchanged
//# edit 2: s/v1/v2/
//# patched: update
//# stdout: out: v2$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

// an old remark
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
