//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: update, chain, kept, tried, sorted, Bag::each; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 2: s/item * 3/item * 5/
//# patched: chain; route slice
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# edit 3: s/    list\n}/    let odd = |n: &u32| n % 2 == 1;\n    list.into_iter().filter(odd).collect()\n}/
//# edit 3: s/vec![3, 1, 2]/vec![3, 1, 2, 5, 4]/
//# patched: sorted; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*\[5, 3, 1\]
//# oracle
//# edit 4: s/list.retain(|n| *n != 2);/let small = |n: &u32| *n < 2;\n    list.retain(|n| *n != 2 || small(n));/
//# edit 4: s/vec![3, 1, 2, 5, 4]/vec![3, 1, 2, 5, 4, 7]/
//# patched: sorted; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*\[7, 5, 3, 1\]
//# oracle
//# edit 5: s/let small = |n: &u32| *n < 2;\n    //
//# edit 5: s/ || small(n)/ && *n != 3/
//# patched: sorted; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*\[7, 5, 1\]
//# oracle

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

fn chain(items: &[u32]) -> String {
    let prefix = "v1";
    let kept: Vec<String> = items
        .iter()
        .filter(|item| **item % 2 == 1)
        .map(|item| item * 3)
        .flat_map(|item| (0..2).map(move |n| format!("{prefix}{item}.{n:>2}")))
        .collect();
    let map: BTreeMap<_, _> = kept.iter().enumerate().map(|(at, text)| (text.as_str(), at)).collect();
    format!("{map:?}")
}

fn apply<F: Fn(u32) -> u32>(function: F) -> u32 {
    function(1) + function(2)
}

fn kept(by: u32) -> String {
    let unchanged = |n: u32| n * by;
    let nested = |n| apply(|m| unchanged(m) + n);
    let boxed: Box<dyn Fn(u32) -> u32> = Box::new(move |n| n + by);
    format!("v1 {} {} {}", unchanged(7), nested(3), boxed(4))
}

fn tried(text: &str) -> Result<u32, std::num::ParseIntError> {
    let _ = "v1";
    let number: u32 = text.trim_start_matches("v2").parse()?;
    Ok(number + u32::from("v1" == "v2"))
}

fn sorted() -> Vec<u32> {
    let mut list = vec![3, 1, 2];
    let back = "v1" == "v2";
    list.sort_by(|a, b| if back { b.cmp(a) } else { a.cmp(b) });
    list.retain(|n| *n != 2);
    list
}

struct Bag {
    items: Vec<u32>,
}

impl Bag {
    fn each(&self, with: impl_free::With<'_>) -> String {
        let all = self.items.iter().map(|item| with(*item) + self.items.len() as u32).collect::<Vec<_>>();
        let Self { items } = self;
        let count = || Self::above(items);
        format!("v1 {all:?} {}", count())
    }

    fn above(items: &[u32]) -> usize {
        items.iter().filter(|item| **item > 1).count()
    }
}

mod impl_free {
    pub type With<'a> = &'a mut dyn FnMut(u32) -> u32;
}

fn of_held(held: &dyn Fn() -> String) -> String {
    held()
}

#[hot]
fn of_hot(n: u32) -> String {
    chain(&[n])
}

fn make() -> Box<dyn Fn() -> String> {
    let own = String::from("held");
    Box::new(move || format!("{own} {}", of_hot(1)))
}

#[hot]
fn update(hits: &mut u32, held: &dyn Fn() -> String) {
    *hits += 1;
    let mut sum = 0;
    let of_bag = Bag { items: vec![1, 2, 3] }.each(&mut |n| {
        sum += n;
        sum
    });
    let width = 7;
    println!(
        "hits={hits} out: v1 {} {} {:?} {:?} {:?} {of_bag} {sum:>width$} {sum:#x} {}",
        chain(&[1, 2, 3]),
        kept(5),
        tried("12"),
        tried("x"),
        sorted(),
        of_held(held)
    );
}

fn main() {
    let mut hits = 0;
    let held = make();
    loop {
        update(&mut hits, &*held);
        sleep(Duration::from_millis(20));
    }
}
