//# stdout: hits=(?<more>\d+) out: v1$
//# edit 1: s/"v1".to_owned()/unsafe { nowhere_at_all(3) }.to_string()/
//# refused: not-linkable; says nowhere_at_all
//# stdout: hits=(?<more>\d+) out: v1$
//# edit 2: s/unsafe { nowhere_at_all(3) }.to_string()/"v2".to_owned()/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[allow(dead_code)]
unsafe extern "C" {
    fn nowhere_at_all(n: u32) -> u32;
}

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update() {
    let text = "v1".to_owned();
    println!("hits={} out: {text}", hit());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
