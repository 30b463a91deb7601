//# stdout: n=(?<more>\d+) out: 3 Up
//# edit 1: s/x: u8 }/x: u8, y: u64 }/
//# edit 1: s/Point { x: 1 }/Point { x: 1, y: 40 }/
//# edit 1: s/u64::from(point.x)/u64::from(point.x) + point.y/
//# patched: update
//# stdout: n=(?<more>\d+) out: 43 Up
//# edit 2: s/    Up,/    Down(u64, u64), Up,/
//# edit 2: s/Way::Up => /Way::Down(..) | Way::Up => /
//# patched: update
//# stdout: n=(?<more>\d+) out: 43 Up
//# edit 3: s/    Way::Up\n/    Way::Down(7, 8)\n/
//# edit 3: s/Way::Down(..) | Way::Up => "Up".into()/Way::Up => "Up".into(), Way::Down(a, b) => format!("Down {a} {b}")/
//# patched: name, way
//# stdout: n=(?<more>\d+) out: 43 Down 7 8
//# edit 4: s/y: u64 }/y: [u64; 4], name: String }/
//# edit 4: s/y: 40 }/y: [10; 4], name: "4".repeat(4) }/
//# edit 4: s/ + point.y/ + point.y.iter().sum::<u64>() + point.name.len() as u64/
//# patched: update
//# stdout: n=(?<more>\d+) out: 47 Down 7 8
//# hot: undo 1
//# undone
//# stdout: n=(?<more>\d+) out: 43 Up
//# hot: redo
//# redone
//# stdout: n=(?<more>\d+) out: 47 Down 7 8
//# edit 5: s/y: [u64; 4], name: String }/x2: u8 }/
//# edit 5: s/, y: [10; 4], name: "4".repeat(4) }/, x2: 9 }/
//# edit 5: s/ + point.y.iter().sum::<u64>() + point.name.len() as u64/ + u64::from(point.x2)/
//# patched: update
//# stdout: n=(?<more>\d+) out: 12 Down 7 8
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Point { x: u8 }

enum Way {
    Up,
}

struct World {
    n: u64,
}

impl Point {
    fn sum(&self) -> u64 {
        let point = self;
        2 + u64::from(point.x)
    }
}

fn way() -> Way {
    Way::Up
}

fn all(points: &[Point]) -> u64 {
    points.iter().map(Point::sum).sum()
}

fn name(way: &Way) -> String {
    match way {
        Way::Up => "Up".into()
    }
}

#[hot]
fn update(world: &mut World) {
    world.n += 1;
    let points = vec![Point { x: 1 }];
    println!("n={} out: {} {}", world.n, all(&points), name(&way()));
}

fn main() {
    let mut world = World { n: 0 };
    loop {
        update(&mut world);
        sleep(Duration::from_millis(20));
    }
}
