//! The memory of another process, as words.

use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

/// An address in memory, or what a word holds.
pub(super) type Word = u64;

pub(super) const WORD: u64 = 8;

/// Whatever words can be looked up in.
pub(super) trait Words {
    /// `None` where nothing is mapped.
    fn word(&self, at: Word) -> Option<Word>;
}

/// A process's memory, read in pieces.
#[derive(Debug)]
pub(super) struct Memory {
    file: File,
    /// The piece read last, and where it begins.
    last: RefCell<(Word, Vec<u8>)>,
}

const PIECE: usize = 1 << 18;

impl Memory {
    /// `file` is the process's `/proc/PID/mem`.
    pub(super) fn new(file: File) -> Self {
        Self { file, last: RefCell::default() }
    }

    /// What is there now, and not what was read before.
    pub(super) fn look_again(&self) {
        self.last.take();
    }

    /// The pieces of a range that can be read, with their addresses.
    pub(super) fn pieces(&self, range: Range<Word>) -> impl Iterator<Item = (Word, Vec<u8>)> {
        range.clone().step_by(PIECE).filter_map(move |start| {
            let size = usize::try_from(range.end - start).ok()?.min(PIECE);
            Some((start, self.read(start, size)?))
        })
    }

    pub(super) fn read(&self, start: Word, size: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; size];
        self.file.read_exact_at(&mut bytes, start).ok()?;
        Some(bytes)
    }
}

impl Words for Memory {
    fn word(&self, at: Word) -> Option<Word> {
        let mut last = self.last.borrow_mut();
        if word_in(&last, at).is_none() {
            // A piece ends where a page does, so all of it is mapped or, most often, none.
            let start = at - at % PAGE;
            *last = (start, self.read(start, usize::try_from(PAGE).ok()?)?);
        }
        word_in(&last, at)
    }
}

const PAGE: u64 = 4096;

fn word_in((start, bytes): &(Word, Vec<u8>), at: Word) -> Option<Word> {
    let offset = usize::try_from(at.checked_sub(*start)?).ok()?;
    let word = bytes.get(offset..)?.first_chunk()?;
    Some(Word::from_le_bytes(*word))
}

/// Memory of tests.
impl Words for FxHashMap<Word, Word> {
    fn word(&self, at: Word) -> Option<Word> {
        self.get(&at).copied()
    }
}
