//# stderr: the program's `hot-runtime` speaks protocol 1, this cargo hot \d+: use the same version of both
//# stdout: Ok\(0\)
//# edit 1: s/println!("goes on")/println!("still")/
//# answer
//# stdout: goes on

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread::sleep;
use std::time::Duration;

fn main() {
    let mut stream = UnixStream::connect(std::env::var("CARGO_HOT_SOCKET").unwrap()).unwrap();
    // The length; hello, of protocol 1, and a build.
    let hello = [&21_u32.to_le_bytes()[..], &[2], &1_u32.to_le_bytes(), &[0; 16]].concat();
    stream.write_all(&hello).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    println!("{:?}", stream.read(&mut [0]));
    loop {
        println!("goes on");
        sleep(Duration::from_millis(20));
    }
}
