//# cwd: app
//# stdout: n=(?<more>\d+) out: 1
//# edit 1: s/struct Score { points: u64 }/struct Score { name: u64, points: u64 }/
//# edit 1: s/store.put(Score { points: 7 });/let score = Score { name: 99, points: 7 };/
//# edit 1: s/let points = 1;/let points = store.get::<Score>().map_or(score.points, |it| it.points + it.name);/
//# refused: layout-changed; says given to `store::Store::get`, which may keep them
//# stdout: n=(?<more>\d+) out: 1
use hot_runtime::hot;
use store::Store;

#[repr(C)]
struct Score { points: u64 }

#[hot]
fn update(store: &mut Store, n: u32) {
    store.put(Score { points: 7 });
    let points = 1;
    println!("n={n} out: {points}");
}

fn main() {
    let mut store = Store::default();
    for n in 1.. {
        update(&mut store, n);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
