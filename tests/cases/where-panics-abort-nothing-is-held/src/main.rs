//# run: --hold-on-panic
//# stderr: nothing that panics can be held: the profile says `panic = "abort"`
//# stdin: 0
//# exit-signal: 6
use hot_runtime::hot;

#[hot]
fn divide(by: u32) -> u32 {
    100 / by
}

fn main() {
    for line in std::io::stdin().lines() {
        divide(line.unwrap().parse().unwrap());
    }
}
