//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/#[hot]/fn added(n: u32) -> String {\n    format!("added {n}")\n}\n\n#[hot]/
//# edit 1: s/plain(), other/added(3), other/
//# patched: update, added; route slice
//# stdout: hits=(?<more>\d+) out: v1 added 3
//# oracle
//# edit 2: s/use std::time::Duration;/use std::collections::BTreeSet;\nuse std::time::Duration;\n\nconst MANY: u32 = 7;/
//# edit 2: s/added {n}/{:?} {MANY}/
//# edit 2: s/MANY}"/MANY}", BTreeSet::from([n, 1])/
//# patched: added; route slice
//# stdout: hits=(?<more>\d+) out: v1 \{1, 3\} 7
//# oracle
//# edit 3: s/{MANY}/{MANY} again/
//# patched: added; route slice
//# stdout: hits=(?<more>\d+) out: v1 \{1, 3\} 7 again
//# confirmed
//# edit 4: s/again/more/
//# patched: added; route slice
//# stdout: hits=(?<more>\d+) out: v1 \{1, 3\} 7 more
//# edit 5 src/inner.rs: s/pub fn/use std::fmt::Write;\n\nfn helper(to: &mut String) {\n    write!(to, "helped {LENGTH} {}", second()).unwrap();\n}\n\nconst LENGTH: usize = 4;\n\nfn second() -> usize {\n    LENGTH * 2\n}\n\npub fn/
//# edit 5 src/inner.rs: s/String::from("inner")/{\n        let mut text = String::new();\n        helper(&mut text);\n        text\n    }/
//# patched: inner::of_inner, inner::helper; route slice; not main
//# stdout: hits=(?<more>\d+) out: v1 .*helped 4 8
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod inner;

fn plain() -> String {
    String::from("plain")
}

fn other() -> String {
    plain()
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 {} {} {}", plain(), other().len(), inner::of_inner());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
