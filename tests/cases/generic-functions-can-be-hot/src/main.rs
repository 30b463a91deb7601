//# variant in-dev: CARGO_PROFILE_DEV_OPT_LEVEL=0
//# variant optimized: CARGO_PROFILE_DEV_OPT_LEVEL=3
//# stdout: hits=(?<more>\d+) out: v1 7 3 v1 x 4 v1 2 v1 ab v1 cell 5 v1 cell c v1 u8 v1 borrowed 3$
//# no-event: 300ms
//# edit 1: s/v1 {value}/v2 {value}/
//# patched: show; hot show; not main; not update
//# stdout: hits=(?<more>\d+) out: v2 7 3 v2 x 4 v1 2 v1 ab v1 cell 5 v1 cell c v1 u8 v1 borrowed 3$
//# oracle
//# edit 2: s/"v1 {}", values.count()/"v2 {}", values.count() + 10/
//# edit 2: s/"v1 {first}{second}"/"v2 {second}{first}"/
//# patched: count, joined; hot count; hot joined; not main; not update; not show
//# stdout: hits=(?<more>\d+) out: v2 7 3 v2 x 4 v2 12 v2 ba v1 cell 5 v1 cell c v1 u8 v1 borrowed 3$
//# oracle
//# edit 3: s/v1 cell/v2 cell/
//# patched: Cell::text; hot Cell::text; not main; not show
//# stdout: hits=(?<more>\d+) out: v2 7 3 v2 x 4 v2 12 v2 ba v2 cell 5 v2 cell c v1 u8 v1 borrowed 3$
//# oracle
//# edit 4: s/"v1 {}", std::any/"v2 {}", std::any/
//# edit 4: s/"v1 borrowed {}", text.len()/"v2 borrowed {}", text.len() * 2/
//# patched: Cell::kind, longest; not main; not Cell::text
//# stdout: hits=(?<more>\d+) out: v2 7 3 v2 x 4 v2 12 v2 ba v2 cell 5 v2 cell c v2 u8 v2 borrowed 6$
//# oracle
//# edit 5: s/v2 {value}/v3 {value}/
//# edit 5: s/v2 cell/v3 cell/
//# patched: show, Cell::text; not main
//# stdout: hits=(?<more>\d+) out: v3 7 3 v3 x 4 v2 12 v2 ba v3 cell 5 v3 cell c v2 u8 v2 borrowed 6$
//# oracle
//# edit 6: s/fn show<T: Display, const N: usize>(value: T) -> String {/fn show<T: Display, const N: usize>(value: T, more: u8) -> String {\n    let value = format!("{value}{more}");/
//# edit 6: s/show::<_, 3>(7)/show::<_, 3>(7, 1)/
//# edit 6: s/show::<_, 4>("x")/show::<_, 4>("x", 2)/
//# patched: update, show; not main
//# stdout: hits=(?<more>\d+) out: v3 71 3 v3 x2 4 v2 12 v2 ba v3 cell 5 v3 cell c v2 u8 v2 borrowed 6$
//# oracle
//# never-stderr: cargo hot: not live

use std::fmt::Display;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn show<T: Display, const N: usize>(value: T) -> String {
    format!("v1 {value} {N}")
}

#[hot]
fn count(values: impl Iterator<Item = impl Copy>) -> String {
    format!("v1 {}", values.count())
}

#[hot]
fn joined<A>(first: A, second: &impl Display) -> String
where
    A: Display,
{
    format!("v1 {first}{second}")
}

#[hot]
fn longest<'a, F>(measure: F, text: &'a str) -> String
where
    F: for<'b> Fn(&'b str) -> &'b str,
{
    let text: &'a str = measure(text);
    format!("v1 borrowed {}", text.len())
}

struct Cell<T>(T);

impl<T: Display> Cell<T> {
    #[hot]
    fn text(&self) -> String {
        format!("v1 cell {}", self.0)
    }
}

#[hot]
impl<T> Cell<T> {
    fn kind<U>(&self) -> String {
        format!("v1 {}", std::any::type_name::<U>())
    }
}

fn whole(text: &str) -> &str {
    text
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!(
        "hits={hits} out: {} {} {} {} {} {} {} {}",
        show::<_, 3>(7),
        show::<_, 4>("x"),
        count([1, 2].iter()),
        joined("a", &'b'),
        Cell(5).text(),
        Cell('c').text(),
        Cell(()).kind::<u8>(),
        longest(whole, "abc"),
    );
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(10));
    }
}
