//! Copies the debug information of the objects that the patch took code from.
//!
//! A unit of debug information speaks of all functions of its object; what it says of those that are not in the patch
//! points nowhere, in the way linkers mark it.

use crate::link::imports::{Area, relocate};
use crate::link::weaver::Copies;
use crate::objects::object::Target;
use crate::objects::{Object, Place, Reference, Section, SectionIndex, SectionKind};
use object::elf;
use object::write::{Object as Output, SymbolId};
use rustc_hash::{FxHashMap, FxHashSet};

/// Appends the debug sections of every object that a function was copied from.
pub(crate) fn copy_debug_info(output: &mut Output<'_>, copies: &Copies<'_>) {
    let code = copies.sections.keys().filter(|place| copies.build.section(**place).kind == SectionKind::Code);
    let objects: FxHashSet<Place> = code.map(|place| place.in_object(0)).collect();
    let mut objects: Vec<_> = objects.into_iter().filter(|place| !copies.build.is_foreign(*place)).collect();
    objects.sort_unstable();
    for place in objects {
        copy_object(output, copies, place);
    }
}

fn copy_object(output: &mut Output<'_>, copies: &Copies<'_>, place: Place) {
    let object = copies.build.object(place);
    let sections = object.sections.iter().enumerate().filter(|(_, section)| section.kind == SectionKind::Debug);
    let areas: FxHashMap<SectionIndex, Area> = sections
        .map(|(index, section)| (index, Area::new(output, section.name.as_bytes(), object::SectionKind::Debug)))
        .collect();
    for (index, area) in &areas {
        let section = &object.sections[*index];
        let mut data = object.data(section).to_vec();
        for reference in object.references(section) {
            match target(&reference, object, place, &areas, copies) {
                Some((symbol, offset)) => {
                    let addend = reference.addend + offset;
                    relocate(output, area.section, reference.offset, reference.kind, symbol, addend);
                }
                None => bury(section, &reference, &mut data),
            }
        }
        output.set_section_data(area.section, data, section.align);
    }
}

/// The new place of what a debug entry speaks of; `None` if that is not in the patch.
fn target(
    reference: &Reference,
    object: &Object,
    place: Place,
    areas: &FxHashMap<SectionIndex, Area>,
    copies: &Copies<'_>,
) -> Option<(SymbolId, i64)> {
    match reference.target {
        Target::Here { section, offset } if object.sections[section].kind == SectionKind::Debug => {
            Some((areas.get(&section)?.symbol, offset.cast_signed()))
        }
        Target::Here { section, offset } => {
            let place = place.in_object(section);
            Some((copies.sections.get(&place)?.symbol, offset.cast_signed()))
        }
        Target::Elsewhere(name) => {
            let (symbol, offset) = copies.of_name(name)?;
            Some((symbol, offset.cast_signed()))
        }
        Target::Nothing => None,
    }
}

/// Zero says "nowhere", but would end a list of ranges or locations: there it is one.
fn bury(section: &Section, reference: &Reference, data: &mut [u8]) {
    let is_list = matches!(section.name.as_str(), ".debug_ranges" | ".debug_loc");
    let offset = usize::try_from(reference.offset).unwrap_or(usize::MAX);
    if is_list
        && reference.kind == elf::R_X86_64_64
        && let Some(word) = data.get_mut(offset..offset.saturating_add(8))
    {
        word.copy_from_slice(&1_u64.to_le_bytes());
    }
}
