//# stdout: hits=(?<more>\d+) out: one two later v1$
//# edit 1: s/"two"/"three"/
//# restart-needed: NAMES
//# stdout: hits=(?<more>\d+) out: one two later v1$
//# edit 2: s/"later"/"final"/
//# patched
//# stdout: hits=(?<more>\d+) out: one two final v1$
//# edit 3: s/out: {} {}/out: {} {} {}/
//# edit 3: s/LIST[0])/LIST[0], OTHER[1])/
//# edit 3: s|// later|static OTHER: [&str; 2] = ["first", "second"];|
//# patched: update
//# stdout: hits=(?<more>\d+) out: one two final second v1$

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

static NAMES: [&str; 2] = ["one", "two"];
const LIST: [&str; 1] = ["later"];
// later

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
