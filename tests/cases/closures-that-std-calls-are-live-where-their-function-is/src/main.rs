//# stdout: hits=(?<more>\d+) out: Ok\(\[1, 2\]\)
//# edit 1: s/s.trim().parse()/s.trim().parse::<i64>().map(|number| number + 1)/
//# patched: parse; not main
//# stdout: hits=(?<more>\d+) out: Ok\(\[2, 3\]\)
//# oracle
//# confirmed
//# edit 2: s/numbers.sort()/numbers.sort_by(|one, other| other.cmp(one))/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: Ok\(\[3, 2\]\)
//# oracle
//# no-event: 600ms

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn parse(text: &str) -> Result<Vec<i64>, String> {
    text.split(',').enumerate().map(|(at, s)| s.trim().parse().map_err(|_| format!("{at}"))).collect()
}

#[hot]
fn update() {
    let numbers = parse("1, 2").map(|mut numbers| {
        numbers.sort();
        numbers
    });
    println!("hits={} out: {numbers:?}", HITS.fetch_add(1, Ordering::Relaxed));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
