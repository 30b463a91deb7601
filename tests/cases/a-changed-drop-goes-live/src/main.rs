//# stdout: out: v1 \[b1, a1\]$
//# edit 1: s/{}1/{}2/
//# patched: Guard::drop; route slice; not main
//# stdout: out: v1 \[b2, a2\]$
//# edit 2: s/impl Drop for Guard/#[cfg(any())]\nimpl Drop for Guard/
//# edit 2: s/out: v1/out: v2/
//# patched: update
//# stdout: out: v2 \[\]$
//# oracle
//# edit 3: s/#[cfg(any())]\n//
//# patched: update
//# stdout: out: v2 \[b2, a2\]$
//# oracle

use std::cell::RefCell;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[allow(dead_code)]
struct Guard<'log>(&'static str, &'log RefCell<Vec<String>>);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(format!("{}1", self.0));
    }
}

#[hot]
fn update() {
    let log = RefCell::default();
    {
        let _a = Guard("a", &log);
        let _b = Box::new(Guard("b", &log));
    }
    println!("out: v1 [{}]", log.borrow().join(", "));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
