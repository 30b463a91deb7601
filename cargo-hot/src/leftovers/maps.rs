//! Where a process has its images, and which of its memory may hold objects of the user's.

use super::memory::{Memory, Word};
use crate::image::Generation;
use anyhow::{Context as _, Result};
use object::read::elf::{FileHeader as _, ProgramHeader as _};
use object::{LittleEndian, elf};
use procfs::process::{MMPermissions, MMapPath, MemoryMap};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// An image in memory.
#[derive(Debug)]
pub(super) struct Mapped {
    /// What is to be added to an address in its file.
    pub(super) bias: Word,
    /// Where its vtables are.
    pub(super) constants: Vec<Range<Word>>,
    pub(super) code: Vec<Range<Word>>,
}

/// The images among `files`, by their numbers.
///
/// # Errors
/// One of them has no header in memory.
pub(super) fn images(
    maps: &[MemoryMap],
    files: &BTreeMap<Generation, impl AsRef<Path>>,
    memory: &Memory,
) -> Result<BTreeMap<Generation, Mapped>> {
    let find = |(generation, path): (&Generation, &_)| {
        let first = maps.iter().find(|map| map.offset == 0 && is_of(map, AsRef::<Path>::as_ref(path)))?;
        Some((*generation, first.address.0))
    };
    let found = files.iter().filter_map(find);
    found.map(|(generation, start)| Ok((generation, image(start, memory)?))).collect()
}

fn is_of(map: &MemoryMap, path: &Path) -> bool {
    matches!(&map.pathname, MMapPath::Path(found) if found == path)
}

/// By the program headers that are mapped with the image: its file may have been replaced.
fn image(start: Word, memory: &Memory) -> Result<Mapped> {
    const PAGE: usize = 4096;
    let header = memory.read(start, PAGE).context("the image's header cannot be read")?;
    from_header(start, &header)
}

fn from_header(start: Word, page: &[u8]) -> Result<Mapped> {
    const PAGE: u64 = 4096;
    let header = elf::FileHeader64::<LittleEndian>::parse(page)?;
    let segments = header.program_headers(LittleEndian, page)?;
    let of_type = |wanted| segments.iter().filter(move |segment| segment.p_type(LittleEndian) == wanted);
    let loads = || of_type(elf::PT_LOAD);
    let first = loads().find(|segment| segment.p_offset(LittleEndian) == 0);
    let first = first.context("no segment holds the image's header")?.p_vaddr(LittleEndian);
    let bias = start.wrapping_sub(first - first % PAGE);
    let range = |segment: &elf::ProgramHeader64<LittleEndian>| {
        let start = bias.wrapping_add(segment.p_vaddr(LittleEndian));
        start..start.saturating_add(segment.p_filesz(LittleEndian))
    };
    let with = |flag: elf::ProgramFlags| {
        let has = move |segment: &&elf::ProgramHeader64<LittleEndian>| segment.p_flags(LittleEndian).contains(flag);
        loads().filter(has).map(range).collect::<Vec<_>>()
    };
    let locked: Vec<_> = of_type(elf::PT_GNU_RELRO).map(range).collect();
    // Patches lock nothing.
    let constants = if locked.is_empty() { with(elf::PF_W) } else { locked };
    Ok(Mapped { bias, constants, code: with(elf::PF_X) })
}

/// Heap and statics: what is private and writable, and neither a stack nor of one of the `patches`, whose references to other
/// code are no pointers of the user's. `None` if there is too much of it.
pub(super) fn user_data(maps: &[MemoryMap], patches: &[&Path]) -> Option<Vec<Range<Word>>> {
    const MOST: u64 = 1 << 30;
    let is_writable = |map: &MemoryMap| {
        map.perms.contains(MMPermissions::READ | MMPermissions::WRITE | MMPermissions::PRIVATE)
            && !matches!(map.pathname, MMapPath::Stack | MMapPath::TStack(_))
            && !patches.iter().any(|patch| is_of(map, patch))
    };
    let before = std::iter::once(None).chain(maps.iter().map(Some));
    let found = maps.iter().zip(before).filter(|(map, before)| is_writable(map) && !is_stack(map, *before));
    let found: Vec<_> = found.map(|(map, _)| map.address.0..map.address.1).collect();
    let size: u64 = found.iter().map(|range| range.end - range.start).sum();
    (size <= MOST).then_some(found)
}

