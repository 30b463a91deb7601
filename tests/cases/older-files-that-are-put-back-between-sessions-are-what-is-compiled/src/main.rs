//# stdout: out: v1 1$
//# edit 1: s/v1/v2/
//# edit 1 src/part.rs: s/    1/    2/
//# patched: update, part::number
//# stdout: out: v2 2$
//# signal: INT to group
//# exited: signal 2
//# exit: any
//# edit 2 by restore: s/v2/v1/
//# edit 2 src/part.rs by restore: s/    2/    1/
//# second start
//# second stdout: out: v1 1$
//# edit 3: s/out: v1/out: v3/
//# edit 3: s/part::number());/part::number());\n    let _added = std::mem::size_of::<Added>();/
//# edit 3: s/fn main/struct Added;\n\nfn main/
//# second patched: update; not part::number
//# second stdout: out: v3 1$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod part;

#[hot]
fn update() {
    println!("out: v1 {}", part::number());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
