//# stdout: pid=(?<same_pid>\d+) out: v1$
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: pid=(?<same_pid>\d+) out: v2$
//# signal: KILL to cargo-hot
//# exit: any
//# stdout: pid=(?<same_pid>\d+) out: v2$
//# second start
//# second stdout: out: v2$
//# edit 2: s/v2/v3/
//# second patched: update
//# second stdout: out: v3$
//# signal: KILL

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
