//# run: -p {case}
//# stdout: hits=(?<more>\d+) out: async v1 dyn$
//# edit 1 lib/source/root.rs: s/v1/v2/
//# patched: word@lib/source/root.rs; not main
//# stdout: hits=(?<more>\d+) out: async v2 dyn$
//# edit 2 app/src/main.rs: s/out: /out: and /
//# patched: update
//# stdout: hits=(?<more>\d+) out: and async v2 dyn$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

extern crate renamed as other;
static HITS: AtomicU64 = AtomicU64::new(0);

#[hot]
fn update() {
    println!("hits={} out: {}", HITS.fetch_add(1, Ordering::Relaxed), other::word(&3));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
