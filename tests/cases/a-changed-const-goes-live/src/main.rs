//# stdout: out: 7 of 3
//# edit 1: s/LIMIT: u32 = 7/LIMIT: u32 = 1_000_000/
//# edit 1: s/[1, 2, 3]/[1, 2, 3, 4]/
//# edit 1: s/[u8; 3]/[u8; 4]/
//# patched: update; not main
//# stdout: out: 1000000 of 4
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

const LIMIT: u32 = 7;
const TABLE: &[u8; 3] = &[1, 2, 3];

#[hot]
fn update() {
    println!("out: {LIMIT} of {}", TABLE.len());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
