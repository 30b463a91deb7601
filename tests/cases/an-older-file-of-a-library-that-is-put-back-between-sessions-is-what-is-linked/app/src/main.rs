//# stdout: out: v1 11$
//# edit 1 low/src/lib.rs: s/    1\n/    2\n/
//# edit 1 low/src/lib.rs: s/10/20/
//# patched: number, inlined
//# stdout: out: v1 42$
//# confirmed
//# signal: INT to group
//# exited: signal 2
//# exit: any
//# edit 2 low/src/lib.rs by restore: s/    2\n/    1\n/
//# edit 2 low/src/lib.rs by restore: s/20/10/
//# second start
//# second stdout: out: v1 11$
//# edit 3: s/out: v1/out: v3/
//# second patched: update; not number
//# second stdout: out: v3 11$
//# second confirmed

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("out: v1 {}", mid::twice());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
