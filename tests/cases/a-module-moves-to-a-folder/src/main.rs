//# stdout: hits=(?<more>\d+) out: v1 deep$
//# write: src/inner/mod.rs pub(crate) mod deep;\n\npub(crate) fn name() -> &'static str {\n    "v2"\n}\n
//# no-event: 200ms
//# delete: src/inner.rs
//# patched: name@src/inner/mod.rs; not main
//# stdout: hits=(?<more>\d+) out: v2 deep$
//# oracle
//# edit 2 src/inner/deep.rs: s/deep"/deeper"/
//# patched: deep::name
//# stdout: hits=(?<more>\d+) out: v2 deeper$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod inner;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update() {
    println!("hits={} out: {} {}", hit(), inner::name(), inner::deep::name());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
