//# stdout: pid=(?<same_pid>\d+) hits=(?<more>\d+) out: v1
//# edit 1: s/v1/v2/
//# patched: update@src/main.rs:13; hot update; not main
//# stdout: pid=(?<same_pid>\d+) hits=(?<more>\d+) out: v2
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u64) {
    *hits += 1;
    println!("pid={} hits={hits} out: v1", std::process::id());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
