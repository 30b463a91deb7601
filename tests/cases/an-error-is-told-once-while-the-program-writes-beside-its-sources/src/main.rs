//# stdout: out: v1
//# no-event: 600ms
//# edit 1: s/out: v1/out: v2/
//# patched: update
//# stdout: out: v2
//# confirmed
//# edit 2: s/*hits += 1/*hits += ""/
//# compile-error: E0277
//# no-event: 1500ms
//# edit 3: s/*hits += ""/*hits += 2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2
//# oracle

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1");
}

fn main() {
    let mut hits = 0;
    for count in 0_u64.. {
        update(&mut hits);
        fs::write("src/count.txt", count.to_string()).unwrap();
        sleep(Duration::from_millis(20));
    }
}
