//# stdout: value=(?<more>\d+) out: v1$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: value=(?<more>\d+) out: v2$
//# edit 2: s/v2/v3 and more/
//# patched: update
//# stdout: value=(?<more>\d+) out: v3
//# oracle

use std::fs::{self, File};
use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(file: &mut File) {
    file.write_all(b"line\n").unwrap();
    println!("value={} out: v1", file.metadata().unwrap().len());
}

fn main() {
    let path = std::env::temp_dir().join("log");
    let mut file = File::create(&path).unwrap();
    fs::remove_file(&path).unwrap();
    loop {
        update(&mut file);
        sleep(Duration::from_millis(20));
    }
}
