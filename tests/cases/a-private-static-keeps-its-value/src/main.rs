//# stdout: value=(?<more>\d+) out: v1$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: value=(?<more>\d+) out: v2$
//# edit 2: s/v2/v3 and more/
//# patched: update
//# stdout: value=(?<more>\d+) out: v3
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static VALUE: AtomicU64 = AtomicU64::new(1000);

#[hot]
fn update() {
    let value = VALUE.fetch_add(1, Ordering::Relaxed);
    println!("value={value} out: v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
