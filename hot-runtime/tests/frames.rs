//! What a peer may send: any bytes at all. They are refused or understood, within the limit, and never more.
#![cfg(unix)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use hot_runtime::wire::{
    Busy, FRAME_LIMIT, FromHost, Lent, Outcome, PROTOCOL, Panicked, Patch, Store, Symbolizer, ToHost, Waiting,
    read_frame, write_frame,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Remembers the largest request of each thread.
struct Watched;

thread_local! {
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is the system's; what is counted beside it allocates nothing.
#[expect(unsafe_code, reason = "an allocator is unsafe to write")]
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that ends allocates without being watched.
        let _ = LARGEST.try_with(|largest| largest.set(largest.get().max(layout.size())));
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract, and every block is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watched = Watched;

/// The largest single allocation that `run` makes.
fn largest_allocation(run: impl FnOnce()) -> usize {
    LARGEST.set(0);
    run();
    LARGEST.get()
}

fn symbolizer() -> impl Strategy<Value = Symbolizer> {
    (any::<u64>(), any::<u64>(), vec(any::<u8>(), 0..40)).prop_map(|(lock, list, initial)| Symbolizer {
        lock,
        list,
        initial,
    })
}

fn store() -> impl Strategy<Value = Store> {
    ("\\PC{0,40}", any::<u64>(), vec(any::<(u32, u64)>(), 0..4)).prop_map(|(path, anchor, types)| Store {
        path: path.into(),
        anchor,
        types,
    })
}

fn to_host() -> impl Strategy<Value = ToHost> {
    let numbers = (any::<u32>(), any::<u128>(), any::<u64>(), any::<u64>());
    let live = (vec(any::<(u32, u64)>(), 0..4), vec("\\PC{0,40}", 0..4));
    let patch = (numbers, "\\PC{0,40}", option::of(symbolizer()), live);
    let patch = patch.prop_map(|((generation, digest, manifest, anchor), path, symbolizer, (types, changed))| {
        ToHost::Patch(Patch { generation, path: path.into(), digest, manifest, anchor, symbolizer, types, changed })
    });
    prop_oneof![
        1 => (any::<bool>(), option::of(store()))
            .prop_map(|(holds_panics, restore)| ToHost::Welcome { holds_panics, restore }),
        1 => store().prop_map(ToHost::Keep),
        1 => Just(ToHost::GoOn),
        1 => any::<u32>().prop_map(|generation| ToHost::Publish { generation }),
        1 => Just(ToHost::Resume),
        1 => Just(ToHost::List),
        9 => patch,
    ]
}

fn busy() -> impl Strategy<Value = Busy> {
    ("\\PC{0,40}", any::<u32>(), any::<u64>(), any::<u64>()).prop_map(|(thread, image, slot, ms)| Busy {
        thread,
        image,
        slot,
        ms,
    })
}

fn lent() -> impl Strategy<Value = Box<Lent>> {
    ("\\PC{0,40}", "\\PC{0,40}", any::<u32>()).prop_map(|(name, file, line)| Box::new(Lent { name, file, line }))
}

fn panicked() -> impl Strategy<Value = Panicked> {
    ("\\PC{0,40}", any::<u32>(), any::<u64>()).prop_map(|(thread, image, slot)| Panicked { thread, image, slot })
}

fn from_host() -> impl Strategy<Value = FromHost> {
    prop_oneof![
        "\\PC{0,40}".prop_map(|program| FromHost::Launch { program: program.into() }),
        any::<u128>().prop_map(|build_id| FromHost::Hello { protocol: PROTOCOL, build_id }),
        (any::<u32>(), any::<u64>())
            .prop_map(|(generation, load_us)| FromHost::Outcome(Outcome::Committed { generation, load_us })),
        "\\PC{0,40}".prop_map(|message| FromHost::Outcome(Outcome::Refused { message })),
        "\\PC{0,40}".prop_map(|message| FromHost::Outcome(Outcome::Vetoed { message })),
        "\\PC{0,40}".prop_map(|message| FromHost::Outcome(Outcome::NotMigrated { message })),
        (any::<u32>(), any::<u64>(), option::of(busy()), option::of(lent()))
            .prop_map(|(generation, ms, busy, lent)| FromHost::Waiting(Waiting { generation, ms, busy, lent })),
        (any::<u64>(), panicked()).prop_map(|(number, call)| FromHost::Held { number, call }),
        panicked().prop_map(FromHost::NotHeld),
        (any::<u64>(), any::<bool>()).prop_map(|(number, runs_again)| FromHost::Ended { number, runs_again }),
        any::<u64>().prop_map(|values| FromHost::Kept { values }),
    ]
}

/// Bytes that are nearly a message: a few of them changed, some cut off or added.
fn damaged(frame: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let changes = vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (frame, changes, 0..8_usize, vec(any::<u8>(), 0..4)).prop_map(|(mut frame, changes, cut, more)| {
        for (index, byte) in changes {
            let at = index.index(frame.len());
            frame[at] = byte;
        }
        frame.truncate(frame.len().saturating_sub(cut));
        frame.extend(more);
        frame
    })
}

/// So many cases, the same ones each time; with `FUZZ_TIMES` that many times as many, and others each time.
fn config(cases: u32) -> ProptestConfig {
    let times: Option<u32> = std::env::var("FUZZ_TIMES").ok().map(|times| times.parse().expect("it is a number"));
    ProptestConfig {
        cases: cases.saturating_mul(times.unwrap_or(1)),
        failure_persistence: None,
        rng_seed: times.map_or(RngSeed::Fixed(0), |_| RngSeed::Random),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn a_message_comes_back_through_a_stream(to in vec(to_host(), 0..4), from in vec(from_host(), 0..4)) {
        let mut stream = Vec::new();
        for frame in to.iter().map(ToHost::encode).chain(from.iter().map(FromHost::encode)) {
            write_frame(&mut stream, &frame)?;
        }
        let mut stream = &stream[..];
        for message in to {
            let frame = read_frame(&mut stream)?.unwrap();
            prop_assert_eq!(ToHost::decode(&frame), Ok(message));
        }
        for message in from {
            let frame = read_frame(&mut stream)?.unwrap();
            prop_assert_eq!(FromHost::decode(&frame), Ok(message));
        }
        prop_assert!(read_frame(&mut stream)?.is_none());
    }

    #[test]
    fn what_is_understood_is_all_that_was_sent(frame in damaged(to_host().prop_map(|it| it.encode()))) {
        if let Ok(message) = ToHost::decode(&frame) {
            prop_assert_eq!(message.encode(), frame);
        }
    }

    #[test]
    fn an_answer_that_is_understood_means_one_thing(frame in damaged(from_host().prop_map(|it| it.encode()))) {
        if let Ok(message) = FromHost::decode(&frame) {
            // A text that is not UTF-8 is mended, so the bytes may differ, but not what they mean.
            prop_assert_eq!(FromHost::decode(&message.encode()), Ok(message));
        }
    }

    #[test]
    fn any_bytes_are_read_in_no_more_room_than_they_take(bytes in vec(any::<u8>(), 0..200), length in option::of(any::<u32>())) {
        // Most lengths are too long by far, so that some are made to be near the limit.
        let length = length.map(|length| length % (2 * FRAME_LIMIT));
        let sent = [length.map_or(vec![], |length| length.to_le_bytes().to_vec()), bytes].concat();
        let largest = largest_allocation(|| {
            let mut stream = &sent[..];
            while let Ok(Some(frame)) = read_frame(&mut stream) {
                let _ = ToHost::decode(&frame);
                let _ = FromHost::decode(&frame);
            }
        });
        // A frame begins with room for most, and mended text is longer.
        prop_assert!(largest <= 4096.max(8 * sent.len()), "{} bytes at once for {}", largest, sent.len());
    }

    #[test]
    fn a_field_that_claims_to_be_long_costs_nothing(tag in 0..11_u8, fields in vec(any::<u8>(), 0..80)) {
        let frame = [&[tag][..], &fields, &[0xff; 4]].concat();
        let largest = largest_allocation(|| {
            let _ = ToHost::decode(&frame);
            let _ = FromHost::decode(&frame);
        });
        // Text that is not UTF-8 is mended, three bytes for one, in a string that doubles.
        prop_assert!(largest <= 8 * frame.len(), "{} bytes for {}", largest, frame.len());
    }

    #[test]
    fn a_frame_over_the_limit_is_not_written(more in 1..1000_u32) {
        let frame = vec![0; (FRAME_LIMIT + more) as usize];
        let mut stream = Vec::new();
        prop_assert!(write_frame(&mut stream, &frame).is_err());
        prop_assert!(stream.is_empty());
    }
}
