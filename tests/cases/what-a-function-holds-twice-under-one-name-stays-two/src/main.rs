//# stdout: first=(?<more_first>\d\d?\d?) second=(?<more_second>5\d\d\d) out: v1 1 2 
//# no-event: 600ms
//# edit 1: s/v1/v2/
//# patched: both
//# stdout: first=(?<more_first>\d\d?\d?) second=(?<more_second>5\d\d\d) out: v2 1 2 
//# oracle
//# edit 2: s/{ 2 }/{ 3 }/
//# patched: both::part
//# stdout: first=(?<more_first>\d\d?\d?) second=(?<more_second>5\d\d\d) out: v2 1 3 
//# oracle

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

macro_rules! counted {
    ($from:expr) => {{
        static COUNT: AtomicU32 = AtomicU32::new($from);
        COUNT.fetch_add(1, Ordering::Relaxed)
    }};
}

fn both() -> String {
    print!("first={} second={} ", counted!(0), counted!(5000));
    let one = {
        fn part() -> u32 { 1 }
        part()
    };
    let two = {
        fn part() -> u32 { 2 }
        part()
    };
    format!("v1 {one} {two} ")
}

#[hot]
fn update() {
    println!("out: {}", both());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
