//! Which memory the program has given back to glibc's allocator: what stands there is nobody's any more.
//!
//! A heap is a row of chunks, each with its size before it. One that was given back is known by a bit in the next, or,
//! where it waits in a list of chunks of its size, by its first word: the next of the list, exclusive-or'ed with the
//! word's own address less its last twelve bits ("safe-linking", since glibc 2.32). Of heaps of other allocators nothing is
//! known.

use super::memory::{WORD, Word, Words};
use std::ops::Range;

/// The freed ranges of a mapping, in order; empty if it is no heap of glibc's.
pub(super) fn freed(words: &impl Words, heap: Range<Word>) -> Vec<Range<Word>> {
    const CHUNK: usize = 16;
    // Heaps of threads have a head of their own, with their size in the third word.
    const LARGEST_HEAD: Word = 4096;
    let end_by_head = words.word(heap.start + 2 * WORD).and_then(|size| heap.start.checked_add(size));
    let starts = (heap.start..heap.end.min(heap.start + LARGEST_HEAD)).step_by(CHUNK);
    let ends = [Some(heap.end), end_by_head.filter(|end| (heap.start..heap.end).contains(end))];
    let mut tries = ends.into_iter().flatten().flat_map(|end| starts.clone().map(move |start| start..end));
    tries.find_map(|chunks| freed_chunks(words, chunks)).unwrap_or_default()
}

/// `None` if the chunks do not end where the heap does.
fn freed_chunks(words: &impl Words, chunks: Range<Word>) -> Option<Vec<Range<Word>>> {
    const SMALLEST: u64 = 32;
    const FLAGS: u64 = 7;
    const BEFORE_IS_USED: u64 = 1;
    const IS_ALONE: u64 = 2;
    let mut freed = Vec::new();
    let mut chunk = chunks.start;
    let mut last = None;
    while chunk < chunks.end {
        let head = words.word(chunk + WORD)?;
        let size = head & !FLAGS;
        let next = chunk.checked_add(size)?;
        // A large chunk is a mapping of its own, which goes when it is freed.
        if head & IS_ALONE != 0 || size < SMALLEST || !size.is_multiple_of(16) || next > chunks.end {
            return None;
        }
        if head & BEFORE_IS_USED == 0 {
            freed.extend(last.take());
        }
        // A chunk's content ends behind the next one's first word.
        let content = chunk + 2 * WORD..next + WORD;
        let is_listed = is_listed(words, content.start, &chunks);
        // The last is what the heap has left.
        let is_rest = next == chunks.end;
        if is_listed || is_rest {
            freed.push(content);
            last = None;
        } else {
            last = Some(content);
        }
        chunk = next;
    }
    Some(freed)
}

fn is_listed(words: &impl Words, content: Word, heap: &Range<Word>) -> bool {
    let next = words.word(content).map(|word| word ^ content >> 12);
    next.is_some_and(|next| next == 0 || next.is_multiple_of(16) && heap.contains(&next))
}

/// Whether an address is in one of the ranges, which are in order.
pub(super) fn is_in(ranges: &[Range<Word>], address: Word) -> bool {
    let after = ranges.partition_point(|range| range.start <= address);
    after > 0 && ranges[after - 1].contains(&address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustc_hash::FxHashMap;

    const HEAP: Word = 0x5555_5555_0000;

    #[track_caller]
    fn check(words: &[(Word, Word)], expected: &[(Word, Word)]) {
        let memory: FxHashMap<Word, Word> = words.iter().map(|(at, word)| (HEAP + at, *word)).collect();
        let found = freed(&memory, HEAP..HEAP + 0x1000);
        let offsets: Vec<_> = found.iter().map(|range| (range.start - HEAP, range.end - HEAP)).collect();
        assert_eq!(offsets, expected);
        assert!(found.iter().all(|range| is_in(&found, range.start) && !is_in(&found, range.end)));
    }

    #[test]
    fn what_the_heap_has_left_is_free() {
        check(&[(8, 0x1001)], &[(0x10, 0x1008)]);
        check(&[(8, 0x21), (0x10, 1), (0x28, 0xfe1)], &[(0x30, 0x1008)]);
    }

    #[test]
    fn a_free_chunk_is_known_by_the_next() {
        check(&[(8, 0x41), (0x10, 1), (0x48, 0x20), (0x50, 1), (0x68, 0xfa1)], &[(0x10, 0x48), (0x70, 0x1008)]);
    }

    #[test]
    fn a_listed_chunk_is_known_by_its_first_word() {
        let own = (HEAP + 0x10) >> 12;
        check(&[(8, 0x21), (0x10, own), (0x28, 0xfe1)], &[(0x10, 0x28), (0x30, 0x1008)]);
        check(&[(8, 0x21), (0x10, own ^ (HEAP + 0x40)), (0x28, 0xfe1)], &[(0x10, 0x28), (0x30, 0x1008)]);
        check(&[(8, 0x21), (0x10, HEAP + 0x40), (0x28, 0xfe1)], &[(0x30, 0x1008)]);
    }

    #[test]
    fn a_heap_of_a_thread_begins_behind_its_head() {
        check(&[(0x10, 0x800), (0x38, 0x41), (0x40, 1), (0x78, 0x791)], &[(0x80, 0x808)]);
    }

    #[test]
    fn what_is_no_heap_is_not_judged() {
        check(&[], &[]);
        check(&[(8, 0x21), (0x28, 0xfff1)], &[]);
        check(&[(8, 0x21), (0x28, 0x8)], &[]);
        check(&[(8, 0x1002)], &[]);
    }
}
