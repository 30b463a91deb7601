//# stdout: 1 \[2\] \[3, 4\] 5 6 7$
//# edit 1: s@// more@#[hot(default = 10)] more: i64,@
//# edit 1: s@counter.value @counter.value + counter.more @
//# edit 1: s@value: i32,@value: i64,@
//# edit 1: s@Counter { value: value as _ }@Counter { value: value as _, more: 0 }@
//# patched: show
//# stdout: 11 \[12\] \[13, 14\] 15 16 7$
//# hot: undo
//# undone
//# stdout: 1 \[2\] \[3, 4\] 5 6 7$
//# hot: redo
//# redone
//# stdout: 11 \[12\] \[13, 14\] 15 16 7$

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, sleep};
use std::time::Duration;

use hot_runtime::{Live, hot};

#[hot]
struct Counter {
    value: i32,
    // more
}

#[hot]
fn counter(value: i32) -> Counter {
    Counter { value: value as _ }
}

#[hot]
fn show(counter: &Counter) -> i64 {
    (counter.value ) as i64
}

#[hot]
fn print(line: &str) {
    println!("{line}");
}

static SHARED: OnceLock<Mutex<Live<Counter>>> = OnceLock::new();

thread_local! {
    static OWN: RefCell<Live<Counter>> = RefCell::new(Live::new(|| counter(6)));
}

fn main() {
    let counted = Rc::new(RefCell::new(Live::new(|| counter(1))));
    let locked = Arc::new(Mutex::new(Live::new(|| counter(2))));
    let list = vec![Live::new(|| counter(3)), Live::new(|| counter(4))];
    SHARED.set(Mutex::new(Live::new(|| counter(5)))).ok();
    let threads = [1, 2].map(|_| {
        let locked = Arc::clone(&locked);
        thread::spawn(move || loop {
            show(&locked.lock().unwrap().borrow());
            sleep(Duration::from_micros(300));
        })
    });
    loop {
        let one = show(&counted.borrow().borrow());
        let two: Vec<i64> = [&locked].iter().map(|it| show(&it.lock().unwrap().borrow())).collect();
        let three: Vec<i64> = list.iter().map(|it| show(&it.borrow())).collect();
        let shared = show(&SHARED.get().unwrap().lock().unwrap().borrow_mut());
        let own = OWN.with(|own| show(&own.borrow().borrow()));
        print(&format!("{one} {two:?} {three:?} {shared} {own} {}", hot_runtime::live_values().len() + 1));
        assert!(threads.iter().all(|thread| !thread.is_finished()));
        sleep(Duration::from_millis(20));
    }
}
