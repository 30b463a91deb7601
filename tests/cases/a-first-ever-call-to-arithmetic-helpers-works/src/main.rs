//# stdout: out: v1$
//# edit 1: s/"v1".to_owned()/format!("{:.3} {:.3}", black_box(1.0_f64).sin(), black_box(2.5_f64).powf(black_box(1.5)))/
//# patched: update
//# stdout: out: 0.841 3.953$
//# oracle
//# edit 2: s/format!("{:.3} {:.3}", black_box(1.0_f64).sin(), black_box(2.5_f64).powf(black_box(1.5)))/format!("{} {}", black_box(u128::MAX) \/ black_box(1000), black_box(-7_i128) % black_box(3))/
//# patched: update
//# stdout: out: 340282366920938463463374607431768211 -1$
//# oracle
//# edit 3: s/"{} {}", black_box(u128::MAX) \/ black_box(1000), black_box(-7_i128) % black_box(3)/"{:.4} {}", black_box(5.0_f64).gamma_of(), black_box(1e40_f64) as u128/
//# edit 3: s|// later|unsafe extern "C" {\n    fn lgamma(x: f64) -> f64;\n}\n\ntrait Gamma {\n    fn gamma_of(self) -> f64;\n}\n\nimpl Gamma for f64 {\n    fn gamma_of(self) -> f64 {\n        unsafe { lgamma(self) }\n    }\n}|
//# patched: update
//# stdout: out: 3.1781 \d+$
//# oracle

use std::hint::black_box;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

// later

#[hot]
fn update() {
    black_box(());
    let text = "v1".to_owned();
    println!("out: {text}");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
