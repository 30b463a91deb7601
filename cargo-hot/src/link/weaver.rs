//! Writes the patch as one relocatable object: the chosen sections, what they need of constants and unwind tables, and the
//! symbols; [`super::bind`] binds each reference anew.

use crate::image::{Generation, Image};
use crate::link::debug::copy_debug_info;
use crate::link::imports::{Area, Imports};
use crate::link::manifest::write_manifest;
use crate::link::{LinkRefusal, unwind};
use crate::objects::digest::landing_pads;
use crate::objects::{Build, Name, Names, Place, Section, SectionKind};
use crate::plan::Plan;
use object::elf;
use object::write::{Object as Output, Symbol, SymbolId, SymbolSection};
use object::{Architecture, BinaryFormat, Endianness, SectionFlags, SymbolFlags, SymbolKind, SymbolScope};
use rustc_hash::{FxHashMap, FxHashSet};

/// What a patch says of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) build_id: u128,
    pub(crate) generation: Generation,
}

/// The patch object's bytes.
///
/// # Errors
/// The code refers to the running program in a way that cannot be redirected.
pub(crate) fn weave(
    plan: &Plan,
    build: &Build,
    image: &Image,
    names: &Names,
    frame: Frame,
) -> Result<Vec<u8>, LinkRefusal> {
    let mut output = Output::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    let cells = Area::cells(&mut output);
    let thunks = Area::thunks(&mut output);
    let detours = Area::detours(&mut output);
    let mut weaver = Weaver {
        build,
        image,
        names,
        chosen: plan.places.iter().copied().collect(),
        output,
        cells,
        thunks,
        detours,
        imports: Imports::default(),
        copies: FxHashMap::default(),
        open: Vec::new(),
        undefined: FxHashMap::default(),
        labels: FxHashMap::default(),
    };
    weaver.copy_all(plan)?;
    let Weaver { mut output, imports, copies, .. } = weaver;
    let sections = Copies { build, sections: &copies };
    copy_debug_info(&mut output, &sections);
    let fills = imports.finish(&mut output, cells, thunks);
    write_manifest(&mut output, plan, &sections, image, &fills, frame);
    Ok(output.write().expect("what was woven is a well-formed object"))
}

/// Where each section of the build went in the patch object.
pub(crate) struct Copies<'weaver> {
    pub(crate) build: &'weaver Build,
    pub(crate) sections: &'weaver FxHashMap<Place, Area>,
}

impl Copies<'_> {
    /// The copy of a named definition.
    pub(crate) fn of_name(&self, name: Name) -> Option<(SymbolId, u64)> {
        self.build.places(name).iter().find_map(|place| {
            let area = self.sections.get(place)?;
            let definition = self.build.section(*place).definitions.iter().find(|found| found.name == name)?;
            Some((area.symbol, definition.offset))
        })
    }
}

pub(super) struct Weaver<'session> {
    pub(super) build: &'session Build,
    pub(super) image: &'session Image,
    pub(super) names: &'session Names,
    /// Sections with a name that the plan wants; constants come along as they are met.
    pub(super) chosen: FxHashSet<Place>,
    pub(super) output: Output<'static>,
    pub(super) cells: Area,
    pub(super) thunks: Area,
    pub(super) detours: Area,
    pub(super) imports: Imports,
    pub(super) copies: FxHashMap<Place, Area>,
    pub(super) open: Vec<Place>,
    pub(super) undefined: FxHashMap<Name, SymbolId>,
    pub(super) labels: FxHashMap<(Place, u64), SymbolId>,
}

