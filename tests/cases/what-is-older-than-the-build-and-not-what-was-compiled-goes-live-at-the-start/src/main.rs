//# stdout: out: v1 1$
//# edit 1: s/v1/v2/
//# patched: update
//# signal: INT to group
//# exited: signal 2
//# exit: any
//# edit 2 by age: s/v2/v3/
//# edit 2 src/part.rs by age: s/    1/    3/
//# second start
//# second patched: update, part::number
//# second stdout: out: v3 3$
//# edit 3: s/v3/v4/
//# second patched: update; not part::number
//# second stdout: out: v4 3$
//# second confirmed

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod part;

#[hot]
fn update() {
    println!("out: v1 {}", part::number());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
