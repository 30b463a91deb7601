//! Where functions are declared, from the debug information of the object that holds them.

use crate::objects::object::{Object, Target};
use crate::objects::{SectionIndex, SectionKind};
use gimli::{AttributeValue, EndianSlice, LittleEndian, Reader as _, RelocateReader};
use rustc_hash::FxHashMap;
use std::path::PathBuf;

/// A line of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) file: PathBuf,
    pub(crate) line: u64,
}

type Bytes<'data> = RelocateReader<EndianSlice<'data, LittleEndian>, &'data Addends>;

/// Finds the declarations of functions by their symbols; those without debug information are left out.
pub(crate) fn declarations(object: &Object, symbols: &[&str]) -> FxHashMap<String, Declared> {
    let sections: FxHashMap<&str, SectionIndex> = object
        .sections
        .iter()
        .enumerate()
        .filter(|(_, section)| section.kind == SectionKind::Debug)
        .map(|(index, section)| (section.name.as_str(), index))
        .collect();
    let addends: FxHashMap<SectionIndex, Addends> =
        sections.values().map(|index| (*index, Addends::of(object, *index))).collect();
    let nothing = Addends::default();
    let load = |id: gimli::SectionId| -> Result<Bytes<'_>, gimli::Error> {
        let index = sections.get(id.name());
        let data = index.map_or(&[][..], |index| object.data(&object.sections[*index]));
        let addends = index.and_then(|index| addends.get(index)).unwrap_or(&nothing);
        Ok(RelocateReader::new(EndianSlice::new(data, LittleEndian), addends))
    };
    let mut found = FxHashMap::default();
    if let Ok(dwarf) = gimli::Dwarf::load(load) {
        // Debug information that cannot be read costs the lines, not the patch.
        let _ = search(&dwarf, symbols, &mut found);
    }
    found
}

fn search(
    dwarf: &gimli::Dwarf<Bytes<'_>>,
    symbols: &[&str],
    found: &mut FxHashMap<String, Declared>,
) -> Result<(), gimli::Error> {
    let mut headers = dwarf.units();
    while let Some(header) = headers.next()? {
        let unit = dwarf.unit(header)?;
        let mut entries = unit.entries();
        while let Some(entry) = entries.next_dfs()? {
            if entry.tag() != gimli::DW_TAG_subprogram {
                continue;
            }
            let Some(name) = entry.attr_value(gimli::DW_AT_linkage_name) else { continue };
            let name = dwarf.attr_string(&unit, name)?;
            let name = name.to_string_lossy()?;
            if !symbols.contains(&name.as_ref()) {
                continue;
            }
            let file = entry.attr_value(gimli::DW_AT_decl_file);
            let line = entry.attr_value(gimli::DW_AT_decl_line).and_then(|line| line.udata_value());
            if let (Some(AttributeValue::FileIndex(file)), Some(line)) = (file, line)
                && let Some(file) = file_path(dwarf, &unit, file)?
            {
                found.insert(name.into_owned(), Declared { file, line });
            }
        }
    }
    Ok(())
}

/// As the compiler was given it: relative to its working directory, for the user's own files.
fn file_path(
    dwarf: &gimli::Dwarf<Bytes<'_>>,
    unit: &gimli::Unit<Bytes<'_>>,
    index: u64,
) -> Result<Option<PathBuf>, gimli::Error> {
    let Some(program) = &unit.line_program else { return Ok(None) };
    let header = program.header();
    let Some(file) = header.file(index) else { return Ok(None) };
    let name = dwarf.attr_string(unit, file.path_name())?.to_string_lossy()?.into_owned();
    let directory = match file.directory(header) {
        Some(directory) if file.directory_index() != 0 => {
            dwarf.attr_string(unit, directory)?.to_string_lossy()?.into_owned()
        }
        _ => String::new(),
    };
    Ok(Some(PathBuf::from(directory).join(name)))
}

/// What the linker would add: in an object not linked yet, offsets into other sections are in the relocations.
#[derive(Debug, Default)]
struct Addends(FxHashMap<usize, u64>);

impl Addends {
    fn of(object: &Object, section: SectionIndex) -> Self {
        let references = object.references(&object.sections[section]).into_iter();
        Self(
            references
                .filter_map(|reference| {
                    let Target::Here { offset, .. } = reference.target else { return None };
                    Some((usize::try_from(reference.offset).ok()?, offset.wrapping_add_signed(reference.addend)))
                })
                .collect(),
        )
    }

    fn at(&self, offset: usize, value: u64) -> u64 {
        self.0.get(&offset).map_or(value, |addend| *addend)
    }
}

impl gimli::Relocate for &Addends {
    fn relocate_address(&self, offset: usize, value: u64) -> gimli::Result<u64> {
        Ok(self.at(offset, value))
    }

    fn relocate_offset(&self, offset: usize, value: usize) -> gimli::Result<usize> {
        Ok(usize::try_from(self.at(offset, value as u64)).unwrap_or(value))
    }
}
