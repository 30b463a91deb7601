//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: update, Spot::one, Spot::two, Spot::shared, Spot::three; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Spot(u32);

impl Spot {
    fn one(&self) -> String {
        format!("one v1 {}", self.two())
    }
}

impl Spot {
    fn two(&self) -> String {
        format!("two v1 {}", self.0)
    }
}

trait A {
    fn shared(&self) -> String;
}

trait B {
    fn shared(&self) -> String;
}

impl A for Spot {
    fn shared(&self) -> String {
        format!("of a v1 {}", B::shared(self))
    }
}

impl B for Spot {
    fn shared(&self) -> String {
        format!("of b v1 {}", self.0)
    }
}

mod other {
    impl super::Spot {
        pub fn three(&self) -> String {
            format!("three v1 {}", self.one())
        }
    }
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 {} {}", Spot(1).three(), A::shared(&Spot(2)));
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
