//# stdout: hits=(?<more>\d+) out: v1 7 v1 x$
//# edit 1: s/v1 {value}/v2 {value}/
//# patched: shown; route slice
//# stdout: hits=(?<more>\d+) out: v2 7 v2 x$
//# confirmed
//# edit 2: s/"v2 {value}"/"v3 {value} {}", world.hidden/
//# patched: shown; route slice
//# stdout: hits=(?<more>\d+) out: v3 7 9 v3 x 9$
//# compile-error: E0616
//# undone
//# stdout: hits=(?<more>\d+) out: v2 7 v2 x$
//# edit 3: s/"v3 {value} {}", world.hidden/"v4 {value} {}", world.open()/
//# patched: shown
//# stdout: hits=(?<more>\d+) out: v4 7 9 v4 x 9$
//# oracle

use std::fmt::Display;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod inner {
    pub struct World {
        hidden: u32,
    }

    impl World {
        pub fn new() -> Self {
            Self { hidden: 9 }
        }

        pub fn open(&self) -> u32 {
            self.hidden
        }
    }
}

#[hot]
fn shown<T: Display>(value: T, world: &inner::World) -> String {
    let _ = world.open();
    format!("v1 {value}")
}

fn main() {
    let mut hits = 0;
    let world = inner::World::new();
    loop {
        hits += 1;
        println!("hits={hits} out: {} {}", shown(7, &world), shown("x", &world));
        sleep(Duration::from_millis(10));
    }
}
