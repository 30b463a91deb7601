//# stdout: out: v1
//# write: src/game.rs pub fn name() -> &'static str {\n    "v2"\n}\n
//# no-event: 300ms
//# edit 1: s/"v1"/game::name()/
//# edit 1: s/#[hot]/mod game;\n\n#[hot]/
//# patched: update, game::name
//# stdout: out: v2
//# edit 2 src/game.rs: s/v2/v3/
//# patched: game::name
//# stdout: out: v3
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("out: {}", "v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
