//# stdout: out: v1$
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: out: v2$
//# edit 2: s/v2/v1/
//# patched: update
//# stdout: out: v1$
//# edit 3: s/v1/v2/
//# patched: update
//# stdout: out: v2$
//# edit 4: s/v2/v1/
//# patched: update
//# stdout: out: v1$
//# oracle

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
