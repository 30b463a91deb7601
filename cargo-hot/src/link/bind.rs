//! Binds the references of a patch's sections anew.
//!
//! One to something in the patch stays what it is. One to something loaded goes through an import: a call through a thunk,
//! an address through a word in place of the GOT's, a word of data is filled itself. One to neither is left to the dynamic
//! loader.

use crate::image::{Instance, InstanceKind};
use crate::link::LinkRefusal;
use crate::link::detour::{Detour, JUMP, detour};
use crate::link::imports::{Fill, Import, relocate, undefined};
use crate::link::weaver::Weaver;
use crate::objects::digest::{Referent, referent};
use crate::objects::object::Target;
use crate::objects::{Name, Place, Reference, SectionIndex};
use object::elf::{self, R_X86_64_64};
use object::write::SectionId;
use rustc_hash::FxHashSet;

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
    /// Writes one reference of `place` into the patch; `data` are the bytes it stands in.
    pub(super) fn bind(
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
    pub(super) fn check_thread_locals(&self, place: Place) -> Result<(), LinkRefusal> {
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
