//# stdout: hits=(?<more>\d+) out: v1$
//# edit 1 by past: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2$
//# edit 2 by future: s/v2/v3/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v3$
//# edit 3: s/v3/v4/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v4$
//# edit 4 by past: s/v4/v5/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v5$
//# edit 5 by future: s/v5/v6/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v6$
//# hot: restart
//# restarted
//# stdout: out: v6$
//# edit 6: s/v6/v7/
//# patched: update; not main
//# stdout: out: v7$

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

#[hot]
fn update() {
    println!("hits={} out: v1", HITS.fetch_add(1, Ordering::Relaxed));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
