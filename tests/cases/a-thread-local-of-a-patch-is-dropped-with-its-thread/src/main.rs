//# stdout: out: v1 0$
//# edit 1: s|// later|struct Guard(u32);\n\nimpl Drop for Guard {\n    fn drop(&mut self) {\n        DROPPED.fetch_add(self.0, Ordering::Relaxed);\n    }\n}\n\nthread_local! {\n    static GUARD: std::cell::RefCell<Option<Guard>> = const { std::cell::RefCell::new(None) };\n}|
//# edit 1: s|// inside|GUARD.set(Some(Guard(1)));|
//# patched: work; not main
//# stdout: out: v1 [1-9]\d*$
//# edit 2: s/v1/v2/
//# edit 2: s/Guard(1)/Guard(1000000)/
//# patched: work, update
//# stdout: out: v2 [1-9]\d{6}$

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static DROPPED: AtomicU32 = AtomicU32::new(0);

// later

#[hot]
fn work() {
    // inside
}

#[hot]
fn update() {
    std::thread::spawn(work).join().unwrap();
    println!("out: v1 {}", DROPPED.load(Ordering::Relaxed));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
