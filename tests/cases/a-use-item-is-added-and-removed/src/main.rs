//# stdout: out: v1$
//# edit 1: s/use std::time::Duration;/use std::collections::BTreeSet as Set;\nuse std::fmt::Write as _;\nuse std::time::Duration;/
//# edit 1: s/let out = "v1";/let mut out = String::new();\n    let set: Set<_> = ["c", "a", "b"].into();\n    write!(out, "{set:?}").unwrap();/
//# patched: update; not main
//# stdout: out: \{"a", "b", "c"\}$
//# oracle
//# edit 2: s/use std::collections::BTreeSet as Set;\nuse std::fmt::Write as _;\n//
//# edit 2: s/let mut out = String::new();\n    let set: Set<_> = ["c", "a", "b"].into();\n    write!(out, "{set:?}").unwrap();/let out = "v3";/
//# patched: update
//# stdout: out: v3$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    let out = "v1";
    println!("out: {out}");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
