//# stdout: out: v1
//# write: src/game/rules/mod.rs pub fn name() -> &'static str {\n    "v2"\n}\n
//# no-event: 300ms
//# write: src/game/mod.rs pub mod rules;\n
//# edit 1: s/"v1"/game::rules::name()/
//# edit 1: s/#[hot]/mod game;\n\n#[hot]/
//# patched: update, rules::name
//# stdout: out: v2
//# edit 2 src/game/rules/mod.rs: s/v2/v3/
//# patched: rules::name
//# stdout: out: v3
//# oracle
//# edit 3: s/mod game;//
//# edit 3: s/game::rules::name()/"v4"/
//# patched: update
//# stdout: out: v4
//# delete: src/game
//# write: src/game/rules/mod.rs pub fn name() -> &'static str {\n    "v5"\n}\n
//# write: src/game/mod.rs pub mod rules;\n
//# edit 4: s/"v4"/game::rules::name()/
//# edit 4: s/#[hot]/mod game;\n\n#[hot]/
//# patched: update
//# stdout: out: v5
//# edit 5 src/game/rules/mod.rs: s/v5/v6/
//# patched: rules::name
//# stdout: out: v6
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
