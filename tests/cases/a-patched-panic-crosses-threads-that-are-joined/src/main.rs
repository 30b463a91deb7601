//# never-stderr: abort
//# stdout: hits=(?<more>\d+) out: \[0, 1, 2, 3\] fell: \[v1 1, v1 3\]$
//# edit 1: s/v1 {n}/v2 {n}/
//# edit 1: s/n % 2 == 1/n > 0/
//# patched: work; not main
//# stdout: hits=(?<more>\d+) out: \[0, 1, 2, 3\] fell: \[v2 1, v2 2, v2 3\]$
//# oracle
//# edit 2: s/n > 0/n == 5/
//# patched: work
//# stdout: hits=(?<more>\d+) out: \[0, 1, 2, 3\] fell: \[\]$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn work(n: u32) -> u32 {
    if n % 2 == 1 {
        panic!("v1 {n}");
    }
    n
}

#[hot]
fn update() {
    let asked = [0, 1, 2, 3];
    let fell: Vec<String> = thread::scope(|scope| {
        let threads = asked.map(|n| scope.spawn(move || work(n)));
        threads.into_iter().filter_map(|thread| thread.join().err()?.downcast().ok()).map(|it| *it).collect()
    });
    println!("hits={} out: {asked:?} fell: [{}]", hit(), fell.join(", "));
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
