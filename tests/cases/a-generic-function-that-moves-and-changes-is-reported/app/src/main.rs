//# run: -p {case}
//# stdout: out: 1 names=2$
//# edit 1 low/src/lib.rs: s/items.len()/items.len() * 2/
//# edit 1 low/src/lib.rs: s/    1\n/    count(&[1_u8]) \/ 2\n/
//# patched: one, count
//# restart-needed: count; says main
//# no-event: 300ms
//# stdout: out: 1 names=2$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(names: usize) {
    println!("out: {} names={names}", mid::one());
}

fn main() {
    let names = low::count(&[1_u8, 2]);
    loop {
        update(names);
        sleep(Duration::from_millis(20));
    }
}
