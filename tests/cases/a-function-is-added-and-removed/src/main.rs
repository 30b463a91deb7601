//# stdout: out: v1$
//# edit 1: s/"v1"/extra()/
//# edit 1: s/fn main/fn extra() -> &'static str {\n    deeper().0\n}\n\nfn deeper() -> (&'static str, u8) {\n    ("v2", 2)\n}\n\nfn main/
//# patched: update, extra; cold extra; not main
//# stdout: out: v2$
//# oracle
//# edit 2: s/fn extra() -> &'static str {\n    deeper().0\n}\n\nfn deeper() -> (&'static str, u8) {\n    ("v2", 2)\n}\n\n//
//# edit 2: s/extra()/"v3"/
//# patched: update; not extra; not main
//# stdout: out: v3$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("out: {}", "v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
