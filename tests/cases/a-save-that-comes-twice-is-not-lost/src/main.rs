//# env: RUSTC_WORKSPACE_WRAPPER=./slow
//# stdout: out: v1 1
//# edit 1: s/"v1"/"v2"/
//# no-event: 150ms
//# touch: src/main.rs
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 1
//# confirmed
//# edit 2: s/=> 1/=> 2/
//# no-event: 150ms
//# touch: src/main.rs
//# patched: number
//# stdout: hits=(?<more>\d+) out: v2 2
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

fn number() -> u32 {
    match std::env::args().len() {
        0 => 0,
        _ => 1,
    }
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: {} {}", "v1", number());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
