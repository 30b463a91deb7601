//# stdout: out: v1 2 trait 0
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: out: v2 2 trait 0
//# oracle

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use globbed::*;
use hot_runtime::hot;

mod inner {
    pub struct Outer {
        x: u32,
        inner: Inner,
    }

    pub struct Inner {
        pub x: u32,
    }

    impl std::ops::Deref for Outer {
        type Target = Inner;
        fn deref(&self) -> &Inner {
            &self.inner
        }
    }

    impl Outer {
        pub fn new() -> Self {
            let outer = Self { x: 1, inner: Inner { x: 2 } };
            assert_eq!((outer.x, outer.who()), (1, "private"));
            outer
        }

        fn who(&self) -> &'static str {
            "private"
        }
    }
}

trait Who {
    fn who(&self) -> &'static str;
}

impl Who for inner::Outer {
    fn who(&self) -> &'static str {
        "trait"
    }
}

mod globbed {
    pub static DROPS: super::AtomicU32 = super::AtomicU32::new(0);

    fn drop<T>(_: T) {
        DROPS.fetch_add(1, super::Ordering::Relaxed);
    }

    pub fn drops() -> u32 {
        if DROPS.load(super::Ordering::Relaxed) > 1000 {
            drop(());
        }
        DROPS.load(super::Ordering::Relaxed)
    }
}

#[hot]
fn update() {
    let outer = inner::Outer::new();
    drop(5);
    println!("out: v1 {} {} {}", outer.x, outer.who(), drops());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
