//# stdout: hits=(?<more>\d+) out: written 3 v1$
//# edit 1: s/v1/v2/
//# patched: update; not main; not written
//# stdout: hits=(?<more>\d+) out: written 3 v2$
//# edit 2 names.txt: s/c/c\nd/
//# answer

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

include!(concat!(env!("OUT_DIR"), "/written.rs"));

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update() {
    println!("hits={} out: {} v1", hit(), written());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
