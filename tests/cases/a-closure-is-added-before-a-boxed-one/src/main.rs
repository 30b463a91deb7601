//# stdout: out: 9$
//# no-event: 600ms
//# edit 1: s/let boxed/let twice = |n: u32| n * 2;\n    let boxed/
//# edit 1: s/boxed(4)/boxed(twice(4))/
//# patched: sum; route slice; not main
//# stdout: out: 13$
//# oracle
//# no-event: 700ms
//# edit 2: s/n * 2/n * 3/
//# patched: sum; route slice; not main
//# stdout: out: 17$
//# no-event: 700ms
//# edit 3: s/let twice = |n: u32| n * 3;\n    //
//# edit 3: s/boxed(twice(4))/boxed(5)/
//# patched: sum; route slice; not main
//# stdout: out: 10$
//# oracle
//# no-event: 700ms

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

fn sum(by: u32) -> u32 {
    let boxed: Box<dyn Fn(u32) -> u32> = Box::new(move |n| n + by);
    boxed(4)
}

#[hot]
fn update() {
    println!("out: {}", sum(5));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
