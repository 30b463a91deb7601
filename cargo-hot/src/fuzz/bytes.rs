//! Files of compilers and linkers, and damage to them: rustc may be killed while it writes, a disk may be full.

use object::{Object as _, ObjectSection as _};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

/// A file as it should be.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) bytes: Vec<u8>,
    /// Its parts: of each as much is damaged, however small it is.
    parts: Vec<Range<usize>>,
    /// Where debug information says of which type something is.
    pub(crate) types: Vec<usize>,
}

impl Whole {
    /// Of an ELF file, by its sections.
    pub(crate) fn of_elf(bytes: Vec<u8>) -> Self {
        let (parts, types) = (parts_of_elf(&bytes), types_of_elf(&bytes));
        Self { bytes, parts, types }
    }

    /// Of a file that is alike everywhere.
    pub(crate) fn plain(bytes: Vec<u8>) -> Self {
        let all = 0..bytes.len();
        Self { bytes, parts: vec![all], types: Vec::new() }
    }

    /// Of an archive: its own headers, and its members.
    pub(crate) fn of_archive(bytes: Vec<u8>) -> Self {
        const HEAD: usize = 60;
        let (mut parts, mut types) = (vec![0..8, 0..bytes.len()], Vec::new());
        let mut at = 8;
        while let Some(head) = bytes.get(at..at + HEAD) {
            let size = std::str::from_utf8(&head[48..58]).ok().and_then(|size| size.trim().parse::<usize>().ok());
            let size = size.expect("the archive is whole");
            parts.push(at..at + HEAD);
            // Tables of names and symbols stand first, and begin with what says how long they are.
            parts.push(at + HEAD..(at + HEAD + size.clamp(1, 4 * HEAD)).min(bytes.len()));
            let member = &bytes[at + HEAD..at + HEAD + size];
            if member.starts_with(b"\x7fELF") {
                let inner = parts_of_elf(member).into_iter();
                parts.extend(inner.map(|part| part.start + at + HEAD..part.end + at + HEAD));
                types.extend(types_of_elf(member).into_iter().map(|place| place + at + HEAD));
            }
            at = (at + HEAD + size).next_multiple_of(2);
        }
        parts.retain(|range| !range.is_empty());
        Self { bytes, parts, types }
    }

    pub(crate) fn damage(&'static self) -> impl Strategy<Value = Damage> {
        let changes = vec((any::<Index>(), any::<Index>(), option::weighted(0.85, overwritten())), 1..6);
        (changes, option::weighted(0.1, any::<Index>())).prop_map(|(changes, cut)| {
            let place = |(part, place, new): (Index, Index, Option<Vec<u8>>)| match new {
                None if self.types.is_empty() => (0, Vec::new()),
                // Of another type, which may hold this one.
                None => (*part.get(&self.types), self.bytes[*place.get(&self.types)..][..4].to_vec()),
                Some(new) => {
                    let part = part.get(&self.parts);
                    (part.start + place.index(part.len()), new)
                }
            };
            let cut = cut.map(|cut| cut.index(self.bytes.len()));
            Damage { whole: Hidden(&self.bytes), changes: changes.into_iter().map(place).collect(), cut }
        })
    }
}

fn parts_of_elf(bytes: &[u8]) -> Vec<Range<usize>> {
    let file = object::File::parse(bytes).expect("the file is whole");
    let sections = file.sections().filter_map(|section| {
        let (start, size) = section.file_range()?;
        Some(usize::try_from(start).ok()?..usize::try_from(start + size).ok()?)
    });
    let mut parts: Vec<Range<usize>> = sections.filter(|range| !range.is_empty()).collect();
    let last = parts.iter().map(|range| range.end).max().unwrap_or(0);
    // The header with those of segments, and the table of sections at the end, more often than any one section.
    let heads = [0..64, 64..400, last..bytes.len()];
    parts.extend(heads.into_iter().filter(|range| !range.is_empty()).cycle().take(20));
    parts
}

/// The places of all `DW_AT_type`, each four bytes that count from the start of the only unit.
fn types_of_elf(bytes: &[u8]) -> Vec<usize> {
    let file = object::File::parse(bytes).expect("the file is whole");
    let section = |id: gimli::SectionId| file.section_by_name(id.name());
    let data = |id| section(id).and_then(|section| section.data().ok()).unwrap_or_default();
    let dwarf = gimli::Dwarf::load(|id| Ok::<_, gimli::Error>(gimli::EndianSlice::new(data(id), gimli::LittleEndian)));
    let find = || -> Result<Vec<usize>, gimli::Error> {
        let dwarf = dwarf?;
        let mut places = Vec::new();
        let Some(header) = dwarf.units().next()? else { return Ok(places) };
        let abbreviations = dwarf.abbreviations(&header)?;
        let mut entries = header.entries_raw(&abbreviations, None)?;
        while !entries.is_empty() {
            let Some(abbreviation) = entries.read_abbreviation()? else { continue };
            for specification in abbreviation.attributes() {
                let place = entries.next_offset().0;
                entries.read_attribute(*specification)?;
                if specification.name() == gimli::DW_AT_type && specification.form() == gimli::DW_FORM_ref4 {
                    places.push(place);
                }
            }
        }
        Ok(places)
    };
    let start = section(gimli::SectionId::DebugInfo).and_then(|section| section.file_range());
    let start = start.and_then(|(start, _)| usize::try_from(start).ok()).unwrap_or(0);
    find().expect("the debug information is whole").into_iter().map(|place| place + start).collect()
}

/// What is overwritten with what, and where the file ends.
#[derive(Debug)]
pub(crate) struct Damage {
    whole: Hidden,
    pub(crate) changes: Vec<(usize, Vec<u8>)>,
    cut: Option<usize>,
}

/// Is not told with the damage.
struct Hidden(&'static [u8]);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} bytes", self.0.len())
    }
}

impl Damage {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.whole.0.to_vec();
        for (at, new) in &self.changes {
            let end = bytes.len().min(at + new.len());
            bytes[*at..end].copy_from_slice(&new[..end - at]);
        }
        bytes.truncate(self.cut.unwrap_or(bytes.len()));
        bytes
    }
}

fn overwritten() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        (0..40_u32).prop_map(|number| number.to_le_bytes().to_vec()),
        any::<u64>().prop_map(|number| number.to_le_bytes().to_vec()),
        // Near the ends of what a number can be.
        (0..16_u64).prop_map(|less| (u64::MAX - less).to_le_bytes().to_vec()),
        (0..16_u64).prop_map(|less| (i64::MAX.cast_unsigned() - less).to_le_bytes().to_vec()),
        Just(vec![0xff; 4]),
        Just(vec![0; 8]),
        // Of LEB128: a number without an end.
        Just(vec![0x80; 12]),
    ]
}

/// What rustc makes of a source when it is called with these words.
pub(crate) fn compiled(source: &str, words: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let output = folder.path().join("output");
    compile(source, words, folder.path(), &output);
    fs::read(&output).expect("rustc wrote it")
}

/// The same, to a place of its own; the source is written to `folder`, where libraries are found, too.
pub(crate) fn compile(source: &str, words: &[&str], folder: &Path, output: &Path) {
    let input = folder.join("world.rs");
    fs::write(&input, source).expect("the source is written");
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()));
    rustc.args(["--edition", "2024", "-g", "-C", "codegen-units=1", "-C", "symbol-mangling-version=v0"]);
    rustc.args(words).arg("-L").arg(folder).arg("-o").arg(output).arg(&input);
    assert!(rustc.status().expect("rustc runs").success());
}
