//# stdout: hits=(?<more>\d+) out: v1 4 base
//# edit 1: s/trait Area {/trait Area {\n    fn name(&self) -> String {\n        "area".into()\n    }/
//# edit 1: s/"{}", shape.area()/"{} {}", shape.name(), shape.area()/
//# patched: report
//# stdout: hits=(?<more>\d+) out: v1 area 4 base
//# edit 2: s/fn area(&self) -> u64;/fn area(&self, by: u64) -> u64;/
//# edit 2: s/fn area(&self) -> u64 {/fn area(&self, by: u64) -> u64 {\n        let _ = by;/
//# edit 2: s/shape.area()/shape.area(2)/
//# patched: report
//# edit 3: s/trait Base {/trait Base {\n    fn more(&self) -> u64 {\n        1\n    }/
//# refused: trait-changed; says Base
//# edit 4: s/trait Base {\n    fn more(&self) -> u64 {\n        1\n    }/trait Base {/
//# unchanged
//# edit 5: s/let shape = Square(2);/let shape = Square(2);\n    *KEPT.lock().unwrap() = Some(Box::new(Square(3)));/
//# edit 5: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 area 4 base
//# edit 6: s/fn name(&self) -> String {/fn more(&self) -> u64 {\n        1\n    }\n    fn name(&self) -> String {/
//# refused: trait-changed; says Area
//# edit 7: s/fn more(&self) -> u64 {\n        1\n    }\n    fn name/fn name/
//# edit 7: s/out: v2/out: v3/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v3 area 4 base
//# oracle

use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

trait Area {
    fn area(&self) -> u64;
}

struct Square(u64);

impl Area for Square {
    fn area(&self) -> u64 {
        self.0 * self.0
    }
}

trait Base {
    fn base(&self) -> &'static str {
        "base"
    }
}

trait Derived: Base {}

impl Base for Square {}
impl Derived for Square {}

#[allow(dead_code)]
static KEPT: Mutex<Option<Box<dyn Area + Send>>> = Mutex::new(None);

fn report<T: Area>(shape: &T) -> String {
    format!("{}", shape.area())
}

#[hot]
fn update(hits: u32, derived: &dyn Derived) {
    let shape = Square(2);
    println!("hits={hits} out: v1 {} {}", report(&shape), derived.base());
}

fn main() {
    for hits in 1.. {
        update(hits, &Square(1));
        sleep(Duration::from_millis(20));
    }
}
