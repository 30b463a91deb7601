//! Writes the table that tells the host what to fill and what to publish; [`hot_runtime::manifest`] is its form.

use crate::image::Image;
use crate::link::imports::{Area, Fill, Import, relocate};
use crate::link::weaver::{Copies, Frame};
use crate::plan::Plan;
use hot_runtime::manifest::{MAGIC, MANIFEST_SYMBOL, kind};
use hot_runtime::wire::PROTOCOL;
use object::write::{Object, Symbol, SymbolId, SymbolSection};
use object::{SectionKind, SymbolFlags, SymbolKind, SymbolScope, elf};

/// A slot in an image, and where its body stands in the patch.
struct Entry {
    body: (SymbolId, u64),
    generation: u32,
    slot: u64,
}

pub(crate) fn write_manifest(
    output: &mut Object<'_>,
    plan: &Plan,
    copies: &Copies<'_>,
    image: &Image,
    fills: &[Fill],
    frame: Frame,
) {
    let entries: Vec<_> = plan
        .publications
        .iter()
        .filter_map(|publication| {
            let slot = image.newest(publication.slot, None, None)?;
            let body = copies.of_name(publication.body)?;
            Some(Entry { body, generation: slot.generation, slot: slot.address })
        })
        .collect();
    let area = Area::new(output, b".data.cargo_hot.manifest", SectionKind::Data);
    let mut data = header(frame, fills.len(), entries.len());
    let mut distances = Vec::new();
    for fill in fills {
        let (kind, image, value, skip) = match fill.import {
            Import::Address { generation, address } => (kind::ADDRESS, generation, address, 0),
            Import::ThreadLocal { generation, .. } => (kind::TLS_MODULE, generation, 0, 0),
            Import::Constant { .. } => continue,
        };
        distances.push((data.len() as u64, fill.symbol, fill.offset + skip));
        data.extend_from_slice(&[0; 4]);
        for word in [kind, image, 0] {
            data.extend_from_slice(&word.to_le_bytes());
        }
        data.extend_from_slice(&value.to_le_bytes());
    }
    for entry in &entries {
        distances.push((data.len() as u64, entry.body.0, entry.body.1));
        data.extend_from_slice(&[0; 4]);
        data.extend_from_slice(&entry.generation.to_le_bytes());
        data.extend_from_slice(&entry.slot.to_le_bytes());
    }
    for (at, symbol, offset) in distances {
        relocate(output, area.section, at, elf::R_X86_64_PC32, symbol, offset.cast_signed());
    }
    let size = data.len() as u64;
    output.set_section_data(area.section, data, 8);
    export(output, area, size);
}

fn header(frame: Frame, fills: usize, entries: usize) -> Vec<u8> {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes();
    [
        &MAGIC[..],
        &PROTOCOL.to_le_bytes(),
        &frame.generation.to_le_bytes(),
        &frame.build_id.to_le_bytes(),
        &count(fills),
        &count(entries),
    ]
    .concat()
}

fn export(output: &mut Object<'_>, area: Area, size: u64) {
    output.add_symbol(Symbol {
        name: MANIFEST_SYMBOL.as_bytes().to_vec(),
        value: 0,
        size,
        kind: SymbolKind::Data,
        scope: SymbolScope::Dynamic,
        weak: false,
        section: SymbolSection::Section(area.section),
        flags: SymbolFlags::None,
    });
}
