//# stdout: n=(?<more>\d+) out: 1
//# edit 1: s/struct P { hp: u64 }/struct P { armour: u64, hp: u64 }/
//# edit 1: s/P { hp: 1 }/P { armour: 5, hp: 1 }/
//# edit 1: s|//S|static S: std::sync::Mutex<Vec<P>> = std::sync::Mutex::new(Vec::new());|
//# edit 1: s|//L|let mut list = S.lock().unwrap();|
//# edit 1: s|let mut list = Vec::new();||
//# patched: update
//# stdout: n=(?<more>\d+) out: 1
//# hot: undo
//# undone
//# edit 2: s/struct P { armour: u64, hp: u64 }/struct P { hp: u64 }/
//# edit 2: s/P { armour: 5, hp: 1 }/P { hp: 1 }/
//# refused: layout-changed
//# edit 3: s|static S: std::sync::Mutex<Vec<P>> = std::sync::Mutex::new(Vec::new());|//S|
//# edit 3: s|let mut list = S.lock().unwrap();|let mut list = Vec::new();|
//# unchanged
//# edit 4: s|out: {}|put: {}|
//# patched: update
//# edit 5: s|//S|static S: std::sync::Mutex<Vec<P>> = std::sync::Mutex::new(Vec::new());|
//# edit 5: s|let mut list = Vec::new();|let mut list = S.lock().unwrap();|
//# refused: layout-changed
use hot_runtime::hot;

#[repr(C)]
struct P { hp: u64 }

//S

#[hot]
fn update(n: u32) {
    //L
    let mut list = Vec::new();
    if list.len() < 2 {
        list.push(P { hp: 1 });
    }
    println!("n={n} out: {}", list[0].hp);
}

fn main() {
    for n in 1.. {
        update(n);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
