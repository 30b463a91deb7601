//# stdout: hits=(?<more>\d+) out: v1 6
//# edit 1: s/v1/v2/
//# patched: update; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 6
//# confirmed
//# edit 2: s/v2/v3/
//# patched: update; route slice; not main
//# stdout: hits=(?<more>\d+) out: v3 6
//# confirmed
//# edit 3 src/lib.rs: s/number * 2/number * 3/
//# patched: twice; route slice
//# stdout: hits=(?<more>\d+) out: v3 9
//# oracle
//# confirmed
//# edit 4: s/size: u64,/size: u32,/
//# refused: layout-changed; says the struct `State` changed (src/main.rs:27)

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use a_binary_beside_a_library_is_edited_alone::twice;
use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

struct State {
    size: u64,
}

#[hot]
fn update(state: &State) {
    println!("hits={} out: v1 {}", HITS.fetch_add(1, Ordering::Relaxed), twice(u64::from(state.size)));
}

fn main() {
    let state = State { size: 3 };
    loop {
        update(&state);
        sleep(Duration::from_millis(20));
    }
}
