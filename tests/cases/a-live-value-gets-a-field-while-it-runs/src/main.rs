//# stdout: tick=\d+ 1 2 3$
//# edit 1: s@"tick={} {}"@"tock={} {}"@
//# patched: update
//# stdout: tock=\d+ 1 2 3$
//# edit 2: s@"tock={} {}"@"tick={} {}"@
//# patched: update
//# stdout: tick=\d+ 1 2 3$
//# edit 3: s@// armour@#[hot(default = 100)] armour: i32,@
//# edit 3: s@it.hp, @it.hp + it.armour, @
//# edit 3: s@Enemy { hp }@Enemy { hp, armour: 1 }@
//# patched: update; not main
//# stdout: tick=(?<more>\d+) 101 102 103$
//# edit 4: s@hp: i32,@shield: u8, hp: i32,@
//# edit 4: s@Enemy { hp,@Enemy { shield: 0, hp,@
//# patched: enemy; not main
//# stdout: tick=(?<more>\d+) 101 102 103$
//# hot: undo
//# undone
//# stdout: tick=(?<more>\d+) 101 102 103$
//# hot: undo
//# undone
//# stdout: tick=(?<more>\d+) 1 2 3$
//# hot: redo
//# redone
//# stdout: tick=(?<more>\d+) 101 102 103$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::{Live, hot};

#[hot]
struct World {
    tick: u64,
    enemies: Vec<Enemy>,
}

#[hot]
struct Enemy {
    hp: i32,
    // armour
}

#[hot]
fn enemy(hp: i32) -> Enemy {
    Enemy { hp }
}

#[hot]
fn start() -> World {
    World { tick: 0, enemies: (1..4).map(enemy).collect() }
}

#[hot]
fn update(world: &mut World) {
    world.tick += 1;
    let shown: Vec<String> = world.enemies.iter().map(|it| format!("{}", it.hp, )).collect();
    println!("tick={} {}", world.tick, shown.join(" "));
}

fn main() {
    let mut world = Live::new(start);
    loop {
        update(&mut world.borrow_mut());
        sleep(Duration::from_millis(20));
    }
}
