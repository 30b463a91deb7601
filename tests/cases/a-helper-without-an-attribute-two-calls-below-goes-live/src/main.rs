//# stdout: hits=(?<more>\d+) out: v1 of 3
//# edit 1: s/v1 of {}", n/v2 of {}", n * 2/
//# patched: label; cold label; not main
//# stdout: hits=(?<more>\d+) out: v2 of 6
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u64) {
    *hits += 1;
    println!("hits={hits} out: {}", step(2));
}

fn step(n: u32) -> String {
    label(n + 1)
}

fn label(n: u32) -> String {
    format!("v1 of {}", n)
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
