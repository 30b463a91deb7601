//# stdout: hits=(?<more>\d+) out: v1 one\|two\|three line 40$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 one\|two\|three line 40$
//# edit 2 src/inner.rs: s/two/deux/
//# patched: text@src/inner.rs
//# stdout: hits=(?<more>\d+) out: v2 one\|deux\|three line 40$
//# oracle
//# edit 3 src/inner.rs: s/"one/"eins/
//# patched: text@src/inner.rs
//# stdout: hits=(?<more>\d+) out: v2 eins\|deux\|three line 40$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod inner;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

struct Private {
    number: u32,
}

impl Private {
    fn number(&self) -> u32 {
        self.number
    }
}

#[hot]
fn update() {
    let private = Private { number: line!() };
    let lines: Vec<&str> = inner::text().lines().collect();
    println!("hits={} out: v1 {} line {}", hit(), lines.join("|"), private.number());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