/// A thread's stack lies on a guard, of a few pages. What is reserved for a heap to grow is larger.
fn is_stack(map: &MemoryMap, before: Option<&MemoryMap>) -> bool {
    const LARGEST_GUARD: u64 = 1 << 16;
    let is_guard = |before: &MemoryMap| {
        let is_closed = !before.perms.intersects(MMPermissions::READ | MMPermissions::WRITE | MMPermissions::EXECUTE);
        is_closed && before.address.1 == map.address.0 && before.address.1 - before.address.0 <= LARGEST_GUARD
    };
    map.pathname == MMapPath::Anonymous && before.is_some_and(is_guard)
}

#[cfg(test)]
mod tests {
    use super::*;
    use procfs::FromRead as _;
    use procfs::process::MemoryMaps;

    #[track_caller]
    fn check(maps: &str, expected: Option<&[(Word, Word)]>) {
        let maps = MemoryMaps::from_read(maps.as_bytes()).expect("they are maps").0;
        let found = user_data(&maps, &[Path::new("/s/patch 1.so")]);
        assert_eq!(found.map(|found| pairs(&found)).as_deref(), expected);
    }

    fn pairs(ranges: &[Range<Word>]) -> Vec<(Word, Word)> {
        ranges.iter().map(|range| (range.start, range.end)).collect()
    }

    #[test]
    fn data_of_the_user_is_private_and_writable() {
        check("1000-2000 r--p 00000000 fe:00 7 /t/life\n", Some(&[]));
        check("1000-2000 r-xp 00000000 fe:00 7 /t/life\n", Some(&[]));
        check("1000-2000 rw-s 00000000 fe:00 7 /t/life\n", Some(&[]));
        check("1000-2000 rw-p 00000000 fe:00 7 /t/life\n", Some(&[(0x1000, 0x2000)]));
        check(
            "1000-2000 rw-p 00000000 00:00 0 \n3000-5000 rw-p 00000000 00:00 0 [heap]\n",
            Some(&[(0x1000, 0x2000), (0x3000, 0x5000)]),
        );
    }

    #[test]
    fn references_of_patches_are_none_of_the_users() {
        check("1000-2000 rw-p 00000000 fe:00 7 /s/patch 1.so\n", Some(&[]));
    }

    #[test]
    fn stacks_are_left_out() {
        check("1000-2000 rw-p 00000000 00:00 0 [stack]\n", Some(&[]));
        check("1000-2000 ---p 00000000 00:00 0 \n2000-9000 rw-p 00000000 00:00 0 \n", Some(&[]));
        check("1000-2000 ---p 00000000 00:00 0 \n3000-9000 rw-p 00000000 00:00 0 \n", Some(&[(0x3000, 0x9000)]));
        check(
            "100000-400000 ---p 00000000 00:00 0 \n400000-500000 rw-p 00000000 00:00 0 \n",
            Some(&[(0x40_0000, 0x50_0000)]),
        );
    }

    #[test]
    fn too_much_is_not_searched() {
        check("100000000-140000000 rw-p 00000000 00:00 0 \n", Some(&[(0x1_0000_0000, 0x1_4000_0000)]));
        check("100000000-140001000 rw-p 00000000 00:00 0 \n", None);
    }

    #[test]
    fn an_image_is_where_its_header_says() {
        let segment = |segment_type: u32, flags: u32, address: u64, size: u64| {
            let offset = address & 0xffff;
            let words = [u64::from(segment_type) | u64::from(flags) << 32, offset, address, 0, size, size, 1];
            words.map(u64::to_le_bytes).concat()
        };
        let header = |segments: &[Vec<u8>]| {
            let mut page = vec![0; 64];
            page[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
            page[32] = 64;
            page[52] = 64;
            page[54] = 56;
            page[56] = u8::try_from(segments.len()).expect("a few");
            [page, segments.concat()].concat()
        };
        let loads = vec![segment(1, 4, 0, 0x100), segment(1, 5, 0x1200, 0x10), segment(1, 6, 0x2300, 0x20)];
        let patch = from_header(0x7000, &header(&loads)).expect("it is an image");
        assert_eq!(patch.bias, 0x7000);
        assert_eq!(pairs(&patch.code), [(0x8200, 0x8210)]);
        assert_eq!(pairs(&patch.constants), [(0x9300, 0x9320)]);
        let locked = [loads, vec![segment(0x6474_e552, 4, 0x2308, 8)]].concat();
        let program = from_header(0x7000, &header(&locked)).expect("it is an image");
        assert_eq!(pairs(&program.constants), [(0x9308, 0x9310)]);
        let fixed = header(&[segment(1, 4, 0x40_0000, 0x100)]);
        assert_eq!(from_header(0x40_0000, &fixed).expect("it is an image").bias, 0);
        assert!(from_header(0x40_0000, b"no image").is_err());
    }
}
