//# env: CARGO_TARGET_DIR
//# stdout: hits=(?<more>\d+) out: v1 elsewhere/x86_64-unknown-linux-gnu/quick alias$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 elsewhere/x86_64-unknown-linux-gnu/quick alias$
//# oracle
//# run: --profile quick

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
    let program = std::env::current_exe().unwrap();
    let folder = program.parent().unwrap().strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
    println!("hits={} out: v1 {} {}", hit(), folder.display(), env!("FROM"));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
