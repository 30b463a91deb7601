//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: update, Outer::shown, Outer::number, globbed::drops, prelude::made
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# edit 2: s/"made v2"/"made v3"/
//# patched: prelude::made
//# stdout: hits=(?<more>\d+) out: v2 .*made v3
//# oracle
//# edit 3: s/"number v2"/"number v3"/
//# patched: Outer::number
//# stdout: hits=(?<more>\d+) out: v2 .*number v3
//# oracle
//# edit 4: s/"shown v2"/"shown v3"/
//# patched: Outer::shown
//# stdout: hits=(?<more>\d+) out: v2 .*shown v3
//# oracle
//# edit 5: s/"drops v2"/"drops v3"/
//# patched: globbed::drops
//# stdout: hits=(?<more>\d+) out: v2 .*drops v3
//# oracle

use std::thread::sleep;
use std::time::Duration;

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

    pub trait Who {
        fn who(&self) -> &'static str;
    }

    impl Who for Outer {
        fn who(&self) -> &'static str {
            "trait"
        }
    }

    impl Outer {
        pub fn new() -> Self {
            Self { x: 1, inner: Inner { x: 2 } }
        }

        pub fn number(&self) -> String {
            format!("{} {}", "number v1", self.x)
        }

        pub fn shown(&self) -> String {
            format!("{} {}", "shown v1", self.who())
        }

        fn who(&self) -> &'static str {
            "private"
        }
    }
}

mod globbed {
    use std::sync::atomic::{AtomicU32, Ordering};

    static DROPS: AtomicU32 = AtomicU32::new(0);

    fn drop<T>(_: T) {
        DROPS.fetch_add(1, Ordering::Relaxed);
    }

    pub fn drops() -> String {
        let before = DROPS.load(Ordering::Relaxed);
        drop(());
        format!("{} {}", "drops v1", DROPS.load(Ordering::Relaxed) - before)
    }
}

mod prelude {
    #[derive(Debug, Default)]
    struct Vec(u32);

    impl Vec {
        fn new() -> Self {
            Self(7)
        }

        fn len(&self) -> u32 {
            self.0
        }
    }

    #[allow(dead_code)]
    #[derive(Debug)]
    enum Option {
        Some(u32),
        None,
    }

    use self::Option::*;

    fn size_of<T>() -> usize {
        100
    }

    pub fn made() -> String {
        let list = Vec::new();
        format!("{} {} {:?} {}", "made v1", list.len(), Some(3), size_of::<u8>())
    }
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    let outer = inner::Outer::new();
    println!(
        "hits={hits} out: v1 {} {} {} {} {}",
        outer.number(),
        outer.shown(),
        outer.x,
        globbed::drops(),
        prelude::made()
    );
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
