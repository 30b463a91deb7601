//# stdout: out: v1$
//# edit 1: s/ out: v1"/ tick={} own={} out: v2", shapes::tick(), own()/
//# edit 1: s/fn main/fn own() -> u64 {\n    static OWN: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1000);\n    OWN.fetch_add(1, std::sync::atomic::Ordering::Relaxed)\n}\n\nfn main/
//# patched: update, own
//# stdout: tick=(?<more_tick>\d+) own=(?<more_own>\d+) out: v2$
//# stdout: tick=(?<more_tick>\d+) own=(?<more_own>\d+) out: v2$
//# edit 2: s/v2/v3/
//# patched: update
//# stdout: tick=(?<more_tick>\d+) own=(?<more_own>\d+) out: v3$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("- out: v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
