//# stdout: out: 7 and (?<more>\d+)$
//# edit 1: s/LIMIT: u32 = 7/LIMIT: u32 = 8/
//# edit 1: s/AtomicU32::new(0)/AtomicU32::new(5000)/
//# restart-needed: LIMIT, HITS
//# stdout: out: 7 and (?<more>\d+)$
//# edit 2: s/ and / now /
//# patched: update
//# stdout: out: 7 now (?<more>\d{1,3})$

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static LIMIT: u32 = 7;
static HITS: AtomicU32 = AtomicU32::new(0);

#[hot]
fn update() {
    println!("out: {LIMIT} and {}", HITS.fetch_add(1, Ordering::Relaxed));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
