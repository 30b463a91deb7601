//# never-stdout: setup v2
//# stdout: setup v1
//# stdout: hits=(?<more>\d+) out: v1
//# edit 1: s/setup v1/setup v2/
//# restart-needed: setup@src/main.rs:25; says main
//# no-event: 300ms
//# stdout: hits=(?<more>\d+) out: v1
//# edit 2: s/out: v1/out: v2/
//# patched: update; not setup
//# stdout: hits=(?<more>\d+) out: v2

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u64) {
    *hits += 1;
    println!("hits={hits} out: v1");
}

// Called before the loop, and never again.

fn setup() -> u64 {
    println!("setup v1");
    0
}

fn main() {
    let mut hits = setup();
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
