//# variant at-level-1: CARGO_PROFILE_DEV_OPT_LEVEL=1
//# variant at-level-2-in-one-unit: CARGO_PROFILE_DEV_OPT_LEVEL=2 CARGO_PROFILE_DEV_CODEGEN_UNITS=1
//# variant at-level-3: CARGO_PROFILE_DEV_OPT_LEVEL=3
//# variant for-size: CARGO_PROFILE_DEV_OPT_LEVEL=s
//# variant in-one-unit: CARGO_PROFILE_DEV_CODEGEN_UNITS=1 CARGO_INCREMENTAL=0
//# variant without-debug-information: CARGO_PROFILE_DEV_DEBUG=0
//# variant with-split-debug-information: CARGO_PROFILE_DEV_SPLIT_DEBUGINFO=unpacked
//# variant with-packed-debug-information: CARGO_PROFILE_DEV_SPLIT_DEBUGINFO=packed
//# variant stripped: CARGO_PROFILE_DEV_STRIP=symbols CARGO_PROFILE_DEV_DEBUG=0
//# variant that-aborts: CARGO_PROFILE_DEV_PANIC=abort
//# stdout: hits=(?<more>\d+) out: v1 part 1 8$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 part 1 8$
//# edit 2 part/src/lib.rs: s/part 1/part 2/
//# patched: part
//# stdout: hits=(?<more>\d+) out: v2 part 2 8$
//# edit 3 part/src/lib.rs: s/made!(u64)/made!(u128)/
//# refused: layout-changed; says Made
//# edit 4 part/src/lib.rs: s/made!(u128)/made!(u64)/
//# unchanged
//# edit 5: s/v2/v3/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v3 part 2 8$
//# oracle

use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: Mutex<u64> = Mutex::new(0);

fn hit() -> u64 {
    let mut hits = HITS.lock().unwrap();
    *hits += 1;
    *hits
}

#[hot]
fn update() {
    println!("hits={} out: v1 {} {}", hit(), part::part(), part::size());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
