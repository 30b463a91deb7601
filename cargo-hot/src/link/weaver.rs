//! Writes the patch as one relocatable object: the chosen sections, each reference bound anew.
//!
//! A reference to something in the patch stays what it is. One to something loaded goes through an import: a call
//! through a thunk, an address through a word in place of the GOT's, a word of data is filled itself. One to neither is
//! left to the dynamic loader.

use crate::image::{Generation, Image, Instance, InstanceKind};
use crate::link::debug::copy_debug_info;
use crate::link::detour::{Detour, JUMP, detour};
use crate::link::imports::{Area, Fill, Import, Imports, relocate, undefined};
use crate::link::manifest::write_manifest;
use crate::link::{LinkRefusal, unwind};
use crate::objects::digest::{Referent, landing_pads, referent};
use crate::objects::object::Target;
use crate::objects::{Build, Name, Names, Place, Reference, Section, SectionIndex, SectionKind};
use crate::plan::Plan;
use object::elf::{self, R_X86_64_64};
use object::write::{Object as Output, SectionId, Symbol, SymbolId, SymbolSection};
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

struct Weaver<'session> {
    build: &'session Build,
    image: &'session Image,
    names: &'session Names,
    /// Sections with a name that the plan wants; constants come along as they are met.
    chosen: FxHashSet<Place>,
    output: Output<'static>,
    cells: Area,
    thunks: Area,
    detours: Area,
    imports: Imports,
    copies: FxHashMap<Place, Area>,
    open: Vec<Place>,
    undefined: FxHashMap<Name, SymbolId>,
    labels: FxHashMap<(Place, u64), SymbolId>,
}

