//# stdout: hits=(?<more>\d+) out: v1 8 4 lib bin$
//# edit 1 src/lib.rs: s/"lib"/"library"/
//# patched: name@src/lib.rs
//# stdout: hits=(?<more>\d+) out: v1 8 4 library bin$
//# edit 2: s/"bin"/"binary"/
//# patched: name@src/main.rs
//# stdout: hits=(?<more>\d+) out: v1 8 4 library binary$
//# edit 3: s/v1/v2/
//# edit 3 src/lib.rs: s/"library"/"lib"/
//# patched: update, name@src/lib.rs
//# stdout: hits=(?<more>\d+) out: v2 8 4 lib binary$
//# oracle
//# edit 4 src/lib.rs: s/wide: u64/wide: u32/
//# refused: layout-changed; says World

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

use a_library_and_a_binary_may_share_names as shared;

struct World {
    narrow: u32,
}

fn name() -> &'static str {
    "bin"
}

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update(ours: &World, theirs: &shared::World) {
    let sizes = (size_of_val(&theirs.wide), size_of_val(&ours.narrow));
    println!("hits={} out: v1 {} {} {} {}", hit(), sizes.0, sizes.1, shared::name(), name());
}

fn main() {
    let (ours, theirs) = (World { narrow: 1 }, shared::World::default());
    loop {
        update(&ours, &theirs);
        sleep(Duration::from_millis(20));
    }
}
