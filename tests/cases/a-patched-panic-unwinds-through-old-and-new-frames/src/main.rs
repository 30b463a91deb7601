//# stdout: hits=(?<more>\d+) out: fail v1, dropped 2$
//# edit 1: s/fail v1/fail v2/
//# edit 1: s/let _guard = Guard;/let _guard = (Guard, Guard);/
//# patched: update, fail
//# stdout: hits=(?<more>\d+) out: fail v2, dropped 3$
//# oracle

use std::any::Any;
use std::cell::Cell;
use std::panic::{catch_unwind, set_hook};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

thread_local! {
    static DROPPED: Cell<u32> = const { Cell::new(0) };
}

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        DROPPED.set(DROPPED.get() + 1);
    }
}

#[hot]
fn update(between: &dyn Fn()) {
    let _guard = Guard;
    between();
}

#[hot]
fn fail() {
    panic!("fail v1");
}

fn message(panic: Box<dyn Any + Send>) -> &'static str {
    panic.downcast_ref::<&'static str>().copied().unwrap_or("?")
}

fn main() {
    set_hook(Box::new(|_| {}));
    for hits in 0u64.. {
        DROPPED.set(0);
        // main (old), update (new), this closure (old), fail (new).
        let caught = catch_unwind(|| {
            update(&|| {
                let _between = [Guard];
                fail();
            })
        });
        println!("hits={hits} out: {}, dropped {}", message(caught.unwrap_err()), DROPPED.get());
        sleep(Duration::from_millis(20));
    }
}
