//# stdout: value=(?<more>\d+) first=77 out: v1$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: value=(?<more>\d+) first=77 out: v2$
//# edit 2: s/v2/v3 and more/
//# patched: update
//# stdout: value=(?<more>\d+) first=77 out: v3
//# oracle

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static FIRST: OnceLock<u32> = OnceLock::new();
static CALLS: AtomicU32 = AtomicU32::new(0);

#[hot]
fn update() {
    let calls = CALLS.fetch_add(1, Ordering::Relaxed);
    let first = FIRST.get_or_init(|| calls + 77);
    println!("value={calls} first={first} out: v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
