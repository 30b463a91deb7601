//# run: --hold-on-panic
//# stdout: out: 2 left
//# held: update
//# hot: status; says `update`, src/main.rs:20, on thread `main` is held after a panic
//# edit 1: s/enemies.remove(5)/enemies.pop().unwrap_or(9)/
//# patched: update
//# runs-again: update
//# stdout: out: 2 left
//# stdout: out: 1 left
//# stdout: out: 0 left
//# stdout: out: 9 is the last
//# never-stderr: poisoned
use hot_runtime::hot;

struct World {
    enemies: Vec<u32>,
}

#[hot]
fn update(world: &mut World) {
    let enemies = &mut world.enemies;
    println!("out: {} left", enemies.len());
    let last = enemies.remove(5);
    if enemies.is_empty() {
        println!("out: {last} is the last");
    }
}

fn main() {
    let mut world = World { enemies: vec![1, 2] };
    loop {
        update(&mut world);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
