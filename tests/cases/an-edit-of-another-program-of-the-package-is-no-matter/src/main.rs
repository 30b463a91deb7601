//# stdout: out: v1$
//# edit 1 src/bin/other.rs: s/other 1/other 2/
//# no-event: 1500ms
//# edit 2: s/v1/v2/
//# patched: update; not main
//# edit 3 examples/example.rs: s/example 1/example 2/
//# unchanged
//# edit 4: s/v2/v3/
//# patched: update; not main
//# stdout: out: v3$
//# oracle

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
        sleep(Duration::from_millis(10));
    }
}
