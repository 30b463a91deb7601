//# run: --hold-on-panic
//# stdout: the child ended with 101
//# held: divide
//# edit 1: s/100 \/ by/100 - by/
//# patched: divide
//# runs-again: divide
//# stdout: out: 100
use hot_runtime::hot;

unsafe extern "C" {
    safe fn fork() -> i32;
    fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
}

#[hot]
fn divide(by: u32) -> u32 {
    100 / by
}

fn main() {
    let child = fork();
    if child != 0 {
        let mut status = 0;
        // SAFETY: the status may be written.
        unsafe { waitpid(child, &mut status, 0) };
        println!("the child ended with {}", status >> 8);
    }
    println!("out: {}", divide(0));
    std::thread::park();
}
