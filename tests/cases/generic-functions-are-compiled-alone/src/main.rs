//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: update, shown, Grid::total, Grid::by, Grid::fmt, twice; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 2: s/"total v2"/"total v3"/
//# patched: Grid::total; route slice; not Grid::by
//# stdout: hits=(?<more>\d+) out: v2 .*total v3 
//# oracle
//# edit 3: s/shown v2/shown v3/
//# patched: shown; route slice; not Grid::total
//# stdout: hits=(?<more>\d+) out: v2 .*shown v3
//# oracle
//# confirmed
//# edit 4: s/applied 1/applied 2/
//# patched: apply; route replay; because no name
//# stdout: hits=(?<more>\d+) out: v2 .*applied 2
//# oracle
//# edit 5: s/shown(5_u8)/shown('c') + &shown(5_u8)/
//# edit 5: s/shown v3/shown v4/
//# patched: update, shown; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*'c' shown v4
//# oracle
//# edit 6: s/grid.total()/Grid { cells: [1_u64; 2], name: "new" }.total() + &grid.total()/
//# edit 6: s/total v3/total v4/
//# patched: update, Grid::total; route replay; because no name
//# stdout: hits=(?<more>\d+) out: v2 .*total v4 new
//# oracle
//# edit 7: s/total v4/total v5/
//# patched: Grid::total; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*total v5 new
//# oracle

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod inner {
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Point<T>(pub T);
}

struct Grid<'name, T, const N: usize> {
    cells: [T; N],
    name: &'name str,
}

impl<'name, T: Copy + Into<u64>, const N: usize> Grid<'name, T, N> {
    fn total(&self) -> String {
        let sum: u64 = self.cells.iter().map(|cell| (*cell).into()).sum();
        format!("{} {} {sum}", "total v1", self.name)
    }

    fn by<'a, U>(&'a self, factor: U) -> (&'a str, String)
    where
        U: Into<u64> + Debug,
        'name: 'a,
    {
        let shown = format!("{} {factor:?}", "by v1");
        (self.name, format!("{shown} {}", factor.into() * N as u64))
    }
}

impl<T: Debug, const N: usize> fmt::Debug for Grid<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", "debug v1", self.cells)
    }
}

fn shown<T: Debug>(value: T) -> String {
    format!("{value:?} shown v1")
}

fn twice<K: Ord + Clone, V>(map: &BTreeMap<K, V>, key: &K) -> (K, usize) {
    assert_ne!(map.len(), "v1".len() + 5);
    (key.clone(), map.len() * 2)
}

fn apply<F: Fn(u32) -> u32>(value: u32, function: F) -> String {
    format!("applied 1 {}", function(value))
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    let grid = Grid { cells: [1_u32, 2, 3], name: "small" };
    let wide = Grid { cells: [7_u8], name: "wide" };
    print!("hits={hits} out: v1 {} {} {:?} {:?} ", grid.total(), wide.total(), grid.by(2_u8), wide.by(3_u32));
    let points = BTreeMap::from([("one", inner::Point(1.5)), ("two", inner::Point(2.5))]);
    print!("{grid:?} {wide:?} {:?} {} ", twice(&points, &"one"), apply(4, |n| n + 3));
    let values: (Option<&str>, [inner::Point<i8>; 2]) = (None, [inner::Point(1); 2]);
    println!("{} {} {}", shown(values), shown(vec![Box::new("text")]), shown(5_u8));
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
