//# stdout: hits=(?<more>\d+) out: v1 one hi first
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 one hi first
//# confirmed
//# edit 2 data/names.txt: s/one/two/
//# patched: names::name
//# stdout: hits=(?<more>\d+) out: v2 two hi first
//# oracle
//# confirmed
//# edit 3 build.rs: s/first/second/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 two hi second
//# oracle
//# confirmed
//# edit 4: s/v2/v3/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v3 two hi second
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod names {
    include!(concat!(env!("OUT_DIR"), "/names.rs"));
}

static HITS: AtomicU64 = AtomicU64::new(0);

#[hot]
fn update() {
    let greeting = include_str!("../data/greet.txt").trim();
    println!("hits={} out: v1 {} {greeting} {}", HITS.fetch_add(1, Ordering::Relaxed), names::name(), env!("BUILT_WITH"));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
