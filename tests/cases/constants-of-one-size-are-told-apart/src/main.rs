//# stdout: hits=(?<more>\d+) out: abcd mnop efgh ijkl qrst$
//# edit 1: s/"efgh"/"efgx"/
//# patched: words
//# stdout: hits=(?<more>\d+) out: abcd mnop efgx ijkl qrst$
//# edit 2: s/"ijkl"/"ijky"/
//# patched: words
//# stdout: hits=(?<more>\d+) out: abcd mnop efgx ijky qrst$
//# edit 3: s/"qrst"/"qrsz"/
//# patched: third; not words
//# stdout: hits=(?<more>\d+) out: abcd mnop efgx ijky qrsz$
//# edit 4: s/"abcd"/"abcx"/
//# patched: first; not words
//# stdout: hits=(?<more>\d+) out: abcx mnop efgx ijky qrsz$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

fn first() -> &'static str {
    "abcd"
}

fn second() -> &'static str {
    "mnop"
}

fn words() -> &'static [&'static str] {
    &["efgh", "ijkl"]
}

fn third() -> &'static str {
    "qrst"
}

#[hot]
fn update() {
    println!("hits={} out: {} {} {} {}", hit(), first(), second(), words().join(" "), third());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
