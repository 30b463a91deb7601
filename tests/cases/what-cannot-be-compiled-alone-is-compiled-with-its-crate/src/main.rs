//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/CONST v1/CONST v2/
//# patched: ; route replay; because `const fn`
//# stdout: hits=(?<more>\d+) out: .*CONST v2
//# edit 2: s/GENERIC v1/GENERIC v2/
//# patched: ; route replay; because no name
//# stdout: hits=(?<more>\d+) out: .*GENERIC v2
//# edit 3: s/IN GENERAL v1/IN GENERAL v2/
//# patched: ; route replay; because no name
//# stdout: hits=(?<more>\d+) out: .*IN GENERAL v2
//# edit 4: s/DEFAULT v1/DEFAULT v2/
//# patched: ; route replay; because a default method
//# stdout: hits=(?<more>\d+) out: .*DEFAULT v2
//# edit 5: s/INLINE v1/INLINE v2/
//# patched: ; route replay; because inlined
//# stdout: hits=(?<more>\d+) out: .*INLINE v2
//# edit 6: s/OPAQUE v1/OPAQUE v2/
//# patched: ; route replay; because `impl Trait`
//# stdout: hits=(?<more>\d+) out: .*OPAQUE v2
//# edit 7: s/STATIC v1/STATIC v2/
//# patched: ; route replay; because of its own
//# stdout: hits=(?<more>\d+) out: .*STATIC v2
//# edit 8: s/TYPE v1/TYPE v2/
//# patched: ; route replay; because of its own
//# stdout: hits=(?<more>\d+) out: .*TYPE v2
//# edit 9: s/CALLER v1/CALLER v2/
//# patched: ; route replay; because track_caller
//# stdout: hits=(?<more>\d+) out: .*CALLER v2
//# edit 10: s/MACRO v1/MACRO v2/
//# patched: ; route replay; because more than function bodies
//# stdout: hits=(?<more>\d+) out: .*MACRO v2
//# edit 11: s/"ALONE v1"/if counted!() > 5_000_000 { "ALONE" } else { "ALONE v1" }/
//# edit 11: s/WRITTEN v1/WRITTEN v2/
//# patched: alone, of_macros; route replay; because static
//# stdout: counted=(?<more_counted>\d+) hits=(?<more>\d+) out: .*WRITTEN v2
//# edit 12: s/WRITTEN v2/WRITTEN v3/
//# patched: of_macros
//# stdout: counted=(?<more_counted>\d+) hits=(?<more>\d+) out: .*WRITTEN v3
//# edit 13: s/ASYNC v1/ASYNC v2/
//# patched: ; route replay; because async
//# stdout: hits=(?<more>\d+) out: .*ASYNC v2
//# edit 14: s/NAME v1/NAME v2/
//# patched: ; route replay; because name of a type
//# stdout: hits=(?<more>\d+) out: .*NAME v2
//# edit 15 src/declared.rs: s/FILE v1/FILE v2/
//# patched: ; route replay; because declared by a macro
//# stdout: hits=(?<more>\d+) out: .*FILE v2
//# edit 16: s/"ALONE v1"/"ALONE v2"/
//# patched: ; route slice
//# stdout: hits=(?<more>\d+) out: .*ALONE v2
//# oracle

use std::any::type_name;
use std::cell::Cell;
use std::future::Future as _;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

macro_rules! declare {
    ($($name:ident)*) => {
        $(mod $name;)*
    };
}

declare!(declared);

const fn constant() -> &'static str {
    "CONST v1"
}

fn generic<F: Fn() -> char>(value: F) -> String {
    format!("GENERIC v1 {}", value())
}

struct General<T>(T);

impl<F: Fn() -> u32> General<F> {
    fn show(&self) -> String {
        format!("IN GENERAL v1 {:?}", (self.0)())
    }
}

trait Word {
    fn word(&self) -> &'static str {
        "DEFAULT v1"
    }
}

impl<F> Word for General<F> {}

#[inline(always)]
fn inline() -> &'static str {
    "INLINE v1"
}

fn opaque() -> impl Iterator<Item = &'static str> {
    ["OPAQUE v1"].into_iter()
}

fn with_static() -> String {
    thread_local! {
        static COUNT: Cell<u32> = const { Cell::new(0) };
    }
    COUNT.set(COUNT.get() + 1);
    format!("STATIC v1 {}", COUNT.get() > 0)
}

fn with_type() -> String {
    #[derive(Debug)]
    struct Own(u32);
    format!("TYPE v1 {:?}", Own(3).0)
}

#[track_caller]
fn caller() -> &'static str {
    "CALLER v1"
}

macro_rules! text {
    () => {
        "MACRO v1"
    };
}

macro_rules! counted {
    () => {{
        static COUNT: AtomicU32 = AtomicU32::new(0);
        COUNT.fetch_add(1, Ordering::Relaxed)
    }};
}

fn of_macros() -> String {
    let counted = counted!();
    print!("counted={counted} ");
    format!("{} WRITTEN v1 {}", text!(), counted < 1_000_000)
}

async fn later() -> &'static str {
    "ASYNC v1"
}

fn waited() -> &'static str {
    let future = pin!(later());
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(text) => text,
        Poll::Pending => "pending",
    }
}

struct Named;

impl Named {
    fn name(&self) -> String {
        fn inner() {}
        fn of<T>(_: T) -> &'static str {
            type_name::<T>()
        }
        format!("NAME v1 {}", of(inner))
    }
}

fn alone() -> &'static str {
    "ALONE v1"
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    let macros = of_macros();
    let general = General(|| 5);
    print!("hits={hits} out: v1 {} {} {} {} ", constant(), generic(|| 'x'), general.show(), general.word());
    print!("{} {} {} {} {} ", inline(), opaque().next().unwrap(), with_static(), with_type(), caller());
    println!("{} {} {} {} {}", macros, waited(), Named.name(), declared::text(), alone());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
