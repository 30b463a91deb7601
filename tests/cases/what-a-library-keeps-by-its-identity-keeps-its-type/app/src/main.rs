//# cwd: app
//# stdout: hits=(?<more>\d+) out: v1 7
//# edit 1: s/struct Score { points: u32 }/struct Score { name: String, points: u32 }/
//# edit 1: s/Score { points: 7 }/Score { name: String::new(), points: 7 }/
//# refused: layout-changed; says `Score` changed; says `store::Store::get_or_insert_with`, which may keep them
//# stdout: hits=(?<more>\d+) out: v1 7
//# edit 2: s/struct Score { name: String, points: u32 }/struct Score { points: u32 }/
//# edit 2: s/Score { name: String::new(), points: 7 }/Score { points: 7 }/
//# unchanged
//# edit 3: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 7
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;
use store::Store;

struct Score { points: u32 }

#[hot]
fn update(store: &mut Store, hits: u32) {
    let score = store.get_or_insert_with(|| Score { points: 7 });
    println!("hits={hits} out: v1 {}", score.points);
}

fn main() {
    let mut store = Store::default();
    for hits in 1.. {
        update(&mut store, hits);
        sleep(Duration::from_millis(20));
    }
}
