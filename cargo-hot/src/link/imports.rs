//! The words of a patch that the host fills, and the thunks that jump through them.

use crate::image::Generation;
use indexmap::IndexMap;
use object::write::{Object, Relocation, SectionId, Symbol, SymbolFlags, SymbolId, SymbolSection};
use object::{RelocationFlags, SectionKind, SymbolKind, SymbolScope, elf};

/// What a word shall hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Import {
    /// The address in memory of an address in an image's file.
    Address { generation: Generation, address: u64 },
    /// Two words for `__tls_get_addr`: the module of an image's thread-locals, and an offset into them.
    ThreadLocal { generation: Generation, offset: u64 },
    /// Known at link time: the distance from the thread pointer.
    Constant { value: u64 },
}

/// Places that must be filled at load, wherever they stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fill {
    pub(crate) symbol: SymbolId,
    pub(crate) offset: u64,
    pub(crate) import: Import,
}

/// Collects the imports of one patch.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    cells: IndexMap<Import, u64>,
    thunks: IndexMap<Import, u64>,
    size: u64,
    /// Words inside data of the patch.
    pub(crate) fills: Vec<Fill>,
}

const THUNK_SIZE: u64 = 8;

impl Imports {
    /// Offset of the word, or pair of words, that holds the import; one for all who ask.
    pub(crate) fn cell(&mut self, import: Import) -> u64 {
        let words = if matches!(import, Import::ThreadLocal { .. }) { 2 } else { 1 };
        *self.cells.entry(import).or_insert_with(|| {
            let offset = self.size;
            self.size += 8 * words;
            offset
        })
    }

    /// Offset of the jump through the word.
    pub(crate) fn thunk(&mut self, import: Import) -> u64 {
        self.cell(import);
        let next = self.thunks.len() as u64 * THUNK_SIZE;
        *self.thunks.entry(import).or_insert(next)
    }

    /// Writes the words into `cells` and the jumps into `thunks`, and gives back every place to be filled.
    pub(crate) fn finish(self, object: &mut Object<'_>, cells: Area, thunks: Area) -> Vec<Fill> {
        let mut words = vec![0; usize::try_from(self.size).unwrap_or(0)];
        let mut fills = self.fills;
        for (import, offset) in &self.cells {
            let constant = match import {
                Import::Address { .. } => None,
                Import::ThreadLocal { offset: value, .. } => Some((offset + 8, *value)),
                Import::Constant { value } => Some((*offset, *value)),
            };
            if let Some((at, value)) = constant {
                let at = usize::try_from(at).unwrap_or(0);
                words[at..at + 8].copy_from_slice(&value.to_le_bytes());
            }
            if !matches!(import, Import::Constant { .. }) {
                fills.push(Fill { symbol: cells.symbol, offset: *offset, import: *import });
            }
        }
        object.set_section_data(cells.section, words, 16);
        let mut jumps = Vec::new();
        for (import, offset) in &self.thunks {
            jumps.extend_from_slice(&[0xff, 0x25, 0, 0, 0, 0, 0xcc, 0xcc]); // jmp *cell(%rip)
            let addend = self.cells[import].cast_signed() - 4;
            relocate(object, thunks.section, offset + 2, elf::R_X86_64_PC32, cells.symbol, addend);
        }
        object.set_section_data(thunks.section, jumps, 16);
        fills
    }
}

/// A section of the patch object, and the symbol at its start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Area {
    pub(crate) section: SectionId,
    pub(crate) symbol: SymbolId,
}

impl Area {
    pub(crate) fn cells(object: &mut Object<'_>) -> Self {
        Self::new(object, b".data.cargo_hot.imports", SectionKind::Data)
    }

    pub(crate) fn thunks(object: &mut Object<'_>) -> Self {
        Self::new(object, b".text.cargo_hot.thunks", SectionKind::Text)
    }

    pub(crate) fn detours(object: &mut Object<'_>) -> Self {
        Self::new(object, b".text.cargo_hot.detours", SectionKind::Text)
    }

    pub(crate) fn new(object: &mut Object<'_>, name: &[u8], kind: SectionKind) -> Self {
        let section = object.add_section(Vec::new(), name.to_vec(), kind);
        Self { section, symbol: object.section_symbol(section) }
    }
}

/// One relocation with an addend, as x86-64 spells them.
pub(crate) fn relocate(
    object: &mut Object<'_>,
    section: SectionId,
    offset: u64,
    kind: elf::RelocationType,
    symbol: SymbolId,
    addend: i64,
) {
    let relocation = Relocation { offset, symbol, addend, flags: RelocationFlags::Elf { r_type: kind } };
    object.add_relocation(section, relocation).expect("an ELF relocation fits an ELF object");
}

/// A symbol the dynamic loader shall find.
pub(crate) fn undefined(object: &mut Object<'_>, name: &str, weak: bool) -> SymbolId {
    object.add_symbol(Symbol {
        name: name.as_bytes().to_vec(),
        value: 0,
        size: 0,
        kind: SymbolKind::Unknown,
        scope: SymbolScope::Unknown,
        weak,
        section: SymbolSection::Undefined,
        flags: SymbolFlags::None,
    })
}
