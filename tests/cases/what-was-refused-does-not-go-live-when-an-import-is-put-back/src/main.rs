//# stdout: out: v1 1 of 1
//# no-event: 600ms
//# edit 1: s/use self::one::Kind/use self::two::Kind/
//# refused: static-changed
//# edit 2: s/use self::two::Kind/use self::one::Kind/
//# unchanged
//# stdout: hits=(?<more>\d+) out: v1 1 of 1
//# edit 3: s/v1/v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 1 of 1
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod one {
    pub struct Kind(pub u8);
}

mod two {
    pub struct Kind(pub u64);
}

use self::one::Kind;

static KIND: Kind = Kind(1);

fn kind() -> String {
    format!("{} of {}", KIND.0, size_of::<Kind>())
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 {}", kind());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
