//# stdout: hits=(?<more>\d+) out: \[2, 4, 6\] sum=6 v1$
//# edit 1: s/change(item)/change(item) + 1/
//# patched: each; not main
//# stdout: hits=(?<more>\d+) out: \[3, 5, 7\] sum=6 v1$
//# edit 2: s/n * 2/n * 10/
//# edit 2: s/sum += n/sum += n * n/
//# patched: update
//# stdout: hits=(?<more>\d+) out: \[11, 21, 31\] sum=14 v1$
//# edit 3: s/seen(item);/seen(item);\n            seen(item);/
//# patched: visit
//# stdout: hits=(?<more>\d+) out: \[11, 21, 31\] sum=28 v1$
//# edit 4: s/last(*number)/last(*number + 7)/
//# patched: take
//# stdout: hits=(?<more>\d+) out: \[11, 21, 31\] sum=28 v1$
//# stdout: hits=(?<more>\d+) out: \[11, 21, 31\] sum=28 v1$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

struct List(Vec<u32>);

impl List {
    #[hot]
    fn each(&self, change: &dyn Fn(u32) -> u32) -> Vec<u32> {
        self.0.iter().map(|&item| change(item)).collect()
    }

    #[hot]
    fn visit(&self, seen: &mut dyn FnMut(u32)) {
        for &item in &self.0 {
            seen(item);
        }
    }

    #[hot]
    fn take(&self, last: Box<dyn FnOnce(u32) + '_>) {
        if let Some(number) = self.0.last() {
            last(*number);
        }
    }
}

#[hot]
fn update() {
    let list = List(vec![1, 2, 3]);
    let mut sum = 0;
    let doubled = list.each(&|n| n * 2);
    list.visit(&mut |n| sum += n);
    let mut kept = 0;
    list.take(Box::new(|n| kept = n));
    assert!(kept >= 3);
    println!("hits={} out: {doubled:?} sum={sum} v1", hit());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
