//# stderr: process \d+ takes no patches: another one of this program does
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: pid=(?<same_first>\d+) out: v2$
//# edit 2: s/v2/v3/
//# patched: update
//# stdout: pid=(?<same_first>\d+) out: v3$
//# signal: TERM to group
//# exit: any

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("pid={} out: v1", std::process::id());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
