//# stdout: n=(?<more>\d+) out: 1 1
//# edit 1: s/struct P { hp: u64 }/struct P { armour: u64, hp: u64 }/
//# edit 1: s/P { hp: 1 }/P { armour: 5, hp: 1 }/
//# refused: layout-changed; says held by the static `LIST`
//# stdout: n=(?<more>\d+) out: 1 1
use hot_runtime::hot;
use std::sync::Mutex;

#[repr(C)]
pub struct P { hp: u64 }

#[no_mangle]
pub static LIST: Mutex<Vec<P>> = Mutex::new(Vec::new());

#[hot]
fn update(n: u32) {
    let mut list = LIST.lock().unwrap();
    if list.len() < 4 {
        list.push(P { hp: 1 });
    }
    println!("n={n} out: {} {}", list[0].hp, list[list.len() - 1].hp);
}

fn main() {
    for n in 1.. {
        update(n);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
