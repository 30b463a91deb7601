//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/
//# patched: Spot::one
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle

use std::any::type_name;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Spot(u32);

fn kind_of<T>(_: &T) -> &'static str {
    type_name::<T>()
}

impl Spot {
    fn one(&self) -> String {
        let closure = || self.0;
        format!("v1 {} {}", kind_of(&closure), closure())
    }
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: {}", Spot(1).one());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
