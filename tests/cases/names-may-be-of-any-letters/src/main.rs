//# stdout: hits=(?<more>\d+) out: größe v1, match v1, 名 v1$
//# edit 1: s/größe v1/größe v2/
//# patched: größe; hot größe
//# stdout: hits=(?<more>\d+) out: größe v2, match v1, 名 v1$
//# edit 2: s/match v1/match v2/
//# edit 2: s/名 v1/名 v2/
//# patched: ; not main
//# stdout: hits=(?<more>\d+) out: größe v2, match v2, 名 v2$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[hot]
fn größe() -> String {
    "größe v1".into()
}

struct Welt;

impl Welt {
    #[hot]
    fn r#match(&self) -> Self {
        print!("");
        Self
    }

    #[hot]
    fn r#type(&self) -> &'static str {
        "match v1"
    }

    #[hot]
    fn 名(self) -> (Self, &'static str) {
        (self, "名 v1")
    }
}

fn main() {
    loop {
        let hits = hit();
        let size = größe();
        let (world, name) = Welt.r#match().名();
        println!("hits={hits} out: {size}, {}, {name}", world.r#type());
        sleep(Duration::from_millis(20));
    }
}
