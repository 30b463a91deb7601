//# stdout: hits=(?<more>\d+) out: v1 1 v1 2 v1 v1 3 v1 marked$
//# no-event: 300ms
//# edit 1: s/"v1 {}", 1/"v2 {}", 1/
//# patched: game::step; hot game::step; not main; route slice
//# stdout: hits=(?<more>\d+) out: v2 1 v1 2 v1 v1 3 v1 marked$
//# oracle
//# edit 2: s/"v1 {}", self.0/"v2 {}", self.0/
//# edit 2: s/write!(formatter, "v1")/write!(formatter, "v2")/
//# patched: game::World::total, game::World::fmt; hot game::World::total; hot game::World::fmt; not main; route slice
//# stdout: hits=(?<more>\d+) out: v2 1 v2 2 v2 v1 3 v1 marked$
//# oracle
//# confirmed
//# edit 3: s/"v1 {}", T::from/"v2 {}", T::from/
//# edit 3: s/"v1 marked"/"v2 marked"/
//# patched: game::inner::deep, game::marked; hot game::inner::deep; not main; route slice
//# stdout: hits=(?<more>\d+) out: v2 1 v2 2 v2 v2 3 v2 marked$
//# oracle
//# edit 4: s/"v2 {}", 1/"v3 {}", 1/
//# patched: game::step; not main; route slice
//# stdout: hits=(?<more>\d+) out: v3 1 v2 2 v2 v2 3 v2 marked$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
mod game {
    use std::fmt;

    use hot_runtime::hot;

    pub struct World(pub u8);

    pub fn step() -> String {
        format!("v1 {}", 1)
    }

    impl World {
        pub const fn two() -> Self {
            Self(2)
        }

        pub fn total(&self) -> String {
            format!("v1 {}", self.0)
        }
    }

    impl fmt::Display for World {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(formatter, "v1")
        }
    }

    #[hot]
    pub fn marked() -> &'static str {
        "v1 marked"
    }

    pub mod inner {
        use std::fmt::Display;

        pub fn deep<T: From<u8> + Display>() -> String {
            format!("v1 {}", T::from(3))
        }
    }
}

fn main() {
    let mut hits = 0;
    let world = game::World::two();
    loop {
        hits += 1;
        println!(
            "hits={hits} out: {} {} {world} {} {}",
            game::step(),
            world.total(),
            game::inner::deep::<u32>(),
            game::marked(),
        );
        sleep(Duration::from_millis(10));
    }
}
