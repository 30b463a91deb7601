//# stdout: out: 255 and 1\.5$
//# edit 1: s/{a} and {b}/{b:>8.3}|{a:#06x}|{a:?}/
//# patched: update
//# stdout: out:    1\.500\|0x00ff\|255$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    let (a, b) = (255, 1.5);
    println!("out: {a} and {b}");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
