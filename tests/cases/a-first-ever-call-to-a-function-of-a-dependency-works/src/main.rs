//# stdout: out: v1$
//# edit 1: s/"v1"/format!("{:.2} {}", shapes::area(2.0), shapes::largest(&[3, 9, 4]))/
//# patched: update; not main
//# stdout: out: 12\.57 9$
//# oracle
//# edit 2: s/shapes::area(2.0)/Box::<dyn shapes::Shape>::from(shapes::Square(1.5)).area()/
//# patched: update
//# stdout: out: 2\.25 9$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("out: {}", "v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