impl Weaver<'_> {
    fn copy_all(&mut self, plan: &Plan) -> Result<(), LinkRefusal> {
        for place in &plan.places {
            self.area(*place);
        }
        self.copy_open()?;
        let objects: FxHashSet<Place> = self.copies.keys().map(|place| place.in_object(0)).collect();
        for place in objects {
            self.copy_unwind_table(place)?;
        }
        // The personality's word was met only in the unwind tables.
        self.copy_open()
    }

    fn copy_open(&mut self) -> Result<(), LinkRefusal> {
        while let Some(place) = self.open.pop() {
            self.copy(place)?;
        }
        Ok(())
    }

    /// Those entries of an object's table that speak of copied functions.
    fn copy_unwind_table(&mut self, object: Place) -> Result<(), LinkRefusal> {
        let sections = &self.build.object(object).sections;
        for (index, section) in sections.iter().enumerate().filter(|(_, section)| section.kind == SectionKind::Unwind) {
            let place = object.in_object(index);
            let is_copied = |section| self.copies.contains_key(&object.in_object(section));
            let Some(table) = unwind::select(self.build.object(object), section, is_copied) else { continue };
            let id = self.output.add_section(Vec::new(), b".eh_frame".to_vec(), object::SectionKind::ReadOnlyData);
            let mut data = table.data;
            for reference in &table.references {
                self.bind(place, id, reference, &mut data)?;
            }
            self.output.set_section_data(id, data, 8);
        }
        Ok(())
    }

    /// The copy's symbol, made before its content: sections may refer to each other in a circle.
    pub(super) fn area(&mut self, place: Place) -> Area {
        if let Some(area) = self.copies.get(&place) {
            return *area;
        }
        let section = self.build.section(place);
        let has_references = !self.build.object(place).references(section).is_empty();
        let id = self.output.add_section(Vec::new(), output_name(section, has_references).into(), output_kind(section));
        let mut flags = section.flags;
        flags.remove(elf::SHF_MERGE | elf::SHF_STRINGS | elf::SHF_GROUP | elf::SHF_GNU_RETAIN);
        if section.kind == SectionKind::ReadOnly && has_references {
            flags.insert(elf::SHF_WRITE); // Its words may be imports.
        }
        let sh_type = if section.is_zero { elf::SHT_NOBITS } else { elf::SHT_PROGBITS };
        self.output.section_mut(id).flags = SectionFlags::Elf { sh_type, sh_flags: flags };
        let area = Area { section: id, symbol: self.output.section_symbol(id) };
        self.copies.insert(place, area);
        self.open.push(place);
        area
    }

    fn copy(&mut self, place: Place) -> Result<(), LinkRefusal> {
        let area = self.area(place);
        let (object, section) = (self.build.object(place), self.build.section(place));
        if section.is_zero {
            self.output.append_section_bss(area.section, section.size, section.align);
        } else {
            let mut data = object.data(section).to_vec();
            self.check_thread_locals(place)?;
            for reference in object.references(section) {
                self.bind(place, area.section, &reference, &mut data)?;
            }
            self.output.set_section_data(area.section, data, section.align);
        }
        self.define(place, area);
        if let Some(table) = section.name.strip_prefix(".text").and_then(|name| landing_pads(object).get(name).copied())
        {
            self.area(place.in_object(table));
        }
        Ok(())
    }

    /// A symbol at a place of a copy; see `wants_symbol`.
    pub(super) fn label(&mut self, place: Place, offset: u64) -> SymbolId {
        let area = self.area(place);
        let kind = match self.build.section(place).kind {
            SectionKind::ThreadLocal => SymbolKind::Tls,
            _ if offset == 0 => return area.symbol,
            _ => SymbolKind::Data,
        };
        let number = self.labels.len();
        let output = &mut self.output;
        *self.labels.entry((place, offset)).or_insert_with(|| {
            output.add_symbol(Symbol {
                name: format!(".Llabel.{number}").into_bytes(),
                value: offset,
                size: 0,
                kind,
                scope: SymbolScope::Compilation,
                weak: false,
                section: SymbolSection::Section(area.section),
                flags: SymbolFlags::None,
            })
        })
    }

    /// Names for debuggers, profilers and our own reading back.
    fn define(&mut self, place: Place, area: Area) {
        let section = self.build.section(place);
        let mut ends: Vec<u64> = section.definitions.iter().map(|found| found.offset).chain([section.size]).collect();
        ends.sort_unstable();
        for definition in section.definitions.iter().filter(|definition| !definition.is_anonymous) {
            let end = ends.iter().find(|end| **end > definition.offset).unwrap_or(&section.size);
            self.output.add_symbol(Symbol {
                name: self.names.text(definition.name).as_bytes().to_vec(),
                value: definition.offset,
                size: end - definition.offset,
                kind: match section.kind {
                    SectionKind::Code => SymbolKind::Text,
                    SectionKind::ThreadLocal => SymbolKind::Tls,
                    _ => SymbolKind::Data,
                },
                scope: SymbolScope::Compilation,
                weak: false,
                section: SymbolSection::Section(area.section),
                flags: SymbolFlags::None,
            });
        }
    }
}

fn output_name(section: &Section, has_references: bool) -> String {
    match section.kind {
        SectionKind::ReadOnly if has_references && section.name.starts_with(".rodata") => {
            format!(".data{}", section.name.trim_start_matches(".rodata"))
        }
        SectionKind::ReadOnly if section.name.starts_with(".data.rel.ro") => {
            format!(".data{}", section.name.trim_start_matches(".data.rel.ro"))
        }
        _ => section.name.clone(),
    }
}

fn output_kind(section: &Section) -> object::SectionKind {
    match section.kind {
        SectionKind::Code => object::SectionKind::Text,
        SectionKind::ThreadLocal if section.is_zero => object::SectionKind::UninitializedTls,
        SectionKind::ThreadLocal => object::SectionKind::Tls,
        SectionKind::Writable if section.is_zero => object::SectionKind::UninitializedData,
        SectionKind::Writable => object::SectionKind::Data,
        _ => object::SectionKind::ReadOnlyData,
    }
}
