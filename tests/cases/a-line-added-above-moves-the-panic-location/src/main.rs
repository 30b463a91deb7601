//# stdout: out: panicked at 28$
//# edit 1: s|// above|// above\n// above|
//# patched
//# stdout: out: panicked at 29$
//# oracle
//# edit 2: s|// above\n// above|// above|
//# patched
//# stdout: out: panicked at 28$
//# oracle

use std::panic;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    fail(3);
}

// above
#[hot]
fn fail(n: usize) {
    let list = [1, 2, 3];
    let list = &list[..];
    let list = list.to_vec();
    let _ = list[n];
}

fn main() {
    panic::set_hook(Box::new(|info| println!("out: panicked at {}", info.location().unwrap().line())));
    loop {
        let _ = panic::catch_unwind(update);
        sleep(Duration::from_millis(20));
    }
}
