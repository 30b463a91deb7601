//# stdout: 1$
//# stdin: lend
//# stdout: lent
//# edit 1: s@value: u32@value: u64@
//# waiting: ; says a live `Counter` is lent at src/main.rs:51, for
//# hot: status; says generation 1 waits; says a live `Counter` is lent
//# stdin: give back
//# patched: count
//# stdout: [2-9]$
//# hot: status; says live `Counter`, 8 bytes, generation 1, made at src/main.rs:40
//# stdin: call
//# stdout: called
//# edit 2: s@value: u64@value: u128@
//# waiting: stay@src/main.rs:28; says thread `main` has been in `stay`, src/main.rs:28, for
//# stdin: come back
//# patched: count

use std::io::stdin;

use hot_runtime::{Live, hot};

#[hot]
struct Counter {
    value: u32,
}

#[hot]
fn stay() {
    println!("called");
    stdin().read_line(&mut String::new()).unwrap();
}

#[hot]
fn start() -> Counter { Counter { value: 0 } }

#[hot]
fn count(counter: &mut Counter) { counter.value += 1; println!("{}", counter.value); }

fn main() {
    let mut counter = Live::new(start);
    count(&mut counter.borrow_mut());
    loop {
        let mut line = String::new();
        stdin().read_line(&mut line).unwrap();
        match line.trim() {
            "lend" => {
                let lent =



                counter.borrow_mut();
                println!("lent");
                stdin().read_line(&mut String::new()).unwrap();
                drop(lent);
            }
            _ => stay(),
        }
        count(&mut counter.borrow_mut());
    }
}
