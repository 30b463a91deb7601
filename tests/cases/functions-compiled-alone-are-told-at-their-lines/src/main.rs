//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: update@src/main.rs:32, left@src/main.rs:15, Pair::first@src/main.rs:22, deep::below@src/main.rs:27; route slice
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Pair;

fn left() -> String {
    "left v1".into()
}

impl Pair {
    /// One.
    #[allow(clippy::unused_self)]
    fn first(&self) -> &str { "first v1" }
}

mod deep {
    /// Deep.
    pub(super) fn below() -> &'static str {
        "below v1"
    }
}
#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 {} {} {}", left(), Pair.first(), deep::below());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
