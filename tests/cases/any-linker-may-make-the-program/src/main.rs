//# variant bfd needs ld.bfd: RUSTFLAGS=-Clink-arg=-fuse-ld=bfd
//# variant lld needs ld.lld: RUSTFLAGS=-Clink-arg=-fuse-ld=lld
//# variant mold needs mold: RUSTFLAGS=-Clink-arg=-fuse-ld=mold
//# variant wild needs wild: CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=./with-wild CARGO_TARGET_DIR=own
//# stdout: hits=(?<more>\d+) local=(?<more_local>\d+) out: v1 none$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) local=(?<more_local>\d+) out: v2 none$
//# edit 2: s|"none".to_owned()|format!("{:?} {}", std::fs::metadata("/").map(\|root\| root.is_dir()), BROUGHT.get().len())|
//# edit 2: s|// later|thread_local! {\n    static BROUGHT: std::cell::Cell<&'static str> = const { std::cell::Cell::new("four") };\n}|
//# patched: more; not main
//# stdout: hits=(?<more>\d+) local=(?<more_local>\d+) out: v2 Ok\(true\) 4$
//# edit 3: s/v2/v3/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) local=(?<more_local>\d+) out: v3 Ok\(true\) 4$
//# oracle

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static LOCAL: Cell<u64> = const { Cell::new(7) };
}

// later

fn state() -> (u64, u64) {
    LOCAL.set(LOCAL.get() + 1);
    (HITS.fetch_add(1, Ordering::Relaxed), LOCAL.get())
}

fn more() -> String {
    "none".to_owned()
}

#[hot]
fn update() {
    let (hits, local) = state();
    println!("hits={hits} local={local} out: v1 {}", more());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
