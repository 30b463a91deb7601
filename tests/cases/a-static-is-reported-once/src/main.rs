//# stdout: hits=(?<more>\d+) out: one two last v1$
//# edit 1: s/"two"/"deux"/
//# restart-needed: NAMES
//# edit 2: s/"last"/"list"/
//# patched: update
//# no-event: 300ms

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

static NAMES: [&str; 2] = ["one", "two"];
const LIST: [&str; 1] = ["last"];

#[hot]
fn update() {
    println!("hits={} out: {} {} v1", hit(), NAMES.join(" "), LIST[0]);
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
