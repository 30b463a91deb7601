//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/fn scaled(n: u32)/fn scaled(n: u64)/
//# edit 1: s/scaled(3)/scaled(3) + 1/
//# patched: update; route replay; because a signature changed
//# stdout: hits=(?<more>\d+) out: v1 .*\[7\]
//# edit 2: s/fn area(&self) -> u32 {/fn side(&self) -> u32 {\n        self.0\n    }\n\n    fn area(&self) -> u32 {/
//# edit 2: s/self.0 * self.0/self.side() * 10/
//# patched: Square::area; route replay; because a method was added
//# stdout: hits=(?<more>\d+) out: v1 .*\(30\)
//# edit 3: s/fn spare() -> u32 {\n    0\n}\n\n//
//# edit 3: s/+ spare()/+ 5/
//# patched: update; route replay; because a function was removed
//# stdout: hits=(?<more>\d+) out: v1 .*<8>
//# edit 4: s/LIMIT: u32 = 4/LIMIT: u32 = 5/
//# patched: ; route replay; because more than function bodies
//# stdout: hits=(?<more>\d+) out: v1 .*\{5\}
//# edit 5: s/#[derive(Debug)]\nstruct Spot/#[derive(Debug, PartialEq)]\nstruct Spot/
//# edit 5: s/Spot { x: 1 }.x == 1/Spot { x: 1 } == Spot { x: 2 }/
//# patched: update; route replay; because more than function bodies
//# stdout: hits=(?<more>\d+) out: v1 .*false
//# edit 6: s/mod inner {/pub(crate) mod inner {\n    use super::LIMIT;\n/
//# edit 6: s/"inner".len()/"inner".len() + LIMIT as usize/
//# patched: inner::length
//# stdout: hits=(?<more>\d+) out: v1 .*~10
//# edit 7: s/out: v1/out: v2/
//# patched: update; route slice
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

const LIMIT: u32 = 4;

fn scaled(n: u32) -> u64 {
    n as u64 * 2
}

#[derive(Debug)]
struct Spot {
    x: u32,
}

struct Square(u32);

impl Square {
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

fn spare() -> u32 {
    0
}

mod inner {
    pub fn length() -> usize {
        "inner".len()
    }
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!(
        "hits={hits} out: v1 [{}] ({}) <{}> {{{LIMIT}}} {} {:?} ~{}",
        scaled(3),
        Square(3).area(),
        3 + spare(),
        Spot { x: 1 }.x == 1,
        Spot { x: 2 },
        inner::length(),
    );
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
