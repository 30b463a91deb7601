//# stdout: n=(?<more>\d+) out: 7
//# edit 1: s/struct Kept { code: u64 }/struct Kept { name: u64, code: u64 }/
//# edit 1: s/Kept { code: 7 }/Kept { name: 99, code: 7 }/
//# refused: layout-changed; says `kept::Kept` has 16 bytes instead of 8
//# stdout: n=(?<more>\d+) out: 7
use std::any::Any;
use hot_runtime::hot;

macro_rules! items { ($($t:tt)*) => { $($t)* } }

fn kept(store: &mut Vec<Box<dyn Any>>) -> u64 {
    items! {
        #[repr(C)]
        struct Kept { code: u64 }
        if store.is_empty() {
            store.push(Box::new(Kept { code: 7 }));
        }
        store[0].downcast_ref::<Kept>().map_or(3, |it| it.code)
    }
}

#[hot]
fn update(store: &mut Vec<Box<dyn Any>>, n: u32) {
    println!("n={n} out: {}", kept(store));
}

fn main() {
    let mut store = Vec::new();
    for n in 1.. {
        update(&mut store, n);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
