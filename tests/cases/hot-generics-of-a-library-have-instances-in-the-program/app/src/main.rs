//# variant in-dev: CARGO_PROFILE_DEV_OPT_LEVEL=0
//# variant optimized: CARGO_PROFILE_DEV_OPT_LEVEL=3
//# stdout: hits=(?<more>\d+) out: v1 1 v1 Own v1 "a" 3 pair v1 Own Own pair v1 1 2 described v1 3$
//# no-event: 300ms
//# edit 1 shapes/src/lib.rs: s/"v1 {value:?}"/"v2 {value:?}"/
//# patched: shown; hot shown; not main
//# stdout: hits=(?<more>\d+) out: v2 1 v2 Own v2 "a" 3 pair v1 Own Own pair v1 1 2 described v1 3$
//# oracle
//# edit 2 shapes/src/lib.rs: s/self.sides()\n/self.sides() + 10\n/
//# patched: Shape::corners; not main; not shown
//# stdout: hits=(?<more>\d+) out: v2 1 v2 Own v2 "a" 13 pair v1 Own Own pair v1 1 2 described v1 3$
//# oracle
//# edit 3 shapes/src/lib.rs: s/pair v1/pair v2/
//# edit 3 shapes/src/lib.rs: s/described v1/described v2/
//# patched: Pair::text, describe; not main
//# stdout: hits=(?<more>\d+) out: v2 1 v2 Own v2 "a" 13 pair v2 Own Own pair v2 1 2 described v2 3$
//# oracle
//# edit 4: s/write!(formatter, "Own")/write!(formatter, "OWN")/
//# answer
//# stdout: hits=(?<more>\d+) out: v2 1 v2 OWN v2 "a" 13 pair v2 OWN OWN pair v2 1 2 described v2 3$
//# oracle
//# edit 5 shapes/src/lib.rs: s/"v2 {value:?}"/"v3 {value:?}"/
//# answer
//# stdout: hits=(?<more>\d+) out: v3 1 v3 OWN v3 "a" 13 pair v2 OWN OWN pair v2 1 2 described v2 3$
//# oracle

use std::fmt;
use std::thread::sleep;
use std::time::Duration;

use shapes::{Describe, Pair, Shape, own, shown};

struct Own;

impl fmt::Debug for Own {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Own")
    }
}

impl Shape for Own {
    fn sides(&self) -> u32 {
        3
    }
}

fn main() {
    let mut hits = 0;
    let shape: Box<dyn Shape> = Box::new(Own);
    loop {
        hits += 1;
        println!(
            "hits={hits} out: {} {} {} {} {} {} {}",
            own(),
            shown(&Own),
            shown(&"a"),
            shape.corners(),
            Pair(Own, Own).text(),
            Pair(1, 2).text(),
            shape.describe(),
        );
        sleep(Duration::from_millis(10));
    }
}
