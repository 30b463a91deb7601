//# stdout: out: v1 1$
//# edit 1: s/} else { 1 }/} else { 2 }/
//# patched: pick
//# confirmed
//# stdout: out: v1 2$
//# signal: INT to group
//# exited: signal 2
//# exit: any
//# edit 2 by restore: s/} else { 2 }/} else { 1 }/
//# second start
//# second stdout: out: v1 1$
//# edit 3: s/v1/v2/
//# edit 3: s/pick(1_u8)/pick(1_u16)/
//# second patched: update
//# second stdout: out: v2 1$
//# second confirmed
//# second stdout: out: v2 1$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[rustfmt::skip]
fn pick<T: Into<u64>>(number: T) -> u32 {
    if number.into() == 0 { 0 } else { 1 }
}

#[hot]
fn update() {
    println!("out: v1 {}", pick(1_u8));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
