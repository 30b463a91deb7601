//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1 {}/v2 {}/
//# edit 1: s/bank.shown()/bank.gold/
//# patched: update; route slice
//# stdout: hits=(?<more>\d+) out: v2 7
//# compile-error: private; as cargo
//# undone
//# stdout: hits=(?<more>\d+) out: v1 107
//# no-event: 300ms
//# edit 2: s/"tail"/"tail again"/
//# compile-error: private; as cargo
//# stdout: hits=(?<more>\d+) out: v1 107 tail$
//# edit 3: s/bank.gold, tail/bank.shown(), tail/
//# patched: update, tail
//# stdout: hits=(?<more>\d+) out: v2 107 tail again
//# oracle
//# confirmed
//# edit 4: s/v2 {}/v3 {}/
//# patched: update; route slice
//# stdout: hits=(?<more>\d+) out: v3 107 tail again
//# oracle
//# confirmed
//# edit 5: s/v3 {}/v4 {}/
//# edit 5: s/{ bank::hidden(&bank) }/{ bank::secret(&bank) }/
//# patched: update; route slice
//# stdout: hits=(?<more>\d+) out: v4 107 tail again
//# compile-error: private; as cargo
//# undone
//# stdout: hits=(?<more>\d+) out: v3 107 tail again
//# edit 6: s/fn secret/pub fn secret/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v4 107 tail again
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

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

    pub fn hidden(bank: &Bank) -> u32 {
        secret(bank)
    }

    fn secret(bank: &Bank) -> u32 {
        bank.gold
    }
}

fn tail() -> &'static str {
    "tail"
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    let bank = bank::Bank::new();
    assert!({ bank::hidden(&bank) } > 0);
    println!("hits={hits} out: v1 {} {}", bank.shown(), tail());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
