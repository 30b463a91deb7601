//! Which words of a process are vtables of old code, and which objects and pointers lead there.

use super::memory::{WORD, Word, Words};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::RangeInclusive;

/// A vtable with old code in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) start: Word,
    /// Of the objects' type.
    pub(super) size: u64,
    pub(super) align: u64,
    /// Which word of the table leads to the code.
    pub(super) index: u64,
}

impl Table {
    /// Whether an object can be at `data`: beside the table's address, memory that nobody has written yet may hold anything.
    pub(super) fn fits(&self, data: Word, is_mapped: impl Fn(Word) -> bool) -> bool {
        data.is_multiple_of(self.align) && (self.size == 0 || is_mapped(data))
    }
}

/// What every vtable begins with: how to drop, size, alignment.
pub(super) const HEAD: u64 = 3;

/// The vtable that begins at `start` with code that drops, if one can.
pub(super) fn head(words: &impl Words, start: Word, is_address: impl Fn(Word) -> bool) -> Option<Table> {
    let word = |index: u64| words.word(start + index * WORD);
    let (drop, size, align) = (word(0)?, word(1)?, word(2)?);
    let is_layout = align.is_power_of_two() && align <= LARGEST_ALIGN && size.is_multiple_of(align);
    (is_layout && size <= LARGEST && (drop == 0 || is_address(drop))).then_some(Table { start, size, align, index: 0 })
}

/// The vtable that the word at `slot` is of: the nearest beginning before it that can be one.
pub(super) fn table(words: &impl Words, slot: Word, is_address: impl Fn(Word) -> bool) -> Option<Table> {
    const MOST_METHODS: u64 = 1000;
    for index in HEAD..HEAD + MOST_METHODS {
        let start = slot.checked_sub(index * WORD)?;
        if let Some(table) = head(words, start, &is_address) {
            return Some(Table { index, ..table });
        }
        if !is_address(words.word(start + 2 * WORD)?) {
            return None; // No method, and no head.
        }
    }
    None
}

/// As rustc has it.
const LARGEST_ALIGN: u64 = 1 << 29;
const LARGEST: u64 = 1 << 40;

/// A word in the user's data that leads to old code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Held {
    pub(super) at: Word,
    pub(super) word: Word,
    /// Of an object, where it is; a function pointer stands alone.
    pub(super) data: Option<Word>,
}

impl Held {
    /// It still is as it was.
    pub(super) fn is_there(&self, words: &impl Words) -> bool {
        let data = || words.word(self.at - WORD);
        words.word(self.at) == Some(self.word) && self.data.is_none_or(|known| data() == Some(known))
    }
}

/// Words to look for.
#[derive(Debug)]
pub(super) struct Wanted {
    tables: FxHashSet<Word>,
    functions: FxHashSet<Word>,
    /// Most words are outside.
    range: RangeInclusive<Word>,
}

impl Wanted {
    pub(super) fn new(tables: FxHashSet<Word>, functions: FxHashSet<Word>) -> Self {
        let all = || tables.iter().chain(&functions).copied();
        let range = all().min().unwrap_or(1)..=all().max().unwrap_or(0);
        Self { tables, functions, range }
    }

    /// Appends what the bytes at `start` hold; `before` is the word before them, and the last of them afterwards.
    pub(super) fn find(&self, start: Word, bytes: &[u8], before: &mut Word, found: &mut Vec<Held>) {
        for (at, word) in (start..).step_by(8).zip(bytes.as_chunks().0) {
            let word = Word::from_le_bytes(*word);
            if self.range.contains(&word) {
                if self.tables.contains(&word) && *before != 0 {
                    found.push(Held { at, word, data: Some(*before) });
                } else if self.functions.contains(&word) {
                    found.push(Held { at, word, data: None });
                }
            }
            *before = word;
        }
    }
}

