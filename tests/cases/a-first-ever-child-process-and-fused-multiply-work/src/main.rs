//# stdout: out: v1
//# edit 1: s/    "v1".to_owned()/    std::hint::black_box(2.0_f32).mul_add(3.0, 1.0).to_string()/
//# patched: value
//# stdout: out: 7
//# edit 2: s/std::hint::black_box(2.0_f32).mul_add(3.0, 1.0).to_string()/String::from_utf8(std::process::Command::new("echo").arg("child").output().unwrap().stdout).unwrap().trim().to_owned()/
//# patched: value
//# stdout: out: child
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn value() -> String {
    "v1".to_owned()
}

fn main() {
    loop {
        println!("out: {}", value());
        sleep(Duration::from_millis(20));
    }
}
