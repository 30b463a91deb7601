//# stdout: n=(?<more>\d+)
//# edit 1: s/struct Enemy { hp: u32 }/struct Enemy { hp: u32, armour: u8 }/
//# edit 1: s/Enemy { hp: 1 }/Enemy { hp: 1, armour: 2 }/
//# refused: layout-changed; says `World.enemies: Vec<Enemy>`, held by the static `WORLD` (src/main.rs:60)
//# edit 2: s/struct Enemy { hp: u32, armour: u8 }/struct Enemy { hp: u32 }/
//# edit 2: s/Enemy { hp: 1, armour: 2 }/Enemy { hp: 1 }/
//# unchanged
//# edit 3: s/struct Tile(u8);/struct Tile(u16);/
//# refused: layout-changed; says `Tile` changed (src/main.rs:39)
//# edit 4: s/struct Tile(u16);/struct Tile(u8);/
//# unchanged
//# edit 5: s/struct Shot { at: u8 }/struct Shot { at: u8, by: u8 }/
//# edit 5: s/Shot { at: 1 }/Shot { at: 1, by: 2 }/
//# refused: layout-changed; says passed through the hot function `fire` (src/main.rs:70)
//# edit 6: s/Shot { at: u8, by: u8 }/Shot { at: u8 }/
//# edit 6: s/Shot { at: 1, by: 2 }/Shot { at: 1 }/
//# unchanged
//# edit 7: s/struct Options { verbose: bool }/struct Options { verbose: bool, level: u32 }/
//# edit 7: s/Options { verbose: false }/Options { verbose: false, level: 3 }/g
//# refused: layout-changed; says it is used by `main` (src/main.rs:88), which is not hot
//# edit 8: s/struct Options { verbose: bool, level: u32 }/struct Options { verbose: bool }/
//# edit 8: s/Options { verbose: false, level: 3 }/Options { verbose: false }/g
//# unchanged
//# edit 9: s/struct Piece { part: Part }/struct Piece { part: Part, more: u8 }/
//# edit 9: s/Piece { part: Part(1) }/Piece { part: Part(1), more: 0 }/
//# refused: layout-changed; says held by the static `KEPT
//# edit 10: s/struct Piece { part: Part, more: u8 }/struct Piece { part: Part }/
//# edit 10: s/Piece { part: Part(1), more: 0 }/Piece { part: Part(1) }/
//# edit 10: s/out: v1/out: v2/
//# patched: update
//# stdout: n=(?<more>\d+) out: v2
//# oracle

use std::cell::RefCell;
use std::sync::Mutex;

use hot_runtime::hot;
struct Enemy { hp: u32 }
struct Tile(u8);
struct Map<T> {
    tiles: Vec<Option<Box<T>>>,
}

enum Place {
    Nowhere,
    On { map: Map<Tile> },
}

struct World {
    n: u32,
    enemies: Vec<Enemy>,
    place: Place,
}

struct Shot { at: u8 }
struct Options { verbose: bool }
struct Part(u8);
struct Piece { part: Part }

static WORLD: Mutex<World> = Mutex::new(World { n: 0, enemies: Vec::new(), place: Place::Nowhere });

thread_local! {
    static KEPT: RefCell<Option<Piece>> = const { RefCell::new(None) };
}
fn shot() -> Shot {
    Shot { at: 1 }
}

#[hot]
fn fire(shot: &Shot) -> u8 {
    shot.at
}

#[hot]
fn update() {
    let mut world = WORLD.lock().unwrap();
    world.n += 1;
    world.enemies.push(Enemy { hp: 1 });
    let tile = Tile(1);
    world.place = Place::On { map: Map { tiles: vec![Some(Box::new(tile))] } };
    let Place::On { map } = &world.place else { unreachable!() };
    let options = Options { verbose: false };
    KEPT.set(Some(Piece { part: Part(1) }));
    let kept = KEPT.with_borrow(|kept| kept.as_ref().map(|kept| kept.part.0));
    let tiles = u32::from(map.tiles[0].as_ref().unwrap().0);
    println!("n={} out: v1 {}", world.n, tiles + world.enemies[0].hp + u32::from(options.verbose) + u32::from(kept.unwrap()) + u32::from(fire(&shot())));
}
fn main() {
    let options = Options { verbose: false };
    loop {
        update();
        let pause = if options.verbose { 40 } else { 20 };
        std::thread::sleep(std::time::Duration::from_millis(pause));
    }
}
