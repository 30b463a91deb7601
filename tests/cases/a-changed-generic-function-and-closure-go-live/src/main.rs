//# stdout: out: \[2, 3\] a$
//# edit 1: s/n + 1/n * 10/
//# edit 1: s/left < right/left > right/
//# patched: update; not main
//# stdout: out: \[10, 20\] b$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    let numbers: Vec<u32> = [1, 2].into_iter().map(|n| n + 1).collect();
    println!("out: {numbers:?} {}", choose("a", "b"));
}

fn choose<T: PartialOrd>(left: T, right: T) -> T {
    if left < right { left } else { right }
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
