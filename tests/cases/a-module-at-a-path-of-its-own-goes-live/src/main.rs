//# stdout: hits=(?<more>\d+) out: one v1, two v1, three v1$
//# edit 1 src/elsewhere/first.rs: s/v1/v2/
//# patched: name@src/elsewhere/first.rs
//# stdout: hits=(?<more>\d+) out: one v2, two v1, three v1$
//# edit 2 shared/second.rs: s/v1/v2/
//# patched: name@shared/second.rs
//# stdout: hits=(?<more>\d+) out: one v2, two v2, three v1$
//# edit 3 src/inside/third_file.rs: s/v1/v2/
//# patched: name@src/inside/third_file.rs
//# stdout: hits=(?<more>\d+) out: one v2, two v2, three v2$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[path = "elsewhere/first.rs"]
mod one;
#[path = "../shared/second.rs"]
mod two;

mod inside {
    #[path = "third_file.rs"]
    pub(crate) mod three;
}

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update() {
    println!("hits={} out: {}, {}, {}", hit(), one::name(), two::name(), inside::three::name());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
