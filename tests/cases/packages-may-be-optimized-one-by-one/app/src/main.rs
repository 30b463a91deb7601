//# cwd: app
//# stdout: hits=(?<more>\d+) calls=(?<more_calls>\d+) out: v1 part 1 \[2, 3\] 6$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) calls=(?<more_calls>\d+) out: v2 part 1 \[2, 3\] 6$
//# edit 2 part/src/lib.rs: s/part 1/part 2/
//# patched: part
//# stdout: hits=(?<more>\d+) calls=(?<more_calls>\d+) out: v2 part 2 \[2, 3\] 6$
//# edit 3 part/src/lib.rs: s/number + 1/number + 2/
//# patched: next
//# stdout: hits=(?<more>\d+) calls=(?<more_calls>\d+) out: v2 part 2 \[3, 4\] 6$
//# edit 4 part/src/lib.rs: s/all.iter().copied().sum()/all.iter().map(|it| it * 2).sum()/
//# patched: sum
//# stdout: hits=(?<more>\d+) calls=(?<more_calls>\d+) out: v2 part 2 \[3, 4\] 12$
//# edit 5: s/v2/v3/
//# edit 5 part/src/lib.rs: s/number + 2/number + 3/
//# patched: update, next
//# stdout: hits=(?<more>\d+) calls=(?<more_calls>\d+) out: v3 part 2 \[4, 5\] 12$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update() {
    let numbers = part::mapped(vec![1, 2], |number| number);
    println!("hits={} calls={} out: v1 {} {numbers:?} {}", hit(), part::calls(), part::part(), part::sum(&[1, 2, 3]));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
