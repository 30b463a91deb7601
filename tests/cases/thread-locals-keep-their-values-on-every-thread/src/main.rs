//# stdout: out: v1 thread=1 const=(?<more_c1>\d+) lazy=(?<more_l1>\d+) drop=(?<more_d1>\d+)$
//# stdout: out: v1 thread=2 const=(?<more_c2>\d+) lazy=(?<more_l2>\d+) drop=(?<more_d2>\d+)$
//# stdout: out: v1 thread=3 const=(?<more_c3>\d+) lazy=(?<more_l3>\d+) drop=(?<more_d3>\d+)$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: out: v2 thread=1 const=(?<more_c1>\d+) lazy=(?<more_l1>\d+) drop=(?<more_d1>\d+)$
//# stdout: out: v2 thread=2 const=(?<more_c2>\d+) lazy=(?<more_l2>\d+) drop=(?<more_d2>\d+)$
//# stdout: out: v2 thread=3 const=(?<more_c3>\d+) lazy=(?<more_l3>\d+) drop=(?<more_d3>\d+)$
//# edit 2: s/v2/v3/
//# patched: update
//# stdout: out: v3 thread=1 const=(?<more_c1>\d+) lazy=(?<more_l1>\d+) drop=(?<more_d1>\d+)$
//# stdout: out: v3 thread=2 const=(?<more_c2>\d+) lazy=(?<more_l2>\d+) drop=(?<more_d2>\d+)$
//# stdout: out: v3 thread=3 const=(?<more_c3>\d+) lazy=(?<more_l3>\d+) drop=(?<more_d3>\d+)$

use std::cell::{Cell, RefCell};
use std::thread::{self, sleep};
use std::time::Duration;

use hot_runtime::hot;

thread_local! {
    static CONST: Cell<u64> = const { Cell::new(1000) };
    static LAZY: Cell<u64> = Cell::new(start());
    static DROP: RefCell<Vec<u64>> = RefCell::default();
}

fn start() -> u64 {
    "2000".parse().unwrap()
}

#[hot]
fn update(thread: u32) {
    CONST.set(CONST.get() + 1);
    LAZY.set(LAZY.get() + 1);
    let length = DROP.with_borrow_mut(|list| {
        list.push(1);
        list.len()
    });
    println!("out: v1 thread={thread} const={} lazy={} drop={length}", CONST.get(), LAZY.get());
}

fn work(thread: u32) {
    for _ in 0..thread * 100 {
        LAZY.set(LAZY.get() + 1);
    }
    loop {
        update(thread);
        sleep(Duration::from_millis(20));
    }
}

fn main() {
    thread::spawn(|| work(2));
    thread::spawn(|| work(3));
    work(1);
}
