//# stdout: n=(?<more>\d+) out: 7
//# edit 1: s/println!("n={n} out: {}", score.points)/keep(store, score); println!("n={n} out: 8")/
//# edit 1: s/_ = (score, store)/store.push(Box::new(score))/
//# patched: update
//# stdout: n=(?<more>\d+) out: 8
//# edit 2: s/struct Score { points: u64 }/struct Score { name: u64, points: u64 }/
//# edit 2: s/Score { points: 7 }/Score { name: 99, points: 7 }/
//# edit 2: s/keep(store, score);/let first = store[0].downcast_ref::<Score>().unwrap().points;/
//# edit 2: s/out: 8")/out: {first}")/
//# refused: layout-changed; says given to `dyn core::any::Any::downcast_ref`
//# stdout: n=(?<more>\d+) out: 8
use std::any::Any;
use hot_runtime::hot;

#[repr(C)]
struct Score { points: u64 }

fn keep(store: &mut Vec<Box<dyn Any>>, score: Score) {
    _ = (score, store);
}

#[hot]
fn update(store: &mut Vec<Box<dyn Any>>, n: u32) {
    let score = Score { points: 7 };
    println!("n={n} out: {}", score.points);
}

fn main() {
    let mut store: Vec<Box<dyn Any>> = Vec::new();
    for n in 1.. {
        update(&mut store, n);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
