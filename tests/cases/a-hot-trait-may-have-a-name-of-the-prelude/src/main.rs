//# stdout: out: 1 7
//# edit 1: s/self.0 +/self.0 + 10 +/
//# patched: Drops::next; hot Drops::next; not main
//# stdout: hits=(?<more>\d+) out: 11 27
//# edit 2: s/self.next(2)/self.next(3)/g
//# patched: twice
//# stdout: hits=(?<more>\d+) out: 11 29
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
trait Iterator {
    fn next(&self, by: u32) -> u32;

    fn twice(&self) -> u32 {
        self.next(2) + self.next(2) + 1
    }
}

struct Drops(u32);

#[hot]
impl Iterator for Drops {
    fn next(&self, by: u32) -> u32 {
        self.0 + by
    }
}

fn main() {
    let drops = Drops(1);
    let mut hits = 0;
    loop {
        hits += 1;
        println!("hits={hits} out: {} {}", drops.next(0), drops.twice());
        sleep(Duration::from_millis(20));
    }
}