/// How many objects of these vtables there are: several words may lead to one, unless it takes no room.
pub(super) fn objects(held: &[Held], tables: &FxHashMap<Word, Table>) -> usize {
    let mut seen = FxHashSet::default();
    let found = held.iter().filter_map(|held| Some((held.data?, tables.get(&held.word)?)));
    found.filter(|(data, table)| table.size == 0 || seen.insert(*data)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Addresses of code, in tests.
    fn is_address(word: Word) -> bool {
        (0x10_0000..0x20_0000).contains(&word)
    }

    #[track_caller]
    fn check_table(words: &[Word], expected: Option<Table>) {
        let memory = (0x8000..).step_by(8).zip(words.iter().copied()).collect::<FxHashMap<Word, Word>>();
        let slot = 0x8000 + WORD * (words.len() as u64 - 1);
        assert_eq!(table(&memory, slot, is_address), expected);
    }

    #[test]
    fn a_vtable_begins_with_drop_size_and_alignment() {
        const CODE: Word = 0x10_0100;
        let found = |start, size, align, index| Some(Table { start, size, align, index });
        check_table(&[0, 16, 8, CODE], found(0x8000, 16, 8, 3));
        check_table(&[CODE, 16, 8, CODE], found(0x8000, 16, 8, 3));
        check_table(&[0, 0, 1, CODE], found(0x8000, 0, 1, 3));
        check_table(&[0, 16, 8, CODE, CODE, CODE], found(0x8000, 16, 8, 5));
        check_table(&[CODE, 24, 8, CODE, 0, 16, 8, CODE], found(0x8020, 16, 8, 3));
        check_table(&[0, 16, 8, CODE, CODE, 4, 2, CODE, CODE], found(0x8020, 4, 2, 4));
    }

    #[test]
    fn what_has_no_head_is_no_vtable() {
        const CODE: Word = 0x10_0100;
        check_table(&[0, 0, 0, CODE], None);
        check_table(&[0, 16, 3, CODE], None);
        check_table(&[0, 17, 8, CODE], None);
        check_table(&[5, 16, 8, CODE], None);
        check_table(&[0, 16, 8, CODE, 0, CODE], None);
        check_table(&[16, 8, CODE], None);
        check_table(&[CODE; 9], None);
    }

    #[test]
    fn objects_are_two_words_and_pointers_one() {
        let wanted = Wanted::new([0x70].into_iter().collect(), [0x90].into_iter().collect());
        let words: Vec<u8> = [1, 0x70, 0, 0x70, 0x90, 0x80, 0x7000].into_iter().flat_map(Word::to_le_bytes).collect();
        let (mut before, mut found) = (0, Vec::new());
        wanted.find(0x1000, &words[..8], &mut before, &mut found);
        wanted.find(0x1008, &words[8..], &mut before, &mut found);
        let object = Held { at: 0x1008, word: 0x70, data: Some(1) };
        assert_eq!(found, [object, Held { at: 0x1020, word: 0x90, data: None }]);
    }

    #[test]
    fn an_object_counts_once_unless_it_takes_no_room() {
        let table = |size| Table { start: 0x70, size, align: 4, index: 3 };
        let held = [8, 8, 16].map(|data| Held { at: 0x1000, word: 0x70, data: Some(data) });
        assert_eq!(objects(&held, &[(0x70, table(4))].into_iter().collect()), 2);
        assert_eq!(objects(&held, &[(0x70, table(0))].into_iter().collect()), 3);
    }

    #[test]
    fn an_object_is_aligned_and_somewhere() {
        let table = |size| Table { start: 0x70, size, align: 4, index: 3 };
        for (size, data, expected) in
            [(8, 0x10_0004, true), (8, 0x10_0006, false), (8, 0x40, false), (0, 4, true), (0, 1, false)]
        {
            assert_eq!(table(size).fits(data, is_address), expected, "{size} {data:#x}");
        }
    }

    #[test]
    fn what_changed_is_not_there_any_more() {
        let held = Held { at: 0x1008, word: 0x70, data: Some(1) };
        let check = |words: [Word; 2], expected| {
            let memory = [(0x1000, words[0]), (0x1008, words[1])].into_iter().collect::<FxHashMap<_, _>>();
            assert_eq!(held.is_there(&memory), expected);
        };
        check([1, 0x70], true);
        check([2, 0x70], false);
        check([1, 0x78], false);
    }
}
