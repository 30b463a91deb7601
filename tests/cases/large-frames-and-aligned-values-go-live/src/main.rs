//# stdout: hits=(?<more>\d+) out: v1$
//# edit 1: s/"v1".to_owned()/large(black_box(7))/
//# edit 1: s|// later|#[repr(align(128))]\n#[derive(Clone, Copy)]\nstruct Aligned([u8; 5]);\n\nstatic KEPT: Aligned = Aligned(*b"abcde");\n\nthread_local! {\n    static OWN: std::cell::Cell<Aligned> = const { std::cell::Cell::new(Aligned([1; 5])) };\n}\n\nfn large(n: usize) -> String {\n    let mut bytes = [0_u8; 100_000];\n    bytes[n * 10_000] = 9;\n    let aligned = Aligned(*b"12345");\n    let own = OWN.with(\|own\| (own.as_ptr().addr() % 128, own.get().0[4]));\n    let places = [(&raw const aligned).addr() % 128, (&raw const KEPT).addr() % 128, own.0];\n    format!("{} {places:?} {} {}", black_box(&bytes).iter().map(\|&byte\| u32::from(byte)).sum::<u32>(), own.1, KEPT.0[0])\n}|
//# patched: update
//# stdout: hits=(?<more>\d+) out: 9 \[0, 0, 0\] 1 97$
//# oracle
//# edit 2: s/= 9;/= 8;/
//# patched: large
//# stdout: hits=(?<more>\d+) out: 8 \[0, 0, 0\] 1 97$
//# oracle

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

// later

#[hot]
fn update() {
    black_box(());
    let text = "v1".to_owned();
    println!("hits={} out: {text}", hit());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
