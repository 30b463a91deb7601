//# stdout: hits=(?<more>\d+) out: \[1, 2, 3\] 6 3$
//# edit 1: s/let item = self.at;/let item = self.at * 10;/
//# patched: next; not main
//# stdout: hits=(?<more>\d+) out: \[10, 20, 30\] 60 3$
//# edit 2: s/self.at <= self.end/self.at < self.end/
//# patched: next
//# stdout: hits=(?<more>\d+) out: \[10, 20\] 30 2$
//# edit 3: s|// later|fn size_hint(&self) -> (usize, Option<usize>) {\n        (1, Some(100))\n    }|
//# edit 3: s/{:?} {} {}/{:?} {} {} v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: \[10, 20\] 30 2 v2$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

struct Steps {
    at: u32,
    end: u32,
}

impl Iterator for Steps {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let item = self.at;
        let goes_on = self.at <= self.end;
        self.at += 1;
        goes_on.then_some(item)
    }

    // later
}

fn steps() -> impl Iterator<Item = u32> {
    Steps { at: 1, end: 3 }
}

#[hot]
fn update() {
    let list: Vec<u32> = steps().collect();
    println!("hits={} out: {:?} {} {}", hit(), list, steps().map(u64::from).sum::<u64>(), steps().count());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
