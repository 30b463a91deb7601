//# run: -p {case}
//# stdout: out: v1 
//# no-event: 600ms
//# edit 1 middle/src/inner/mod.rs: s/v1/v2/g
//# patched: inner::of_inner, Table::row; route slice; not main
//# stdout: hits=(?<more>\d+) out: v1 .*inner v2
//# oracle
//# confirmed
//# edit 2: s/v1/v2/g
//# edit 2 middle/src/lib.rs: s/v1/v2/g
//# edit 2 low/src/lib.rs: s/v1/v2/g
//# patched: update, marked, conditional, unmarked, of_middle, of_low, Low::shown; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 .*\[marked v2\]
//# oracle
//# confirmed
//# edit 3 low/src/lib.rs: s/low v2/low v3/
//# patched: of_low; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*low v3
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

extern crate renamed as other;

use hot_runtime::hot;
use marks::bracketed;

static HITS: AtomicU64 = AtomicU64::new(0);

#[bracketed]
fn marked() -> String {
    String::from("marked v1")
}

#[cfg(feature = "loud")]
fn conditional() -> &'static str {
    "loud v1"
}

#[cfg(not(feature = "loud"))]
fn conditional() -> &'static str {
    "quiet v0"
}

#[cfg(test)]
fn never_built() {}

#[cfg_attr(feature = "loud", allow(clippy::let_and_return))]
fn unmarked() -> String {
    let text = String::from("unmarked v1");
    #[cfg(feature = "loud")]
    let text = text + " loud";
    #[cfg(not(feature = "loud"))]
    let text = text + " quiet";
    if cfg!(debug_assertions) { text + " debug" } else { text }
}

#[hot]
fn update() {
    println!(
        "hits={} out: v1 {} {} {} {} {}",
        HITS.fetch_add(1, Ordering::Relaxed),
        marked(),
        conditional(),
        unmarked(),
        other::of_middle(),
        renamed::inner::of_inner()
    );
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
