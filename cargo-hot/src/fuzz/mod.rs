//! Input that nobody wrote as it is: how tests make it of real files, and what reading it may cost.
//!
//! Real input with a few changes gets further than random bytes, which most readers refuse at the first of them. A case may
//! fail in no other way than by an error: it must not panic, take seconds, or want gigabytes.

pub(crate) mod bytes;
pub(crate) mod sources;

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseResult, TestError, TestRunner};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Has every property run as often as it says, times this, and with other cases each time. Without it they are the same ones at
/// every run: who changes something else shall not be told of it.
const TIMES: &str = "FUZZ_TIMES";

/// Of the thread's own time. The slowest takes tenths of a second, unoptimized.
const SLOW: Duration = Duration::from_secs(5);

/// Addresses for all tests of a process: with few threads less than a length of 32 bits asks for, more than all of them take
/// together.
const ROOM: u64 = 3_800_000_000;

/// Addresses that glibc reserves for the heap of each thread.
const ROOM_OF_THREAD: u64 = 1 << 27;

/// Looks for an input that `property` does not hold for, in `cases` tries; the smallest is told.
///
/// What ends the process (a full stack, a wish for too much memory) or never ends is found in `target/fuzz/inputs` after a run
/// with `FUZZ_TIMES`.
#[track_caller]
pub(crate) fn check<S: Strategy<Value: Debug>>(cases: u32, input: S, property: impl Fn(S::Value) -> TestCaseResult) {
    let times: Option<u32> = std::env::var(TIMES).ok().map(|times| times.parse().expect("it is a number"));
    limit_room();
    let config = ProptestConfig {
        cases: cases.saturating_mul(times.unwrap_or(1)),
        failure_persistence: None,
        rng_seed: times.map_or(RngSeed::Fixed(0), |_| RngSeed::Random),
        ..ProptestConfig::default()
    };
    let kept = times.map(|_| kept());
    let tried = TestRunner::new(config).run(&input, |input| {
        if let Some(kept) = &kept {
            fs::write(kept, format!("{input:#?}")).expect("the input is kept");
        }
        let begun = own_time();
        let result = property(input);
        let took = own_time() - begun;
        prop_assert!(took < SLOW, "it took {took:?}");
        result
    });
    match tried {
        Ok(()) => {}
        Err(TestError::Fail(reason, input)) => panic!("{reason}\nby {input:#?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// Has the process end that wants more memory than any real input takes.
fn limit_room() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let room = Rlimit { current: Some(ROOM + threads * ROOM_OF_THREAD), ..getrlimit(Resource::As) };
    setrlimit(Resource::As, room).expect("a limit can be made lower");
}

/// Where the input is that the test is at.
fn kept() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/fuzz/inputs");
    fs::create_dir_all(&folder).expect("there is room for a folder");
    folder.join(std::thread::current().name().unwrap_or("main").replace("::", "."))
}

fn own_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}
