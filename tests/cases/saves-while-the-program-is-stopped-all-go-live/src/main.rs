//# stdout: hits=(?<more>\d+) out: v1 1$
//# signal: STOP
//# edit 1: s/v1/v2/
//# hot: status; says it may be stopped, as it does not answer; soon
//# edit 2: s/    1\n/    2\n/
//# signal: CONT
//# patched: update; not number
//# patched: number; not update
//# stdout: hits=(?<more>\d+) out: v2 2$
//# signal: STOP
//# edit 3: s/v2/v3/
//# hot: status; says it may be stopped, as it does not answer; soon
//# hot: restart
//# restarted
//# stdout: hits=\d out: v3 2$
//# signal: STOP
//# edit 4: s/v3/v4/
//# hot: status; says it may be stopped, as it does not answer; soon
//# signal: KILL
//# exit-signal: 9

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

#[hot]
fn number() -> u32 {
    1
}

#[hot]
fn update() {
    println!("hits={} out: v1 {}", HITS.fetch_add(1, Ordering::Relaxed), number());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
