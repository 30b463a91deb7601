//# stdout: out: v1 a0 b0
//# no-event: 600ms
//# saves 12 every 70ms: s/"a0"/"a{n}"/
//# stdout: hits=(?<more>\d+) out: v1 a12 b0
//# patches: 1000ms
//# oracle
//# edit 1: s/v1/v2/
//# patched: update; route slice
//# edit 2: s/v2/v1/
//# patched: update; route slice
//# stdout: hits=(?<more>\d+) out: v1 a12 b0
//# confirmed
//# no-event: 300ms
//# stdout: hits=(?<more>\d+) out: v1 a12 b0
//# oracle
//# edit 3: s/v1/v2/
//# edit 3 src/other.rs: s/"b0"/"b1"/
//# patched: update, other::text; route replay; because const
//# stdout: hits=(?<more>\d+) out: v2 a12 b1
//# edit 4: s/"a12"/"a13"/
//# patched: first; route slice
//# edit 5 src/other.rs: s/"b1"/"b2"/
//# patched: other::text; route replay
//# stdout: hits=(?<more>\d+) out: v2 a13 b2
//# edit 6: s/"a13"/"a14"/
//# patched: first; route slice
//# touch: src/main.rs
//# stdout: hits=(?<more>\d+) out: v2 a14 b2
//# confirmed
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod other;

fn first() -> &'static str {
    "a0"
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 {} {}", first(), other::text());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
