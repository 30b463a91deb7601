//# env: CARGO_TARGET_DIR=the target
//# stdout: hits=(?<more>\d+) out: v1
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2
//# oracle
//# delete: the target
//# edit 2: s/v2/v3/
//# refused: build-gone; says cargo hot restart
//# edit 3: s/v3/v4/
//# refused: build-gone
//# hot: restart
//# restarted
//# stdout: hits=\d out: v4
//# edit 4: s/v4/v5/
//# patched: update; not main
//# stdout: hits=\d+ out: v5

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

#[hot]
fn update() {
    println!("hits={} out: v1", HITS.fetch_add(1, Ordering::Relaxed));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
