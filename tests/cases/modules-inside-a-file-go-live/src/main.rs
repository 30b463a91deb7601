//# stdout: hits=(?<more>\d+) out: inner v1, deep 1$
//# edit 1: s/inner v1/inner v2/
//# patched: outer::inner::name; not main
//# stdout: hits=(?<more>\d+) out: inner v2, deep 1$
//# edit 2: s/DEEP: u32 = 1/DEEP: u32 = 2/
//# patched
//# stdout: hits=(?<more>\d+) out: inner v2, deep 2$
//# edit 3: s|// later|pub(super) mod fresh {\n            pub(in crate::outer) fn name() -> &'static str {\n                "fresh"\n            }\n        }|
//# edit 3: s/inner::name()/inner::fresh::name()/
//# patched: outer::inner::fresh::name
//# stdout: hits=(?<more>\d+) out: fresh, deep 2$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

mod outer {
    pub(super) mod inner {
        use self::deep::DEEP as LEVEL;

        mod deep {
            pub(super) const DEEP: u32 = 1;
        }

        pub(super) fn name() -> &'static str {
            "inner v1"
        }

        // later

        pub(in super::super) fn level() -> u32 {
            LEVEL
        }
    }

    #[hot_runtime::hot]
    pub fn update() {
        println!("hits={} out: {}, deep {}", super::hit(), inner::name(), inner::level());
    }
}

fn main() {
    loop {
        outer::update();
        sleep(Duration::from_millis(20));
    }
}
