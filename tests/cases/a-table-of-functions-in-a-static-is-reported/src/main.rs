//# stdout: hits=(?<more>\d+) out: one v1 two v1$
//# edit 1: s/one v1/one v2/
//# restart-needed: one; says TABLE
//# edit 2: s/out: /out: and /
//# patched: update
//# stdout: hits=(?<more>\d+) out: and one v1 two v1$
//# hot: restart
//# restarted
//# stdout: hits=.* out: and one v2 two v1$
//# edit 3: s/TABLE.map(|of| of())/const { [one as fn() -> _, two] }.map(|of| of())/
//# patched: update
//# edit 4: s/two v1/two v2/
//# patched: two
//# restart-needed: two; says TABLE
//# stdout: and one v2 two v2$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

static TABLE: [fn() -> &'static str; 2] = [one, two];

fn one() -> &'static str {
    "one v1"
}

fn two() -> &'static str {
    "two v1"
}

#[hot]
fn update() {
    println!("hits={} out: {}", hit(), TABLE.map(|of| of()).join(" "));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
