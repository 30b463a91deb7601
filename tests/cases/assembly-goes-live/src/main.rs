//# stdout: hits=(?<more>\d+) out: 7 12$
//# edit 1: s/add {0}, 2/add {0}, 3/
//# patched: sum; not main
//# stdout: hits=(?<more>\d+) out: 8 12$
//# oracle
//# edit 2: s/n * 4/n * 5/
//# patched
//# stdout: hits=(?<more>\d+) out: 8 15$
//# oracle
//# edit 3: s/sum(5)/sum(5) + unsafe { thrice(2) }/
//# patched: update
//# stdout: hits=(?<more>\d+) out: 14 15$
//# oracle

use std::arch::{asm, global_asm};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

// Nothing calls it at first.
global_asm!(".globl thrice", "thrice:", "lea rax, [rdi + 2 * rdi]", "ret");

#[allow(dead_code)]
unsafe extern "C" {
    fn thrice(n: u64) -> u64;
}

fn sum(n: u64) -> u64 {
    let mut sum = n;
    unsafe { asm!("add {0}, 2", inout(reg) sum) };
    sum
}

extern "C" fn target(n: u64) -> u64 {
    n * 4
}

fn through_symbol(n: u64) -> u64 {
    let result;
    unsafe {
        asm!("call {0}", sym target, in("rdi") n, out("rax") result, clobber_abi("C"));
    }
    result
}

#[hot]
fn update() {
    println!("hits={} out: {} {}", hit(), sum(5), through_symbol(3));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
