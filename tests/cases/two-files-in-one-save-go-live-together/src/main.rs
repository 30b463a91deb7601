//# never-stdout: v1 v2|v2 v1
//# stdout: out: v1 v1$
//# edit 1: s/"v1"/"v2"/
//# edit 1 src/game.rs: s/"v1"/"v2"/
//# patched: update, game::name@src/game.rs:4
//# stdout: out: v2 v2$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod game;

#[hot]
fn update() {
    println!("out: {} {}", "v1", game::name());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
