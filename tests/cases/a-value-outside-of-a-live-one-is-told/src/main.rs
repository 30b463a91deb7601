//# stdout: 1$
//# edit 1: s@value: u32@value: u64@
//# refused: layout-changed; says values of the old one may be alive: `main` (src/main.rs:27), which is not hot, may be at work with one
//# stdout: [2-9]$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
struct Counter {
    value: u32,
}

#[hot]
fn counter() -> Counter {
    Counter { value: 0 }
}

#[hot]
fn count(counter: &mut Counter) {
    counter.value += 1;
    println!("{}", counter.value);
}

fn main() {
    let mut counter = Box::new(counter());
    loop {
        count(&mut counter);
        sleep(Duration::from_millis(20));
    }
}
