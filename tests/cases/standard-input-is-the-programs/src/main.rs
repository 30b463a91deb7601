//# stdout: ready
//# stdin: one
//# stdout: out: v1 one
//# edit 1: s/v1/v2/
//# patched: answer
//# stdin: two
//# stdout: out: v2 two
//# close-stdin
//# stdout: end
//# exit: 0

use std::io;

use hot_runtime::hot;

#[hot]
fn answer(line: &str) {
    println!("out: v1 {line}");
}

fn main() {
    println!("ready");
    for line in io::stdin().lines() {
        answer(&line.unwrap());
    }
    println!("end");
}
