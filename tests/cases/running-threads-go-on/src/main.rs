//# stdout: worker v1 n=(?<more>\d+)$
//# edit 1: s/update v1/update v2/
//# edit 1: s/worker v1/worker v2/
//# patched: update; not main
//# stdout: update v2$
//# stdout: worker v1 n=(?<more>\d+)$
//# stdout: worker v1 n=(?<more>\d+)$

use std::thread::{self, sleep};
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("update v1");
}

// What runs when the patch comes, goes on as it was: the loop never calls a hot function.
#[hot]
fn start_worker() {
    thread::spawn(|| {
        for n in 0u64.. {
            println!("worker v1 n={n}");
            sleep(Duration::from_millis(20));
        }
    });
}

fn main() {
    start_worker();
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
