//# stdout: out: 1$
//# edit 1: s/mod part;/#[path = "other.rs"]\nmod part;/
//# patches: 500ms
//# stdout: out: 5$
//# signal: INT to group
//# exited: signal 2
//# exit: any
//# edit 2 by restore: s/#[path = "other.rs"]\nmod part;/mod part;/
//# second start
//# second stdout: out: 1$
//# edit 3 src/part.rs: s/    1/    2/
//# second patched: part::number
//# second stdout: out: 2$
//# second confirmed

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod part;

#[hot]
fn update() {
    println!("out: {}", part::number());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
