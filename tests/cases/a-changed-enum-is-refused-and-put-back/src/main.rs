//# stdout: hits=(?<more>\d+) out: v1
//# edit 1: s/Round,/Flat(u64),\n    Round,/
//# edit 1: s/Shape::Round => 1/Shape::Flat(n) => *n,\n        Shape::Round => 1/
//# refused: layout-changed; says Shape
//# stderr: Shape
//# stdout: hits=(?<more>\d+) out: v1
//# edit 2: s/Flat(u64),\n    //
//# edit 2: s/Shape::Flat(n) => *n,\n        //
//# unchanged
//# stdout: hits=(?<more>\d+) out: v1
//# edit 3: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[allow(dead_code)]
enum Shape {
    Round,
    Square,
}

#[hot]
fn update(hits: &mut u64, shape: &Shape) {
    *hits += match shape {
        Shape::Round => 1,
        Shape::Square => 2,
    };
    println!("hits={hits} out: v1");
}

fn main() {
    let (mut hits, shape) = (0, Shape::Square);
    loop {
        update(&mut hits, &shape);
        sleep(Duration::from_millis(20));
    }
}
