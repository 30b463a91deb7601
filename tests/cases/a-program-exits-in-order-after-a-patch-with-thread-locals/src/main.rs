//# never-stderr: fault|abort|panicked
//# stdout: out: v1$
//# edit 1: s|// later|struct Guard;\n\nimpl Drop for Guard {\n    fn drop(&mut self) {\n        println!("dropped");\n    }\n}\n\nthread_local! {\n    static GUARD: Guard = const { Guard };\n}|
//# edit 1: s/out: v1/out: v2/
//# edit 1: s|// inside|GUARD.with(\|_\| ());|
//# patched: update; not main
//# stdout: out: v2$
//# edit 2: s/1 > 2/1 < 2/
//# patched: is_over
//# stdout: dropped
//# exit: 0

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

// later

#[hot]
fn update() {
    // inside
    println!("out: v1");
}

#[hot]
fn is_over() -> bool {
    1 > 2
}

fn main() {
    while !is_over() {
        update();
        sleep(Duration::from_millis(20));
    }
}
