//# stdout: out: v1 
//# no-event: 600ms
//# never-stdout: cargo_hot
//# edit 1: s/v1/v2/
//# edit 1 src/inner.rs: s/v1/v2/g
//# patched: update, inner::places, inner::named, Spot::places, Spot::fmt, inner::caught; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 2 src/inner.rs: s/let text = 3;/let text =\n\n        3;/
//# patched
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# edit 3 src/inner.rs: s/v2 caught/v3 caught/
//# patched: inner::caught; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*v3 caught
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod inner;

static HITS: AtomicU64 = AtomicU64::new(0);

#[hot]
fn update() {
    println!(
        "hits={} out: v1 {} {} {} {} {}:{}:{} {}",
        HITS.fetch_add(1, Ordering::Relaxed),
        inner::places(),
        inner::named(),
        inner::Spot(3),
        inner::caught(),
        file!(),
        line!(),
        column!(),
        module_path!(),
    );
}

fn main() {
    std::panic::set_hook(Box::new(|info| inner::note(info)));
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
