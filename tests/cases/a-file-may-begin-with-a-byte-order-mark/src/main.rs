//# stdout: hits=(?<more>\d+) out: marked v1 src/marked.rs:4:5$
//# edit 1 src/marked.rs: s/v1/v2/
//# patched: name@src/marked.rs:3; not main
//# stdout: hits=(?<more>\d+) out: marked v2 src/marked.rs:4:5$
//# oracle
//# edit 2 src/marked.rs: s/marked v2/still marked/
//# edit 2: s/out: /out: and /
//# patched: name, update
//# stdout: hits=(?<more>\d+) out: and still marked src/marked.rs:4:5$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod marked;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update() {
    println!("hits={} out: {}", hit(), marked::name());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