/// What a reference is bound to.
enum Bound {
    /// The copy of a section, and where in it.
    Patch(Place, i64),
    /// Something loaded, and how far into it.
    Loaded(Instance, i64),
    /// A symbol of a shared library.
    Dynamic(Name),
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
    fn area(&mut self, place: Place) -> Area {
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

    /// A symbol at a place of a copy; see [`wants_symbol`].
    fn label(&mut self, place: Place, offset: u64) -> SymbolId {
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

    /// Writes one reference of `place` into the patch; `data` are the bytes it stands in.
    fn bind(
        &mut self,
        place: Place,
        section: SectionId,
        reference: &Reference,
        data: &mut [u8],
    ) -> Result<(), LinkRefusal> {
        let Some(bound) = self.resolve(place, reference) else { return Ok(()) };
        match bound {
            Bound::Patch(target, offset) if wants_symbol(reference.kind) => {
                let symbol = self.label(target, offset.cast_unsigned());
                relocate(&mut self.output, section, reference.offset, reference.kind, symbol, reference.addend);
            }
            Bound::Patch(target, offset) => {
                let symbol = self.area(target).symbol;
                let addend = reference.addend + offset;
                relocate(&mut self.output, section, reference.offset, reference.kind, symbol, addend);
            }
            Bound::Dynamic(name) => {
                let weak = self.build.object(place).weak.contains(&name);
                let text = self.names.text(name);
                let symbol = *self.undefined.entry(name).or_insert_with(|| undefined(&mut self.output, text, weak));
                relocate(&mut self.output, section, reference.offset, reference.kind, symbol, reference.addend);
            }
            Bound::Loaded(instance, offset) => {
                self.import(place, section, reference, instance, offset, data)?;
            }
        }
        Ok(())
    }

    fn resolve(&self, place: Place, reference: &Reference) -> Option<Bound> {
        let object = self.build.object(place);
        // Unwind tables refer to their own section only through entries that are rewritten.
        match referent(object, place.section as SectionIndex, reference) {
            Referent::Nothing => None,
            Referent::Own => match reference.target {
                Target::Here { offset, .. } => Some(Bound::Patch(place, offset.cast_signed())),
                _ => None,
            },
            Referent::Anonymous(section, offset) => Some(Bound::Patch(place.in_object(section), offset.cast_signed())),
            Referent::Named(name, offset) => Some(self.resolve_name(place, name, offset)),
        }
    }

    fn resolve_name(&self, place: Place, name: Name, distance: i64) -> Bound {
        let defined = self.build.definition(name, place);
        if let Some(found) = defined
            && (self.chosen.contains(&found) || self.build.is_constant(found))
        {
            let definition = self.build.section(found).definitions.iter().find(|definition| definition.name == name);
            let offset = definition.map_or(0, |definition| definition.offset.cast_signed());
            return Bound::Patch(found, offset + distance);
        }
        match self.image.bound(self.build, name, place, defined) {
            Some(instance) => Bound::Loaded(*instance, distance),
            None => Bound::Dynamic(name),
        }
    }

    fn import(
        &mut self,
        place: Place,
        section: SectionId,
        reference: &Reference,
        instance: Instance,
        distance: i64,
        data: &mut [u8],
    ) -> Result<(), LinkRefusal> {
        let refused = || LinkRefusal::Relocation {
            function: self.describe(place),
            target: self.describe_target(place, reference),
            kind: reference.kind,
        };
        let generation = instance.generation;
        let address = |extra: i64| Import::Address { generation, address: instance.address.wrapping_add_signed(extra) };
        let offset = usize::try_from(reference.offset).unwrap_or(usize::MAX);
        // A reference relative to the program counter is 4 bytes before the place that the counter has by then.
        let relative = distance + reference.addend + 4;
        let is_code = instance.kind == InstanceKind::Code;
        let (cell, kind) = match reference.kind {
            R_X86_64_64 if reference.offset + 8 <= data.len() as u64 || data.is_empty() => {
                let symbol = self.output.section_symbol(section);
                let import = address(distance + reference.addend);
                self.imports.fills.push(Fill { symbol, offset: reference.offset, import });
                return Ok(());
            }
            elf::R_X86_64_PLT32 | elf::R_X86_64_PC32 if is_code => {
                let thunk = self.imports.thunk(address(relative));
                let symbol = self.thunks.symbol;
                relocate(
                    &mut self.output,
                    section,
                    reference.offset,
                    elf::R_X86_64_PC32,
                    symbol,
                    thunk.cast_signed() - 4,
                );
                return Ok(());
            }
            // Code without our flags: `lea static(%rip)` becomes a load from the word.
            elf::R_X86_64_PC32 if offset >= 2 && data.get(offset - 2) == Some(&0x8d) => {
                data[offset - 2] = 0x8b;
                (self.imports.cell(address(relative)), elf::R_X86_64_PC32)
            }
            elf::R_X86_64_PC32 => {
                let detour = detour(data, offset).ok_or_else(refused)?;
                let past = i64::try_from(detour.end - offset).unwrap_or(0);
                let cell = self.imports.cell(address(distance + reference.addend + past));
                self.take_detour(section, data, &detour, cell);
                return Ok(());
            }
            kind if through_got(kind) => (self.imports.cell(address(relative)), elf::R_X86_64_PC32),
            elf::R_X86_64_TLSGD => {
                let offset = instance.address.wrapping_add_signed(relative);
                (self.imports.cell(Import::ThreadLocal { generation, offset }), elf::R_X86_64_PC32)
            }
            elf::R_X86_64_TLSLD => {
                (self.imports.cell(Import::ThreadLocal { generation, offset: 0 }), elf::R_X86_64_PC32)
            }
            elf::R_X86_64_DTPOFF32 => {
                let value = instance.address.wrapping_add_signed(distance + reference.addend);
                return write_u32(data, offset, value).ok_or_else(refused);
            }
            elf::R_X86_64_TPOFF32 if generation == 0 => {
                let value =
                    self.distance_from_thread_pointer(instance).wrapping_add_signed(distance + reference.addend);
                return write_u32(data, offset, value).ok_or_else(refused);
            }
            elf::R_X86_64_GOTTPOFF if generation == 0 => {
                let value = self.distance_from_thread_pointer(instance).wrapping_add_signed(relative);
                (self.imports.cell(Import::Constant { value }), elf::R_X86_64_PC32)
            }
            _ => return Err(refused()),
        };
        let symbol = self.cells.symbol;
        relocate(&mut self.output, section, reference.offset, kind, symbol, cell.cast_signed() - 4);
        Ok(())
    }

    /// Puts the jump in the instruction's place, and the stub beside the others.
    fn take_detour(&mut self, section: SectionId, data: &mut [u8], detour: &Detour, cell: u64) {
        let own = self.output.section_symbol(section);
        let at = self.output.append_section_data(self.detours.section, &detour.stub, 1);
        data[detour.start..detour.end].fill(NOP);
        data[detour.start..detour.start + JUMP.len()].copy_from_slice(&JUMP);
        let (stubs, cells) = (self.detours, self.cells);
        let mut relative = |section, field: u64, symbol, to: u64| {
            relocate(&mut self.output, section, field, elf::R_X86_64_PC32, symbol, to.cast_signed() - 4);
        };
        relative(section, detour.start as u64 + 1, stubs.symbol, at);
        relative(stubs.section, at + detour.cell_at as u64, cells.symbol, cell);
        relative(stubs.section, at + detour.back_at as u64, own, detour.end as u64);
    }

    /// The executable's thread-locals end where the thread pointer points.
    fn distance_from_thread_pointer(&self, instance: Instance) -> u64 {
        instance.address.wrapping_sub(self.image.tls_size)
    }

    /// One call that finds the block of thread-locals serves all accesses of a function: they must be of one image.
    fn check_thread_locals(&self, place: Place) -> Result<(), LinkRefusal> {
        let object = self.build.object(place);
        let references = object.references(self.build.section(place));
        let mut blocks = FxHashSet::default();
        for reference in &references {
            if matches!(reference.kind, elf::R_X86_64_TLSLD | elf::R_X86_64_DTPOFF32) {
                blocks.insert(match self.resolve(place, reference) {
                    Some(Bound::Loaded(instance, _)) => Some(instance.generation),
                    _ => None,
                });
            }
        }
        let one_call = references.iter().filter(|reference| reference.kind == elf::R_X86_64_TLSLD).count() == 1;
        if blocks.len() > 1 && one_call {
            return Err(LinkRefusal::MixedThreadLocals { function: self.describe(place) });
        }
        Ok(())
    }

    fn describe(&self, place: Place) -> String {
        let section = self.build.section(place);
        match section.named() {
            Some(definition) => format!("{:#}", rustc_demangle::demangle(self.names.text(definition.name))),
            None => section.name.clone(),
        }
    }

    fn describe_target(&self, place: Place, reference: &Reference) -> String {
        match referent(self.build.object(place), place.section as SectionIndex, reference) {
            Referent::Named(name, _) => format!("{:#}", rustc_demangle::demangle(self.names.text(name))),
            _ => "a constant".into(),
        }
    }
}

/// Of these, the linker makes something of the symbol itself, not of a place in a section.
fn wants_symbol(kind: elf::RelocationType) -> bool {
    through_got(kind)
        || matches!(kind, elf::R_X86_64_TLSGD | elf::R_X86_64_TLSLD | elf::R_X86_64_DTPOFF32 | elf::R_X86_64_GOTTPOFF)
}

fn through_got(kind: elf::RelocationType) -> bool {
    matches!(kind, elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX)
}

const NOP: u8 = 0x90;

/// A thread-local's offset is a signed word of 32 bits.
fn write_u32(data: &mut [u8], offset: usize, value: u64) -> Option<()> {
    let value = i32::try_from(value.cast_signed()).ok()?;
    data.get_mut(offset..offset + 4)?.copy_from_slice(&value.to_le_bytes());
    Some(())
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
