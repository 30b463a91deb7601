//# stdout: out: v1 1$
//# edit 1 src/part.rs: s/    1/    2/
//# patched: part::number
//# stdout: out: v1 2$
//# confirmed
//# signal: INT to group
//# exited: signal 2
//# exit: any
//# edit 2 src/part.rs by restore: s/    2/    1/
//# edit 2 by age: s/out: v1/out: v1/
//# second start
//# second stdout: out: v1 1$
//# edit 3 src/part.rs: s/    1/    3/
//# second patched: part::number; not update
//# second stdout: out: v1 3$
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
