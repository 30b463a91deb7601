//# stdout: n=(?<more>\d+) out: 7
//# edit 1: s/struct Score { points: u32 }/struct Score { name: String, points: u32 }/
//# edit 1: s/Score { points: 7 }/Score { name: String::new(), points: 7 }/
//# refused: layout-changed; says `Score` changed; says which may keep them
//# edit 2: s/struct Score { name: String, points: u32 }/struct Score { points: u32 }/
//# edit 2: s/Score { name: String::new(), points: 7 }/Score { points: 7 }/
//# unchanged
//# edit 3: s/println!("n={n}/println!("m={n}/g
//# patched: update
//# stdout: m=(?<more>\d+) out: 7
//# oracle

use std::any::Any;
use std::collections::HashMap;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Score { points: u32 }

type Store = HashMap<&'static str, Box<dyn Any>>;

#[hot]
fn update(store: &mut Store, n: u32) {
    let score = store.entry("score").or_insert_with(|| Box::new(Score { points: 7 }));
    let points = score.downcast_ref::<Score>().map(|score| score.points);
    println!("n={n} out: {}", points.unwrap());
}

fn main() {
    let mut store = Store::new();
    for n in 1.. {
        update(&mut store, n);
        sleep(Duration::from_millis(20));
    }
}
