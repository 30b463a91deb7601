//# stdout: out: 1 area 6 1 a World
//# edit 1: s/self.width() * 3/self.width() * 4/
//# patched: Area::area; not World::area; not main
//# no-event: 300ms
//# stdout: out: 1 area 8 1 a World
//# edit 2: s/{:?}", [Cmd].count(), world.area(), world/{:?} {}", [Cmd].count(), world.area(), world, *world == World::default()/
//# patched: update; not Area::area; not World as Default
//# no-event: 300ms
//# stdout: out: 1 area 8 1 a World.*false
//# edit 3: s/impl fmt::Debug for World/impl World/
//# edit 3: s/fn fmt/pub fn show/
//# edit 3: s/derive(Default/derive(Debug, Default/
//# patched: World as Debug; not fmt; not main
//# no-event: 300ms
//# stdout: out: 1 area 8 1 a World \{ width: 2.*false
//# edit 4: s/String::from("a")/String::from("b")/
//# patched: NAME@src/main.rs; not __rust; not call_once; not main
//# no-event: 300ms
//# edit 5: s/commands.len()/commands.len() + 1/
//# patched: [Cmd]::count
//# no-event: 300ms
//# stdout: out: 2 area 8 1 a World \{ width: 2.*false
//# edit 6: s/seconds, 3/seconds, 4/
//# restart-needed: seconds; says which is not hot
//# never-stderr: with `#\[hot\]` on

use std::cell::RefCell;
use std::fmt;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

thread_local! {
    static NAME: RefCell<String> = RefCell::new(String::from("a"));
}

#[derive(Default, PartialEq, Clone)]
struct World {
    width: u32,
    grid: Vec<u32>,
}

impl fmt::Debug for World {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "World")
    }
}

trait Area {
    fn width(&self) -> u32;

    fn area(&self) -> u32 {
        self.width() * 3
    }
}

impl Area for World {
    fn width(&self) -> u32 {
        self.width
    }
}

impl Area for Vec<u32> {
    fn width(&self) -> u32 {
        1
    }
}

struct Cmd;

trait Count {
    fn count(&self) -> usize;
}

impl Count for [Cmd] {
    fn count(&self) -> usize {
        let commands = self;
        commands.len()
    }
}

#[hot]
fn update(world: &World) {
    let of_grid = world.grid.width();
    NAME.with_borrow(|name| {
        println!("out: {} area {} {of_grid} {name} {:?}", [Cmd].count(), world.area(), world);
    });
}

macro_rules! number {
    ($name:ident, $value:expr) => {
        pub fn $name() -> u64 {
            $value
        }
    };
}

number!(seconds, 3);

fn main() {
    assert!(seconds() < 5);
    let world = World { width: 2, ..World::default() };
    loop {
        update(&world);
        sleep(Duration::from_millis(20));
    }
}
