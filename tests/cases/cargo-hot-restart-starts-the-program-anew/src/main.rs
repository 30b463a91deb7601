//# args: argument
//# stdout: setup v1 argument
//# stdout: hits=(?<more>\d+) out: v1
//# edit 1: s/setup v1/setup v2/
//# restart-needed: setup
//# hot: restart
//# restarted
//# stdout: setup v2 argument
//# stdout: hits=1 out: v1
//# edit 2: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=\d+ out: v2
//# stdin: stop
//# exit: 0

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u64) {
    *hits += 1;
    println!("hits={hits} out: v1");
}

fn setup() -> u64 {
    println!("setup v1 {}", std::env::args().nth(1).unwrap());
    0
}

fn main() {
    std::thread::spawn(|| {
        std::io::stdin().read_line(&mut String::new()).unwrap();
        std::process::exit(0);
    });
    let mut hits = setup();
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
