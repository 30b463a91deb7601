//# stdout: n=(?<more>\d+) out: 1 1
//# edit 1: s/struct P { hp: u64 }/struct P { armour: u64, hp: u64 }/
//# edit 1: s/P { hp: 1 }/P { armour: 5, hp: 1 }/
//# refused: layout-changed; says `list: &mut Vec<P>`, passed through the hot function `call`
//# stdout: n=(?<more>\d+) out: 1 1
use hot_runtime::hot;

#[repr(C)]
struct P { hp: u64 }

fn step(list: &mut Vec<P>, n: u32) {
    if list.len() < 4 {
        list.push(P { hp: 1 });
    }
    println!("n={n} out: {} {}", list[0].hp, list[list.len() - 1].hp);
}

#[hot]
fn call(f: impl FnOnce()) {
    f()
}

fn main() {
    let mut list = Vec::new();
    for n in 1.. {
        call(|| step(&mut list, n));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
