//# stdout: out: v1$
//# touch: src/main.rs
//# unchanged
//# no-event: 300ms
//# write: notes.txt nothing that is compiled
//# no-event: 300ms
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: out: v2$

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
