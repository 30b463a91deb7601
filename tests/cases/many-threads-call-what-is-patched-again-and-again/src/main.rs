//# stdout: calls=(?<more>\d+) wrong=0 out: v0$
//# saves 20 every 250ms: s/VERSION: u64 = 0/VERSION: u64 = {n}/
//# stdout: calls=(?<more>\d+) wrong=0 out: v20$
//# stdout: calls=(?<more>\d+) wrong=0 out: v20$
//# patches: 700ms
//# oracle

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use hot_runtime::hot;

const VERSION: u64 = 0;

static CALLS: AtomicU64 = AtomicU64::new(0);
static WRONG: AtomicU64 = AtomicU64::new(0);

struct Guard<'a>(&'a mut u64);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        *self.0 += VERSION;
    }
}

/// Three times the same number, through a helper, a trait object, and a guard that a panic drops.
#[hot]
fn work() -> [u64; 3] {
    let mut dropped = 0;
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let guard = Guard(&mut dropped);
        if *guard.0 == 0 {
            resume_unwind(Box::new(helper(&|| VERSION)));
        }
    }));
    let thrown = caught.unwrap_err().downcast::<u64>().unwrap();
    [VERSION, *thrown, dropped]
}

fn helper(of: &dyn Fn() -> u64) -> u64 {
    of()
}

fn call() {
    let mut last = 0;
    loop {
        let [one, two, three] = work();
        if one != two || two != three || one < last {
            WRONG.fetch_add(1, Ordering::Relaxed);
        }
        last = one;
        CALLS.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_micros(200));
    }
}

#[hot]
fn update() {
    println!("calls={} wrong={} out: v{VERSION}", CALLS.load(Ordering::Relaxed), WRONG.load(Ordering::Relaxed));
}

fn main() {
    for _ in 0..8 {
        thread::spawn(call);
    }
    loop {
        sleep(Duration::from_millis(20));
        update();
    }
}
