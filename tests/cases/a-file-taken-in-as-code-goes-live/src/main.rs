//# stdout: hits=(?<more>\d+) out: v1 1$
//# edit 1 src/rules.inc: s/v1/v2/
//# patched: rule; hot rule; not main
//# stdout: hits=(?<more>\d+) out: v2 1$
//# edit 2 src/list.inc: s/1, 1/1, 2/
//# patched
//# stdout: hits=(?<more>\d+) out: v2 2$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

include!("rules.inc");

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update() {
    let list: [u32; 2] = include!("list.inc");
    println!("hits={} out: {} {}", hit(), rule(), list[1]);
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
