//# run: --release
//# stdout: hits=(?<more>\d+) out: v1 10 optimized$
//# edit 1: s/v1/v2/
//# patched: update; not main; route replay; because optimizer
//# stdout: hits=(?<more>\d+) out: v2 10 optimized$
//# edit 2: s/n * 2/n * 3/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 15 optimized$
//# edit 3: s/n * 3/(0..n).map(|k| k * k).sum::<u32>()/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 30 optimized$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: std::sync::Mutex<u64> = std::sync::Mutex::new(0);

#[hot]
fn update() {
    let mut hits = HITS.lock().unwrap();
    *hits += 1;
    println!("hits={hits} out: v1 {} {}", double(5), if cfg!(debug_assertions) { "plain" } else { "optimized" });
}

fn double(n: u32) -> u32 {
    n * 2
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
