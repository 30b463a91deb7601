//# stdout: hits=(?<more>\d+) out: v1 balance=0$
//# edit 1: s/"v1".to_owned()/["v", "2"].concat()/
//# edit 1: s|// more|let kept: std::collections::BTreeMap<u32, String> = (0..100).map(\|n\| (n, n.to_string())).collect();\n    assert_eq!(kept[&7], "7");|
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 balance=0$
//# edit 2: s/"2"/"3"/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v3 balance=0$

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

static BALANCE: AtomicI64 = AtomicI64::new(0);

struct Counting;

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BALANCE.fetch_add(layout.size() as i64, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BALANCE.fetch_sub(layout.size() as i64, Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[hot]
fn update() -> String {
    // more
    "v1".to_owned()
}

fn main() {
    loop {
        // The agent's thread allocates when a patch arrives.
        let before = BALANCE.load(Ordering::Relaxed);
        let text = update();
        let kept = BALANCE.load(Ordering::Relaxed) - before;
        println!("hits={} out: {text} balance={}", hit(), kept - text.capacity() as i64);
        sleep(Duration::from_millis(20));
    }
}
