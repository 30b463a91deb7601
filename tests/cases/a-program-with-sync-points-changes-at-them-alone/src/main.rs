//# stdout: frames=(?<more>\d+) wrong=0 out: v0 0$
//# saves 10 every 200ms: s/VERSION: u32 = 0/VERSION: u32 = {n}/
//# stdout: frames=(?<more>\d+) wrong=0 out: v10 (?<same_last>\d+)$
//# patches: 700ms
//# hot: undo 0
//# undone
//# stdout: frames=(?<more>\d+) wrong=0 out: v0 0$
//# hot: redo
//# redone
//# stdout: committed 0 to (?<same_last>\d+)$
//# stdout: frames=(?<more>\d+) wrong=0 out: v10 (?<same_last>\d+)$

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::{generation, hot, on_commit, sync_point};

const VERSION: u32 = 0;

static WRONG: AtomicU32 = AtomicU32::new(0);

#[hot]
fn f() -> u32 {
    VERSION
}

#[hot]
fn g() -> u32 {
    VERSION
}

/// Nothing changes in here, however long it takes.
fn steady() -> (u32, u32) {
    let before = (f(), generation());
    for _ in 0..10 {
        sleep(Duration::from_millis(2));
        if before != (g(), generation()) {
            WRONG.fetch_add(1, Ordering::Relaxed);
        }
    }
    before
}

fn main() {
    on_commit(|commit| println!("committed {} to {}", commit.from, commit.to));
    for frames in 0.. {
        steady();
        sync_point();
        let (version, generation) = steady();
        println!("frames={frames} wrong={} out: v{version} {generation}", WRONG.load(Ordering::Relaxed));
    }
}
