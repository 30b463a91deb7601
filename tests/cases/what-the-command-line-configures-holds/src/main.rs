//# run: --config build.rustc-wrapper='./any' --config build.rustc-workspace-wrapper='./mine' --config env.FROM='line' --config target.x86_64-unknown-linux-gnu.runner=['sh','run'] --config profile.dev.lto='thin'
//# stdout: hits=(?<more>\d+) out: v1 mine line started$
//# stderr: link-time optimization, which the profile `dev` asks for, is off
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 mine line started$
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
    let called = if cfg!(called_by_mine) { "mine" } else { "rustc" };
    let by = std::env::var("BY").unwrap_or_default();
    println!("hits={} out: v1 {called} {} {by}", hit(), env!("FROM"));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
