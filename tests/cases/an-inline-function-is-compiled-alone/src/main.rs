//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: update, scale, Size::area, made; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 2: s/by 3/by 4/
//# edit 2: s/n * 3/n * 4/
//# patched: scale; route slice; not Size::area
//# stdout: hits=(?<more>\d+) out: v2 .*by 4
//# oracle
//# edit 3: s/self.0 * self.1/self.0 + self.1/
//# patched: Size::area; route slice; not scale
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 4: s/unused 1/unused 2/
//# unchanged
//# edit 5: s/by 4/by 5/
//# patched: scale; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*by 5
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[inline]
fn scale(n: u32) -> String {
    let times = |n| n * 3;
    format!("v1 by 3: {}", times(n))
}

struct Size(u32, u32);

impl Size {
    #[inline]
    fn area(&self) -> String {
        format!("v1 {} {}", self.0 * self.1, scale(self.0))
    }
}

#[inline]
fn text() -> &'static str {
    "of text"
}

fn made() -> String {
    format!("v1 {} {}", text(), Size(2, 5).area())
}

#[inline]
#[allow(dead_code)]
fn unused() -> &'static str {
    "unused 1"
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 {} {} {}", scale(7), Size(3, 4).area(), made());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
