//# stdout: 300 of 3$
//# edit 1: s@hp: u32@hp: u8@
//# refused: not-migrated; says a live value cannot be carried over: `World.enemies[2].hp`: 300 has no place in a `u8`
//# stdout: 300 of 3$
//# edit 2: s@hp: u8@hp: u16@
//# patched: show
//# stdout: 300 of 3$
//# edit 3: s@    Sleeps,@@
//# edit 3: s@State::Sleeps@State::Walks@g
//# refused: not-migrated; says `World.enemies[0].state`: the variant `Sleeps` is gone
//# edit 4: s@    Walks,@    #[hot(was = "Sleeps")] Walks,@
//# patched: show
//# stdout: 300 of 3$
//# edit 5: s@hp: u16,@hp: u16, name: Name,@
//# edit 5: s@as _, state@as _, name: Name, state@
//# edit 5: s@#[hot]\nstruct World@#[hot]\nstruct Name;\n\n#[hot]\nstruct World@
//# refused: not-migrated; says `World.enemies[0].name`: `name` is new, and its type has no `Default`

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::{Live, hot};

#[hot]
struct World {
    enemies: Vec<Enemy>,
}

#[hot]
struct Enemy {
    hp: u32,
    state: State,
}

#[hot]
enum State {
    Walks,
    Sleeps,
}

#[hot]
fn start() -> World {
    let enemy = |number| Enemy { hp: (100 * number) as _, state: State::Sleeps };
    World { enemies: (1..4).map(enemy).collect() }
}

#[hot]
fn show(world: &World) {
    let most = world.enemies.iter().filter(|it| matches!(it.state, State::Sleeps | State::Walks)).map(|it| it.hp).max();
    println!("{} of {}", most.unwrap(), world.enemies.len());
}

fn main() {
    let world = Live::new(start);
    loop {
        show(&world.borrow());
        sleep(Duration::from_millis(20));
    }
}
