//# run: --hold-on-panic
//# stdin: 1
//# stdout: out: 100
//# hot: resume; fails; says no call is held
//# stdin: 0
//# held: divide
//# hot: resume; says the panic goes on: `divide`, src/main.rs:20, on thread `main`
//# unwinds: divide
//# stdout: caught: attempt to divide by zero
//# stdin: 2
//# stdout: out: 50
//# hot: resume; fails; says no call is held
//# close-stdin
//# exit: 0
use hot_runtime::hot;
use std::io::stdin;
use std::panic::catch_unwind;

#[hot]
fn divide(by: u32) -> u32 {
    100 / by
}

fn main() {
    for line in stdin().lines() {
        let by: u32 = line.unwrap().parse().unwrap();
        match catch_unwind(|| divide(by)) {
            Ok(result) => println!("out: {result}"),
            Err(panic) => println!("caught: {}", panic.downcast::<&str>().unwrap()),
        }
    }
}
