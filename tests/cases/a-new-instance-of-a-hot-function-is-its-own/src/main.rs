//# stdout: hits=(?<more>\d+) out: u8 v1 1 kept 9$
//# no-event: 300ms
//# edit 1: s/shown(1_u8)/format!("{} {}", shown(1_u8), shown("new"))/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: u8 v1 1 &str v1 new kept 9$
//# oracle
//# edit 2: s/v1 {value}/v2 {value}/
//# patched: shown; hot shown; not main; not update
//# stdout: hits=(?<more>\d+) out: u8 v2 1 &str v2 new kept 9$
//# oracle
//# edit 3: s/shown("new")/shown(Some(3))/
//# edit 3: s/v2 {value}/v3 {value}/
//# edit 3: s/fn shown<T: Display>(value: T)/fn shown<T: std::fmt::Debug>(value: T)/
//# edit 3: s/{value}", type_name/{value:?}", type_name/
//# patched: update, shown; not main
//# stdout: hits=(?<more>\d+) out: u8 v3 1 .*Option<i32> v3 Some\(3\) kept 9$
//# oracle
//# edit 4: s/v3 {value/v4 {value/
//# patched: shown; hot shown; not main; not update
//# stdout: hits=(?<more>\d+) out: u8 v4 1 .*Option<i32> v4 Some\(3\) kept 9$
//# oracle

use std::any::type_name;
use std::fmt::Display;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn shown<T: Display>(value: T) -> String {
    format!("{} v1 {value}", type_name::<T>())
}

/// It has one instance, and a static that all would share.
#[hot]
fn kept<T: Into<u32>>(value: T) -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static KEPT: AtomicU32 = AtomicU32::new(9);
    KEPT.fetch_add(value.into(), Ordering::Relaxed)
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: {} kept {}", shown(1_u8), kept(0_u16));
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(10));
    }
}
