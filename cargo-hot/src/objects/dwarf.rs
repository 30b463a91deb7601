//! Opens the debug information of an object that is not linked yet.

use crate::objects::object::{Object, Target};
use crate::objects::{SectionIndex, SectionKind};
use gimli::{
    AttributeValue, DebuggingInformationEntry, Dwarf, EndianSlice, LittleEndian, Reader as _, RelocateReader, Unit,
    UnitOffset,
};
use rustc_hash::FxHashMap;

/// A debug section's bytes, with the relocations applied as they are read.
pub(crate) type Bytes<'data> = RelocateReader<EndianSlice<'data, LittleEndian>, &'data Addends>;

/// A function, a type or a part of one.
pub(crate) type Entry<'data> = DebuggingInformationEntry<Bytes<'data>>;

/// Where an entry is.
pub(crate) type Place<'units, 'data> = (&'units Unit<Bytes<'data>>, UnitOffset);

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
    fn dwarf(&self) -> Result<gimli::Dwarf<Bytes<'_>>, gimli::Error> {
        gimli::Dwarf::load(|id: gimli::SectionId| {
            let (data, addends) = match self.sections.get(id.name()) {
                Some((index, addends)) => (self.object.data(&self.object.sections[*index]), addends),
                None => (&[][..], &self.nothing),
            };
            Ok(RelocateReader::new(EndianSlice::new(data, LittleEndian), addends))
        })
    }
}

/// The units of an object's debug information. Where the optimizer gave an object code of another one, there are several, which
/// refer to each other.
pub(crate) struct Units<'data> {
    pub(crate) dwarf: Dwarf<Bytes<'data>>,
    units: Vec<Unit<Bytes<'data>>>,
}

impl<'data> Units<'data> {
    /// # Errors
    /// Debug information cannot be read.
    pub(crate) fn of(debug: &'data DebugInfo<'_>) -> Result<Self, gimli::Error> {
        let dwarf = debug.dwarf()?;
        let mut headers = dwarf.units();
        let mut units = Vec::new();
        while let Some(header) = headers.next()? {
            units.push(dwarf.unit(header)?);
        }
        Ok(Self { dwarf, units })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Unit<Bytes<'data>>> {
        self.units.iter()
    }

    /// Where the type of an entry is described.
    pub(crate) fn type_of<'units>(
        &'units self,
        unit: &'units Unit<Bytes<'data>>,
        entry: &Entry<'data>,
    ) -> Option<Place<'units, 'data>> {
        match entry.attr_value(gimli::DW_AT_type)? {
            AttributeValue::UnitRef(offset) => Some((unit, offset)),
            AttributeValue::DebugInfoRef(offset) => {
                self.units.iter().find_map(|unit| Some((unit, offset.to_unit_offset(&unit.header)?)))
            }
            _ => None,
        }
    }

    /// The symbol of the declaration that an entry is the definition of.
    ///
    /// # Errors
    /// Debug information cannot be read.
    pub(crate) fn symbol_before(
        &self,
        unit: &Unit<Bytes<'data>>,
        entry: &Entry<'data>,
    ) -> Result<Option<String>, gimli::Error> {
        match entry.attr_value(gimli::DW_AT_specification) {
            Some(AttributeValue::UnitRef(declaration)) => {
                self.text(unit, &unit.entry(declaration)?, gimli::DW_AT_linkage_name)
            }
            _ => Ok(None),
        }
    }

    pub(crate) fn text(
        &self,
        unit: &Unit<Bytes<'data>>,
        entry: &Entry<'data>,
        attribute: gimli::DwAt,
    ) -> Result<Option<String>, gimli::Error> {
        let Some(value) = entry.attr_value(attribute) else { return Ok(None) };
        Ok(Some(self.dwarf.attr_string(unit, value)?.to_string_lossy()?.into_owned()))
    }
}

/// Shows each function that debug information knows by its symbol, up to where that cannot be read.
pub(crate) fn each_function(
    object: &Object,
    mut visit: impl for<'data> FnMut(&Units<'data>, &Unit<Bytes<'data>>, &Entry<'data>, String) -> Result<(), gimli::Error>,
) {
    let debug = DebugInfo::of(object);
    let mut walk = || -> Result<(), gimli::Error> {
        let units = Units::of(&debug)?;
        for unit in units.iter() {
            let mut entries = unit.entries();
            while let Some(entry) = entries.next_dfs()? {
                if entry.tag() != gimli::DW_TAG_subprogram {
                    continue;
                }
                // What is not mangled has no other name than its own.
                let mangled = units.text(unit, entry, gimli::DW_AT_linkage_name)?;
                let symbol =
                    mangled.map_or_else(|| units.text(unit, entry, gimli::DW_AT_name), |name| Ok(Some(name)))?;
                if let Some(symbol) = symbol {
                    visit(&units, unit, entry, symbol)?;
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
