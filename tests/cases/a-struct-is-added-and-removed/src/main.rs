//# stdout: out: "v1"$
//# edit 1: s/"v1"/Pair { left: 2, right: "b" }/
//# edit 1: s/#[hot]/#[derive(Debug, Clone, PartialEq)]\nstruct Pair {\n    left: u32,\n    right: &'static str,\n}\n\n#[hot]/
//# patched: update; not main
//# stdout: out: Pair \{ left: 2, right: "b" \}$
//# oracle
//# edit 2: s/Pair { left: 2, right: "b" }/"v3"/
//# edit 2: s/#[derive(Debug, Clone, PartialEq)]\nstruct Pair {\n    left: u32,\n    right: &'static str,\n}\n\n//
//# patched: update
//# stdout: out: "v3"$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("out: {:?}", "v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
