//# stdout: hits=(?<more>\d+) out: v1
//# edit 1: s/whole: u64,\n/whole: u64,\n    wide: u128,\n/
//# refused: layout-changed; says Bits
//# stderr: Bits
//# stdout: hits=(?<more>\d+) out: v1
//# edit 2: s/    wide: u128,\n//
//# unchanged
//# stdout: hits=(?<more>\d+) out: v1
//# edit 3: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[allow(dead_code)]
union Bits {
    whole: u64,
    half: u32,
}

#[hot]
fn update(hits: &mut Bits) {
    // SAFETY: every bit pattern is a number.
    let whole = unsafe { &mut hits.whole };
    *whole += 1;
    println!("hits={whole} out: v1");
}

fn main() {
    let mut hits = Bits { whole: 0 };
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
