//! Picks from an object's `.eh_frame` the entries of the functions that were copied.
//!
//! The section is a row of entries with a length each: a CIE, common to many functions, or an FDE of one function,
//! which says how far back its CIE stands. (System V ABI, "Exception Frames".)

use crate::objects::object::Target;
use crate::objects::{Object, Reference, Section, SectionIndex};
use rustc_hash::FxHashMap;

/// A table of its own, with its references at their new offsets.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) data: Vec<u8>,
    pub(crate) references: Vec<Reference>,
}

/// `is_copied` tells, by number, the code sections of the object that are in the patch. `None` if there is no entry for
/// any of them.
pub(crate) fn select(object: &Object, section: &Section, is_copied: impl Fn(SectionIndex) -> bool) -> Option<Table> {
    let references = object.references(section);
    let mut table = Table::default();
    let mut commons = FxHashMap::default();
    let bytes = object.data(section);
    for entry in entries(bytes) {
        let Some(common) = entry.common.and_then(|back| common(bytes, &entry, back)) else { continue };
        if !references.iter().any(|reference| is_function_of(&entry, reference, &is_copied)) {
            continue;
        }
        let new_common =
            *commons.entry(common.start).or_insert_with(|| append(&mut table, bytes, &references, &common));
        let at = append(&mut table, bytes, &references, &entry);
        let distance = u32::try_from(at + 4 - new_common).unwrap_or(0);
        table.data[at + 4..at + 8].copy_from_slice(&distance.to_le_bytes());
    }
    (!table.data.is_empty()).then_some(table)
}

/// The CIE that stands `back` bytes before the field of `entry` that says so.
fn common(bytes: &[u8], entry: &Entry, back: usize) -> Option<Entry> {
    let at = (entry.start + 4).checked_sub(back)?;
    entries(bytes.get(at..)?).next().map(|common| common.moved(at))
}

/// Bytes `start..end` of the section; of an FDE, how far its CIE is behind the field that says so.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Entry {
    start: usize,
    end: usize,
    common: Option<usize>,
}

impl Entry {
    fn moved(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by, ..self }
    }
}

/// Up to the terminator, or an entry that is cut short or too short for the fields that all have. No compiler writes the 64-bit form into an object.
fn entries(bytes: &[u8]) -> impl Iterator<Item = Entry> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let length = word(bytes, start).filter(|length| *length >= 4 && *length != u32::MAX as usize)?;
        let common = word(bytes, start + 4)?;
        let entry = Entry { start, end: start + 4 + length, common: (common != 0).then_some(common) };
        start = entry.end;
        (entry.end <= bytes.len()).then_some(entry)
    })
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}

/// The field behind the CIE's distance is the function's start.
fn is_function_of(entry: &Entry, reference: &Reference, is_copied: impl Fn(SectionIndex) -> bool) -> bool {
    match reference.target {
        Target::Here { section, .. } => reference.offset == entry.start as u64 + 8 && is_copied(section),
        _ => false,
    }
}

/// Copies an entry and its references to the table's end; gives back where.
fn append(table: &mut Table, bytes: &[u8], references: &[Reference], entry: &Entry) -> usize {
    let at = table.data.len();
    table.data.extend_from_slice(&bytes[entry.start..entry.end]);
    let range = entry.start as u64..entry.end as u64;
    let inside = references.iter().filter(|reference| range.contains(&reference.offset));
    table.references.extend(
        inside.map(|reference| Reference { offset: reference.offset - entry.start as u64 + at as u64, ..*reference }),
    );
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_end_at_the_terminator_or_where_they_are_cut() {
        let common = [8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];
        let function = [4, 0, 0, 0, 16, 0, 0, 0];
        let expected = [Entry { start: 0, end: 12, common: None }, Entry { start: 12, end: 20, common: Some(16) }];
        let whole = [&common[..], &function, &[0; 4], &function].concat();
        assert_eq!(entries(&whole).collect::<Vec<_>>(), expected);
        assert_eq!(entries(&[&common[..], &function[..6]].concat()).collect::<Vec<_>>(), expected[..1]);
    }
}
