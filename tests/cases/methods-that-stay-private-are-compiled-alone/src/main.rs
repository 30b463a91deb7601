//# stdout: out: v1 
//# no-event: 600ms
//# edit 1 src/outer.rs: s/"private"/"private v2"/
//# patched: Outer::who; route slice; not main
//# stdout: hits=(?<more>\d+) out: v1 trait private v2 
//# oracle
//# edit 2 src/outer.rs: s/"kept"/"kept v2"/
//# patched: Outer::kept; route slice
//# stdout: hits=(?<more>\d+) out: v1 trait private v2 kept v2 
//# oracle
//# edit 3 src/outer.rs: s/"dropped"/"dropped v2"/
//# patched: Outer::drop; route slice
//# stdout: hits=(?<more>\d+) out: v1 .* dropped v2
//# oracle
//# confirmed
//# edit 4: s/out: v1/out: v2/
//# patched: update; route slice
//# stdout: hits=(?<more>\d+) out: v2 trait private v2 kept v2 
//# oracle
//# edit 5 src/outer.rs: s/"own"/"own v2"/
//# patched: Outer::how; route replay; because inlined
//# stdout: hits=(?<more>\d+) out: v2 .*trait's own v2
//# oracle

mod outer;

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;
use outer::{Outer, Who as _};

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    let log = std::cell::RefCell::default();
    let outer = Outer::new(&log);
    print!("hits={hits} out: v1 {} {} {} ", outer.who(), outer.shown(), outer.kept());
    let how = format!("{} {}", outer.how(), outer.asked());
    drop(outer);
    println!("{} {how}", log.borrow());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
