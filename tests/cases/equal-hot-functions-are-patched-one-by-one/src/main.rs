//# run: --release
//# stdout: out: 3 3 3$
//# edit 1 src/left.rs: s/n + 1/n + 2/
//# patched: left::step; not right::step; not third; not main
//# no-event: 300ms
//# stdout: out: 4 3 3$
//# edit 2 src/right.rs: s/n + 1/n + 2/
//# patched: right::step; not left::step; not third; not main
//# no-event: 300ms
//# stdout: out: 4 4 3$
//# edit 3: s/number + 1/number + 5/
//# patched: third; not step; not main
//# no-event: 300ms
//# stdout: out: 4 4 7$
//# edit 4 src/left.rs: s/n + 2/n + 1/
//# patched: left::step; not right::step; not third; not main
//# stdout: out: 3 4 7$
//# oracle

mod left;
mod right;

use std::hint::black_box;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn third(number: u64) -> u64 {
    #![allow(clippy::needless_return)]
    return number + 1;
}

fn main() {
    loop {
        let number = black_box(2);
        println!("out: {} {} {}", left::step(number), right::step(number), third(number));
        sleep(Duration::from_millis(20));
    }
}
