//# stdout: hits=(?<more>\d+) out: v1 11 v1 local 5 v1 hot 1$
//# no-event: 300ms
//# edit 1: s/"v1 {}", function/"v2 {}", function/
//# patched: applied; hot applied; not main
//# stdout: hits=(?<more>\d+) out: v2 11 v1 local 5 v2 hot 1$
//# oracle
//# edit 2: s/|| base + 1/|| i32::from(base as u8) + more[3]/
//# edit 2: s/let base = 10;/let (more, base) = ([1, 2, 3, 90], 10);/
//# edit 2: s/"v2 {}", function/"v3 {}", function/
//# patched: applied; hot applied
//# restart-needed: main
//# stdout: hits=(?<more>\d+) out: v2 11 v1 local 5 v3 hot 1$
//# edit 3: s/"v3 {}", function/"v4 {}", function/
//# patched: applied
//# restart-needed: applied; says `main`, which is not hot, goes on with the old one
//# stdout: hits=(?<more>\d+) out: v2 11 v1 local 5 v4 hot 1$
//# edit 4: s/|| i32::from(base as u8) + more[3]/|| base + 1/
//# edit 4: s/let (more, base) = ([1, 2, 3, 90], 10);/let base = 10;/
//# answer
//# stdout: hits=(?<more>\d+) out: v4 11 v1 local 5 v4 hot 1$
//# oracle
//# edit 5: s/|| hits/|| [hits * 7, 0][0] + extra/
//# edit 5: s/let hits = 1;/let (hits, extra) = (1, 2);/
//# patched: update; hot update
//# stdout: hits=(?<more>\d+) out: v4 11 v1 local 5 v4 hot 9$
//# oracle
//# edit 6: s/"v4 {}", function/"v5 {}", function/
//# patched: applied; not update
//# stdout: hits=(?<more>\d+) out: v5 11 v1 local 5 v5 hot 9$
//# oracle
//# edit 7: s/"v1 {value}"/"v2 {value}"/
//# patched: shown; not main
//# stdout: hits=(?<more>\d+) out: v5 11 v2 local 5 v5 hot 9$
//# oracle
//# edit 8: s/struct Local(u8)/struct Local(u64)/
//# edit 8: s/"v2 {value}"/"v3 {value}"/
//# refused: layout-changed; says main::Local
//# no-event: 300ms
//# stdout: hits=(?<more>\d+) out: v5 11 v2 local 5 v5 hot 9$

use std::fmt::Display;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn applied<F, T: Display>(function: F) -> String
where
    F: Fn() -> T,
{
    format!("v1 {}", function())
}

#[hot]
fn shown<T: Display>(value: &T) -> String {
    format!("v1 {value}")
}

#[hot]
fn update() -> String {
    let hits = 1;
    let text = applied(|| hits);
    text.replace(' ', " hot ")
}

fn main() {
    struct Local(u8);
    impl Display for Local {
        fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(formatter, "local {}", self.0)
        }
    }

    let mut hits = 0;
    let base = 10;
    loop {
        hits += 1;
        println!("hits={hits} out: {} {} {}", applied(|| base + 1), shown(&Local(5)), update());
        sleep(Duration::from_millis(10));
    }
}
