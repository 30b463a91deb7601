//# stdout: value=(?<more>\d+) right=true out: v1$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: value=(?<more>\d+) right=true out: v2$
//# edit 2: s/v2/v3 and more/
//# patched: update
//# stdout: value=(?<more>\d+) right=true out: v3
//# oracle

use std::cell::Cell;
use std::rc::Rc;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(list: &mut Vec<Box<u64>>, shared: &Rc<Cell<u64>>) {
    list.push(Box::new(list.len() as u64));
    shared.set(shared.get() + 1);
    let sum: u64 = list.iter().map(|n| **n).sum();
    let count = list.len() as u64;
    println!("value={count} right={} out: v1", sum == count * (count - 1) / 2 && shared.get() == count);
}

fn main() {
    let (mut list, shared) = (Vec::new(), Rc::default());
    loop {
        update(&mut list, &shared);
        sleep(Duration::from_millis(20));
    }
}
