//# stdout: hits=(?<more>\d+) out: v1 1 v1 1$
//# no-event: 300ms
//# edit 1 shapes/src/lib.rs: s/"v1 {value:?}"/"v2 {value:?}"/
//# patched: shown; hot shown; not main
//# stdout: hits=(?<more>\d+) out: v2 1 v2 1$
//# oracle
//# edit 2 shapes/src/lib.rs: s/shown(&1_u8)/shown(&1_u16)/
//# edit 2 shapes/src/lib.rs: s/"v2 {value:?}"/"v3 {value:?}"/
//# answer
//# stdout: hits=(?<more>\d+) out: v3 1 v3 1$
//# oracle
//# edit 3 shapes/src/lib.rs: s/"v3 {value:?}"/"v4 {value:?}"/
//# answer
//# stdout: hits=(?<more>\d+) out: v4 1 v4 1$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;
use shapes::{own, shown};

#[hot]
fn of_library() -> String {
    own()
}

fn main() {
    let mut hits = 0;
    loop {
        hits += 1;
        println!("hits={hits} out: {} {}", of_library(), shown(&1_u8));
        sleep(Duration::from_millis(10));
    }
}
