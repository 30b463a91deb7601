//# cwd: app
//# stdout: hits=(?<more>\d+) out: v1 near 1 far 1$
//# edit 1 near/src/lib.rs: s/near 1/near 2/
//# restart-needed: lib.rs; says near/src/lib.rs; says outside the workspace
//# edit 2 far/src/deeper/mod.rs: s/far 1/far 2/
//# restart-needed: mod.rs; says far/src/deeper/mod.rs; says outside the workspace
//# edit 3 far/src/deeper/mod.rs: s/far 2/far 1/
//# unchanged
//# edit 4 far/src/deeper/mod.rs: s/far 1/far 2/
//# restart-needed: mod.rs; says outside the workspace
//# edit 5: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 near 1 far 1$
//# hot: restart
//# restarted
//# stdout: hits=\d+ out: v2 near 2 far 2$
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
    println!("hits={} out: v1 {}", hit(), renamed::near());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
