//# cwd: app
//# stdout: out: one 1 1 1$
//# edit 1 common/shared.rs: s/    1/    2/
//# patched: shared::shared; not main
//# stdout: out: one 2 1 1$
//# edit 2 common/text.txt: s/one/two/
//# patched: update
//# edit 3 common/included.rs: s/    1/    3/
//# answer
//# stdout: out: two 2 3 1$
//# edit 4 common/modules/mod.rs: s/    1/    4/
//# patched: modules::linked; not main
//# edit 5 app/src/modules/inner.rs: s/    0/    10/
//# patched: modules::inner::more; not main
//# stdout: out: two 2 3 14$
//# edit 6: s/{text} {} {} {}"/{text} {} {} {} now"/
//# patched: update; not main
//# stdout: out: two 2 3 14 now$
//# oracle
//# edit 7: s#common/text.txt#late/text.txt#
//# patched: update; not main
//# stdout: out: three 2 3 14 now$
//# edit 8 late/text.txt: s/three/four/
//# patched: update; not main
//# stdout: out: four 2 3 14 now$
//# hot: restart
//# restarted
//# stdout: out: four 2 3 14 now$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod modules;
#[path = "../../common/shared.rs"]
mod shared;

#[hot]
fn update() {
    let text = include_str!("../../common/text.txt").trim();
    println!("out: {text} {} {} {}", shared::shared(), include!("../../common/included.rs"), modules::linked());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(10));
    }
}
