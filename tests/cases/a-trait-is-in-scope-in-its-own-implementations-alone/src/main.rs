//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: update, Spot::fmt, Spot::who, asked; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# edit 2: s/spot v2/spot v3/
//# edit 2: s/asked v2/asked v3/
//# patched: Spot::who, asked; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*asked v3 by reference
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod traits {
    pub trait ByReference {
        fn who(&self) -> &'static str;
    }

    pub trait ByValue {
        fn who(self) -> String;
    }

    impl ByReference for u8 {
        fn who(&self) -> &'static str {
            "by reference"
        }
    }

    impl ByValue for u8 {
        fn who(self) -> String {
            "by value".into()
        }
    }
}

mod shown {
    use super::traits::ByReference;

    pub struct Spot(pub u8);

    impl std::fmt::Display for Spot {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("shown v1 ")?;
            self.0.fmt(f)
        }
    }

    impl std::fmt::LowerHex for Spot {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("in hex v1 ")?;
            self.0.fmt(f)
        }
    }

    impl super::traits::ByValue for Spot {
        fn who(self) -> String {
            format!("spot v1 {}", self.0)
        }
    }

    pub fn asked(number: u8) -> String {
        format!("asked v1 {}", number.who())
    }
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    let spot = shown::Spot(200);
    print!("hits={hits} out: v1 {spot} {spot:x} ");
    println!("{} {}", traits::ByValue::who(spot), shown::asked(1));
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
