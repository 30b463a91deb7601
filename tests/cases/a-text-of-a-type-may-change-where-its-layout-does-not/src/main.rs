//# stdout: n=(?<more>\d+) out: v1
//# edit 1: s/enemies: Vec<Enemy>,/enemies: std::vec::Vec<self::Enemy>,/
//# edit 1: s/    n: u32,/    \/\/\/ How often.\n    n: Count,/
//# edit 1: s/struct Enemy(u8);/#[derive(Clone, Debug)]\nstruct Enemy(u8);\n\ntype Count = u32;/
//# edit 1: s/out: v1/out: v2/
//# patched: update
//# stdout: n=(?<more>\d+) out: v2
//# edit 2: s/tiles: [u8; 4],/tiles: [u8; SIZE],/
//# edit 2: s/struct World {/const SIZE: usize = 2 * 2;\n\n#[allow(dead_code)]\nstruct World {/
//# edit 2: s/out: v2/out: v3/
//# patched: update
//# stdout: n=(?<more>\d+) out: v3
//# edit 3: s/struct Cell<T> {/struct Cell<T: Copy = u8> where T: Into<u32> {/
//# edit 3: s/impl<T: Copy + Into<u32>> Cell<T>/impl<T> Cell<T> where T: Copy + Into<u32>/
//# edit 3: s/out: v3/out: v4/
//# patched: update
//# stdout: n=(?<more>\d+) out: v4
//# edit 4: s/2 * 2;/2 + 3;/
//# edit 4: s/out: v4/out: v5/
//# edit 4: s/tiles: [0; 4]/tiles: [0; SIZE]/
//# refused: layout-changed; says World
//# edit 5: s/2 + 3;/2 + 2;/
//# patched: update
//# stdout: n=(?<more>\d+) out: v5
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Enemy(u8);

struct Cell<T> {
    value: T,
}

impl<T: Copy + Into<u32>> Cell<T> {
    fn get(&self) -> u32 {
        self.value.into()
    }
}

struct World {
    n: u32,
    tiles: [u8; 4],
    cell: Cell<u8>,
    enemies: Vec<Enemy>,
}

#[hot]
fn update(world: &mut World) {
    world.n += world.cell.get();
    world.enemies.push(Enemy(world.tiles[0]));
    println!("n={} out: v1 {}", world.n, world.enemies.last().map_or(0, |last| last.0));
}

fn main() {
    let mut world = World { n: 0, tiles: [0; 4], cell: Cell { value: 1 }, enemies: Vec::new() };
    loop {
        update(&mut world);
        sleep(Duration::from_millis(20));
    }
}
