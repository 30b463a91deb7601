//# stdout: hits=(?<more>\d+) out: v1 
//# edit 1: s/let here = line!();/let here = line!() + 1000;/
//# patched
//# stdout: hits=(?<more>\d+) out: v1 1\d\d\d 
//# oracle
//# edit 2: s|// A line.|// A line.\n// And another.|
//# patched
//# oracle
//# edit 3: s/5 ^ by/6 ^ by/
//# patched
//# oracle
//# edit 4: s/by + 40/by + 50/
//# patched: keep
//# oracle
//# confirmed

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

// A line.

#[hot]
fn step(call: impl Fn(u32) -> u32 + Sync, by: u32) -> u32 {
    let here = line!();
    here + call(by)
}

/// Of a closure that is never called there is no code.
#[hot]
fn keep(_call: impl Fn(u32) -> u32 + Sync, by: u32) -> u32 {
    by + 40
}

fn rule(by: u32) -> u32 {
    step(|by: u32| 5 ^ by, by)
}

#[hot]
fn update() {
    println!("hits={} out: v1 {} {}", HITS.fetch_add(1, Ordering::Relaxed), rule(1), step(|by| by + 7, keep(|by| by + 1, 2)));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
