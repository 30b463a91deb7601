//# stdout: hits=(?<more>\d+) out: one two three four$
//# edit 1: s/"one"/"1"/
//# patched: part; not main
//# stdout: hits=(?<more>\d+) out: 1 two three four$
//# edit 2: s/"two"/"2"/
//# patched
//# stdout: hits=(?<more>\d+) out: 1 2 three four$
//# edit 3: s/"three"/"3"/
//# edit 3: s/"four"/"4"/
//# patched
//# stdout: hits=(?<more>\d+) out: 1 2 3 4$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

struct One;
struct Two;

const _: () = {
    #[hot]
    fn part() -> &'static str {
        "three"
    }
    impl One {
        fn part() -> &'static str {
            part()
        }
    }
};

const _: () = {
    #[hot]
    fn part() -> &'static str {
        "four"
    }
    impl Two {
        fn part() -> &'static str {
            part()
        }
    }
};

fn parts() -> [&'static str; 2] {
    let one = {
        #[hot]
        fn part() -> &'static str {
            "one"
        }
        part()
    };
    let two = {
        #[hot]
        fn part() -> &'static str {
            "two"
        }
        part()
    };
    [one, two]
}

fn main() {
    loop {
        let [one, two] = parts();
        println!("hits={} out: {one} {two} {} {}", hit(), One::part(), Two::part());
        sleep(Duration::from_millis(20));
    }
}
