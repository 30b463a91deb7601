//# stdout: hits=(?<more>\d+) out: \[6, 4\] 3x2 v1$
//# edit 1: s/iter().sum()/iter().map(|n| n * n).sum()/
//# patched: total; not main
//# stdout: hits=(?<more>\d+) out: \[14, 8\] 3x2 v1$
//# edit 2: s/total([2, 2])/total([2, 2, 2, 2, 2])/
//# patched: update
//# stdout: hits=(?<more>\d+) out: \[14, 20\] 3x2 v1$
//# edit 3: s/Grid::<3, 2>/Grid::<5, 4>/
//# edit 3: s/{W}x{H}/{H} by {W}/
//# patched: update
//# stdout: hits=(?<more>\d+) out: \[14, 20\] 4 by 5 v1$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

struct Grid<const W: usize, const H: usize>([[u8; W]; H]);

impl<const W: usize, const H: usize> Grid<W, H> {
    fn new() -> Self {
        Self([[1; W]; H])
    }

    fn size(&self) -> String {
        assert_eq!(self.0.as_flattened().len(), W * H);
        format!("{W}x{H}")
    }
}

fn total<const N: usize>(numbers: [u32; N]) -> u32 {
    numbers.iter().sum()
}

#[hot]
fn update() {
    println!("hits={} out: {:?} {} v1", hit(), [total([1, 2, 3]), total([2, 2])], Grid::<3, 2>::new().size());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
