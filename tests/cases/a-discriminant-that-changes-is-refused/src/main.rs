//# stdout: hits=(?<more>\d+) out: v1 5$
//# edit 1: s/Small = 5/Small = 6/
//# refused: layout-changed; says Size
//# edit 2: s/Small = 6/Small = 5/
//# unchanged
//# edit 3: s/#[repr(u8)]\n/#[repr(u16)]\n/
//# refused: layout-changed; says Size
//# edit 4: s/#[repr(u16)]\n/#[repr(u8)]\n/
//# edit 4: s/v1/v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 5$

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[repr(u8)]
#[derive(Clone, Copy)]
enum Size {
    Small = 5,
    #[allow(dead_code)]
    Large = 9,
}

#[hot]
fn update(size: Size) {
    println!("hits={} out: v1 {}", hit(), size as u8);
}

fn main() {
    let size = Size::Small;
    loop {
        update(size);
        sleep(Duration::from_millis(20));
    }
}
