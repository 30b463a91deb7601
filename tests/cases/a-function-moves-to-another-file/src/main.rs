//# stdout: hits=(?<more>\d+) out: v1 here$
//# edit 1: s/fn name() -> &'static str {\n    "v1 here"\n}\n//
//# edit 1: s/hit(), name()/hit(), other::name()/
//# edit 1 src/other.rs: s|// later|pub(crate) fn name() -> &'static str {\n    "v2 there"\n}|
//# patched: name@src/other.rs, update; not main
//# stdout: hits=(?<more>\d+) out: v2 there$
//# oracle
//# edit 2 src/other.rs: s/v2/v3/
//# patched: other::name
//# stdout: hits=(?<more>\d+) out: v3 there$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod other;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

fn name() -> &'static str {
    "v1 here"
}

#[hot]
fn update() {
    println!("hits={} out: {}", hit(), name());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
