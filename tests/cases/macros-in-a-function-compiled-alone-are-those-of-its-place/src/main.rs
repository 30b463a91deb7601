//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/
//# edit 1 src/user.rs: s/v1/v2/g
//# patched: update, user::of_file, user::inner::of_inner, Meter::read; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 2 src/user.rs: s/v2/v3/g
//# patched: user::of_file; route slice
//# stdout: hits=(?<more>\d+) out: v2 file v3
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

macro_rules! said {
    ($text:expr) => {
        concat!("first ", $text)
    };
}

#[macro_use]
mod shared {
    macro_rules! doubled {
        ($number:expr) => {
            $crate::shared::twice($number)
        };
    }

    pub fn twice(number: u32) -> u32 {
        number * 2
    }
}

mod user;

macro_rules! later {
    () => {
        "later"
    };
}

#[allow(unused_macros)]
macro_rules! said {
    ($text:expr) => {
        concat!("second ", $text)
    };
}

mod by_path {
    macro_rules! named {
        ($($name:ident),*) => {
            [$(stringify!($name)),*].join("+")
        };
    }
    pub(crate) use named;
}

#[macro_export]
macro_rules! exported {
    () => {
        $crate::hit()
    };
}

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn update() {
    println!(
        "hits={} out: v1 {} {} {} {} {}",
        exported!(),
        user::of_file(),
        said!("root"),
        later!(),
        by_path::named!(a, b),
        user::inner::of_inner()
    );
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
