//# stdout: out: v1 a
//# edit 1 by rename: s/v1/v2/
//# patched: update
//# stdout: out: v2 a
//# edit 2 by rename: s/v2/v3/
//# edit 2 src/game.rs by rename: s/"a"/"b"/
//# patched: update, game::name
//# stdout: out: v3 b
//# edit 3 by recreate: s/v3/v4/
//# patched: update
//# stdout: out: v4 b
//# edit 4: s/v4/v5/
//# patched: update
//# stdout: out: v5 b
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod game;

#[hot]
fn update() {
    println!("out: v1 {}", game::name());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
