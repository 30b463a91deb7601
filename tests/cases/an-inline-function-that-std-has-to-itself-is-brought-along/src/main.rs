//# run: --release
//# stdout: out: 3
//# edit 1: s/p.to_string()/format!("{:?}", Path::Both(p, String::from("x")))/
//# edit 1: s/#[inline(never)]/#[derive(Debug)]\nenum Path {\n    One(String),\n    Both(u64, String),\n    Two(u64, u64),\n}\n\n#[inline(never)]/
//# patched: made
//# stdout: out: Both
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[inline(never)]
fn made(p: u64) -> String {
    p.to_string()
}

#[hot]
fn update(p: u64) {
    println!("out: {}", made(p));
}

fn main() {
    loop {
        update(3);
        sleep(Duration::from_millis(20));
    }
}
