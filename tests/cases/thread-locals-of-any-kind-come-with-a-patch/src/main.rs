//# variant unoptimized: CARGO_PROFILE_DEV_OPT_LEVEL=0
//# variant optimized: CARGO_PROFILE_DEV_OPT_LEVEL=2
//# stdout: main n=(?<more_main>\d+) none out: v1$
//# stdout: other n=(?<more_other>\d+) none
//# edit 1: s|// later|thread_local! {\n    static NONZERO: Cell<u64> = const { Cell::new(41) };\n    static LARGE: RefCell<[u8; 70_000]> = const { RefCell::new([7; 70_000]) };\n    static ALIGNED: RefCell<Aligned> = const { RefCell::new(Aligned([3; 5])) };\n    static LAZY: RefCell<Vec<String>> = RefCell::new(vec!["lazy".to_owned()]);\n    static GUARD: RefCell<Option<Guard>> = const { RefCell::new(None) };\n}|
//# edit 1: s|"none".to_owned()|{\n        NONZERO.set(NONZERO.get() + 1);\n        let last = LARGE.with_borrow_mut(\|large\| { large[69_999] = large[69_999].wrapping_add(1); large[69_998] });\n        let aligned = ALIGNED.with_borrow_mut(\|it\| { it.0[4] += 1; (it.0[0], &raw const *it as usize % 256) });\n        let lazy = LAZY.with_borrow_mut(\|it\| { it.push("more".to_owned()); it[0].clone() });\n        GUARD.with_borrow_mut(\|it\| it.get_or_insert(Guard).touch());\n        format!("a nonzero={} last={last} aligned={aligned:?} {lazy} dropped={} end", NONZERO.get(), DROPPED.load(Ordering::Relaxed))\n    }|
//# patched: brought; not main
//# stdout: main n=(?<more_main>\d+) a nonzero=(?<more_nonzero>\d+) last=7 aligned=\(3, 0\) lazy dropped=(?<more_dropped>[1-9]\d*) end out: v1$
//# stdout: other n=(?<more_other>\d+) a nonzero=(?<more_nonzero_of_other>\d+) last=7 aligned=\(3, 0\) lazy
//# stdout: main n=(?<more_main>\d+) a nonzero=(?<more_nonzero>\d+) last=7 aligned=\(3, 0\) lazy dropped=(?<more_dropped>\d+) end out: v1$
//# edit 2: s/format!("a nonzero/format!("b nonzero/
//# patched: brought; not main
//# stdout: main n=(?<more_main>\d+) b nonzero=(?<more_nonzero>\d+) last=7 aligned=\(3, 0\) lazy dropped=(?<more_dropped>\d+) end out: v1$
//# stdout: other n=(?<more_other>\d+) b nonzero=(?<more_nonzero_of_other>\d+) last=7 aligned=\(3, 0\) lazy
//# edit 3: s/v1/v2/
//# patched: update; not main
//# stdout: main n=(?<more_main>\d+) b nonzero=(?<more_nonzero>\d+) last=7 aligned=\(3, 0\) lazy dropped=(?<more_dropped>\d+) end out: v2$
//# stdin: end
//# exit: 0

#![allow(dead_code, unused_imports)]

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use hot_runtime::hot;

static DROPPED: AtomicU64 = AtomicU64::new(0);
static ENDED: AtomicBool = AtomicBool::new(false);

thread_local! {
    static OLD: Cell<u64> = const { Cell::new(1) };
}

#[repr(align(256))]
struct Aligned([u64; 5]);

struct Guard;

impl Guard {
    fn touch(&mut self) {}
}

impl Drop for Guard {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

// later

fn brought() -> String {
    "none".to_owned()
}

fn count() -> u64 {
    OLD.set(OLD.get() + 1);
    OLD.get()
}

#[hot]
fn update(who: &str) {
    println!("{who} n={} {} out: v1", count(), brought());
}

fn main() {
    // A thread that runs already when the patch comes, and threads that begin and end all the time.
    let other = thread::spawn(|| {
        while !ENDED.load(Ordering::Relaxed) {
            update("other");
            sleep(Duration::from_millis(20));
        }
    });
    thread::spawn(|| {
        std::io::stdin().read_line(&mut String::new()).unwrap();
        ENDED.store(true, Ordering::Relaxed);
    });
    while !ENDED.load(Ordering::Relaxed) {
        update("main");
        thread::spawn(|| update("short")).join().unwrap();
        sleep(Duration::from_millis(20));
    }
    other.join().unwrap();
}
