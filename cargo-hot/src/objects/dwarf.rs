//! Opens the debug information of an object that is not linked yet.

use crate::objects::object::{Object, Target};
use crate::objects::{SectionIndex, SectionKind};
use gimli::{DebuggingInformationEntry, Dwarf, EndianSlice, LittleEndian, Reader as _, RelocateReader, Unit};
use rustc_hash::FxHashMap;

/// A debug section's bytes, with the relocations applied as they are read.
pub(crate) type Bytes<'data> = RelocateReader<EndianSlice<'data, LittleEndian>, &'data Addends>;

/// A function, a type or a part of one.
pub(crate) type Entry<'data> = DebuggingInformationEntry<Bytes<'data>>;

/// An object's debug sections.
#[derive(Debug)]
pub(crate) struct DebugInfo<'object> {
    object: &'object Object,
    sections: FxHashMap<&'object str, (SectionIndex, Addends)>,
    nothing: Addends,
}

impl<'object> DebugInfo<'object> {
    pub(crate) fn of(object: &'object Object) -> Self {
        let sections = object.sections.iter().enumerate().filter(|(_, section)| section.kind == SectionKind::Debug);
        let sections =
            sections.map(|(index, section)| (section.name.as_str(), (index, Addends::of(object, index)))).collect();
        Self { object, sections, nothing: Addends::default() }
    }

    /// # Errors
    /// A section that others depend on cannot be read.
    pub(crate) fn dwarf(&self) -> Result<gimli::Dwarf<Bytes<'_>>, gimli::Error> {
        gimli::Dwarf::load(|id: gimli::SectionId| {
            let (data, addends) = match self.sections.get(id.name()) {
                Some((index, addends)) => (self.object.data(&self.object.sections[*index]), addends),
                None => (&[][..], &self.nothing),
            };
            Ok(RelocateReader::new(EndianSlice::new(data, LittleEndian), addends))
        })
    }
}

/// Shows each function that debug information knows by its symbol, up to where that cannot be read.
pub(crate) fn each_function(
    object: &Object,
    mut visit: impl FnMut(&Dwarf<Bytes<'_>>, &Unit<Bytes<'_>>, &Entry<'_>, String) -> Result<(), gimli::Error>,
) {
    let debug = DebugInfo::of(object);
    let mut walk = || -> Result<(), gimli::Error> {
        let dwarf = debug.dwarf()?;
        let mut headers = dwarf.units();
        while let Some(header) = headers.next()? {
            let unit = dwarf.unit(header)?;
            let mut entries = unit.entries();
            while let Some(entry) = entries.next_dfs()? {
                let symbol = entry.attr_value(gimli::DW_AT_linkage_name);
                if let Some(symbol) = symbol.filter(|_| entry.tag() == gimli::DW_TAG_subprogram) {
                    let symbol = dwarf.attr_string(&unit, symbol)?.to_string_lossy()?.into_owned();
                    visit(&dwarf, &unit, entry, symbol)?;
                }
            }
        }
        Ok(())
    };
    // It costs what was asked for, not the patch.
    let _ = walk();
}

/// What the linker would add: in an object not linked yet, offsets into other sections are in the relocations.
#[derive(Debug, Default)]
pub(crate) struct Addends(FxHashMap<usize, u64>);

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
