//# cwd: app
//# run: --manifest-path ../app/Cargo.toml
//# stdout: hits=(?<more>\d+) out: v1 part 1 include 1 deep 1$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 part 1 include 1 deep 1$
//# edit 2 real/app/src/main.rs: s/v2/v3/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v3 part 1 include 1 deep 1$
//# edit 3 real/part/src/lib.rs: s/part 1/part 2/
//# patched: part
//# stdout: hits=(?<more>\d+) out: v3 part 2 include 1 deep 1$
//# edit 4 part/src/lib.rs: s/part 2/part 3/
//# patched: part
//# stdout: hits=(?<more>\d+) out: v3 part 3 include 1 deep 1$
//# edit 5 real/text.txt: s/include 1/include 2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v3 part 3 include 2 deep 1$
//# edit 6 real/deep/mod.rs: s/deep 1/deep 2/
//# patched: deep
//# stdout: hits=(?<more>\d+) out: v3 part 3 include 2 deep 2$
//# edit 7 app/src/deep/mod.rs by rename: s/deep 2/deep 3/
//# patched: deep
//# stdout: hits=(?<more>\d+) out: v3 part 3 include 2 deep 3$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

mod deep;

#[hot]
fn update() {
    println!("hits={} out: v1 {} {} {}", hit(), part::part(), include_str!("text.txt").trim(), deep::deep());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
