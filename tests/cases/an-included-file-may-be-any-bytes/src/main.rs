//# stdout: hits=(?<more>\d+) out: v1 6 255$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 6 255$
//# oracle
//# write: src/picture.bin plain text
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 10 112$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update() {
    let picture: &[u8] = include_bytes!("picture.bin");
    println!("hits={} out: v1 {} {}", hit(), picture.len(), picture[0]);
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
