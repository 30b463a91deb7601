//# cwd: app
//# stdout: hits=(?<more>\d+) out: v1 1 2$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 1 2$
//# edit 2 near/src/lib.rs: s/    pub first: u32,\n/    pub other: u64,\n    pub first: u32,\n/
//# edit 2 near/src/lib.rs: s/Near { first/Near { other: 0, first/
//# restart-needed: lib.rs; says outside the workspace
//# edit 3 app/Cargo.toml: s/[workspace]/# Cargo builds the library, too.\n[workspace]/
//# refused: dependency-rebuilt; says near
//# edit 4: s/v2/v3/
//# refused: dependency-rebuilt; says near
//# hot: restart
//# restarted
//# stdout: hits=\d+ out: v3 1 2$

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
    // Compiled against the new library, this would look for the fields in other places.
    let near = renamed::near();
    println!("hits={} out: v1 {} {}", hit(), near.first, near.second);
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
