//# stdout: hits=(?<more>\d+) out: v1 107
//# edit 1: s/v1 {}/v2 {}/
//# edit 1: s/bank.shown()/bank.gold/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 7
//# compile-error: private; as cargo
//# refused: vetoed; says there is no way back
//# stdout: hits=(?<more>\d+) out: v2 7
//# edit 2: s/bank.gold)/bank.shown() + 1)/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 108
//# oracle
//# confirmed

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::{before_commit, hot};

mod bank {
    pub struct Bank {
        gold: u32,
    }

    impl Bank {
        pub fn new() -> Self {
            Self { gold: 7 }
        }

        pub fn shown(&self) -> u32 {
            self.gold + 100
        }
    }
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    let bank = bank::Bank::new();
    println!("hits={hits} out: v1 {}", bank.shown());
}

fn main() {
    before_commit(|commit| if commit.to < commit.from { Err("there is no way back".into()) } else { Ok(()) });
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
