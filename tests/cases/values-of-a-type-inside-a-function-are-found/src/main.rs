//# stdout: n=(?<more>\d+) out: 7
//# edit 1: s/struct Kept { code: u64 }/struct Kept { name: u64, code: u64 }/
//# edit 1: s/Kept { code: 7 }/Kept { name: 99, code: 7 }/
//# refused: layout-changed; says the struct `update::Kept` changed
//# stdout: n=(?<more>\d+) out: 7
use std::sync::OnceLock;
use hot_runtime::hot;

#[hot]
fn update(n: u32) {
    #[repr(C)]
    struct Kept { code: u64 }
    static KEPT: OnceLock<Box<Kept>> = OnceLock::new();
    let kept = KEPT.get_or_init(|| Box::new(Kept { code: 7 }));
    println!("n={n} out: {}", kept.code);
}

fn main() {
    for n in 1.. {
        update(n);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
