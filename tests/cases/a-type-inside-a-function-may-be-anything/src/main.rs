//# stdout: hits=(?<more>\d+) out: v1 7$
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 7$
//# edit 2: s|// more|#[derive(Debug)]\n    enum Added {\n        One(u8),\n        Two([u64; 3]),\n    }\n    let added = [Added::One(1), Added::Two([2; 3])];|
//# edit 2: s/pair.0 + 4)/format!("{} {added:?}", pair.0))/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 3 \[One\(1\), Two\(\[2, 2, 2\]\)\]$
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
    struct Pair(u32);
    impl Drop for Pair {
        fn drop(&mut self) {
            self.0 = 0;
        }
    }
    // more
    let pair = Pair(3);
    println!("hits={} out: v1 {}", hit(), pair.0 + 4);
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
