//# run: --hold-on-panic
//# stdout: out: 1
//# edit 1: s|// Here.|#[hot] fn added(n: &mut u32) { *n += 1; println!("out: {n}"); assert!(*n < 9); }|
//# edit 1: s/println!("out: 1")/added(n)/
//# patched: update
//# stdout: out: 9
//# held: update
//# edit 2: s/assert!(*n < 9);//
//# patched: added
//# runs-again: update
//# stdout: out: 10
use hot_runtime::hot;

// Here.

#[hot]
fn update(n: &mut u32) {
    println!("out: 1");
}

fn main() {
    let mut n = 0;
    loop {
        update(&mut n);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
