//# run: --hold-on-panic
//# held: divide
//# signal: KILL to cargo-hot
//# exit: any
//# stdout: caught
//# stdout: caught
//# second start
//# second held: divide
//# signal: KILL
use hot_runtime::hot;
use std::panic::catch_unwind;
use std::thread::sleep;
use std::time::Duration;

#[hot]
fn divide(by: u32) -> u32 {
    100 / by
}

fn main() {
    loop {
        if catch_unwind(|| divide(0)).is_err() {
            println!("caught");
        }
        sleep(Duration::from_millis(20));
    }
}
