//# stdout: out: v1$
//# edit 1 src/label.txt: s/v1/v2/
//# patched: update
//# stdout: out: v2$
//# edit 2 src/label.txt by rename: s/v2/v3/
//# patched: update
//# stdout: out: v3$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("out: {}", include_str!("label.txt").trim());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
