//# stdout: hits=(?<more>\d+) out: cat says meow, dog says woof!$
//# edit 1: s/{} says {}/{} cries {}/
//# patched: speak; not main
//# stdout: hits=(?<more>\d+) out: cat cries meow, dog cries woof!$
//# edit 2: s/"woof!"/"wuff!"/
//# patched: sound; not main
//# stdout: hits=(?<more>\d+) out: cat cries meow, dog cries wuff!$
//# edit 3: s/"meow"/"miau"/
//# patched: sound
//# stdout: hits=(?<more>\d+) out: cat cries miau, dog cries wuff!$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

trait Animal {
    fn name(&self) -> &'static str;

    fn sound(&self) -> &'static str {
        "meow"
    }

    fn speak(&self) -> String {
        format!("{} says {}", self.name(), self.sound())
    }
}

struct Cat;
struct Dog;

impl Animal for Cat {
    fn name(&self) -> &'static str {
        "cat"
    }
}

impl Animal for Dog {
    fn name(&self) -> &'static str {
        "dog"
    }

    fn sound(&self) -> &'static str {
        "woof!"
    }
}

#[hot]
fn update() {
    let animals: [&dyn Animal; 2] = [&Cat, &Dog];
    let all: Vec<String> = animals.iter().map(|animal| animal.speak()).collect();
    println!("hits={} out: {}", hit(), all.join(", "));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
