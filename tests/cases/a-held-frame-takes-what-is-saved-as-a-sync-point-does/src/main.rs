//# run: --hold-on-panic
//# stdout: out: frame 3
//# held: frame
//# edit 1: s/assert!(*n < 3)/assert!(*n < 6)/
//# patched: frame
//# runs-again: frame
//# stdout: out: frame 6
//# held: frame
//# hot: undo
//# undone
//# runs-again: frame
//# held: frame
//# hot: redo
//# redone
//# runs-again: frame
//# held: frame
//# edit 2: s/assert!(*n < 6);//
//# patched: frame
//# runs-again: frame
//# stdout: out: frame 7
use hot_runtime::{hot, sync_point};

#[hot]
fn frame(n: &mut u32) {
    println!("out: frame {n}");
    assert!(*n < 3);
    *n += 1;
}

fn main() {
    let mut n = 1;
    loop {
        sync_point();
        frame(&mut n);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
