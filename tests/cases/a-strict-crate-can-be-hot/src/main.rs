//# never-stderr: ^(warning|error)
//# stdout: out: v1$
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: out: v2$
//# oracle

//! Forbids what a careful crate forbids.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications)]
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

/// Something public.
#[hot]
pub(crate) fn update() {
    println!("out: v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
