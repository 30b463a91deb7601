//! Writes the table that tells the host what to fill and what to publish; [`hot_runtime::manifest`] is its form.

use crate::image::{Image, Instance};
use crate::link::imports::{Area, Fill, Import, relocate};
use crate::link::weaver::{Copies, Frame};
use crate::plan::{Plan, Publication};
use hot_runtime::manifest::{MAGIC, MANIFEST_SYMBOL, ONLY, kind};
use hot_runtime::wire::PROTOCOL;
use object::write::{Object, Symbol, SymbolId, SymbolSection};
use object::{SectionKind, SymbolFlags, SymbolKind, SymbolScope, elf};

/// A slot in an image, and where its body stands in the patch.
struct Entry {
    body: (SymbolId, u64),
    slot: Instance,
    /// Another body of the same instance.
    known: Option<Instance>,
}

/// Of an instance, one entry for each body of it that callers may bring.
fn entries(publication: &Publication, copies: &Copies<'_>, image: &Image) -> Vec<Entry> {
    let slot = image.newest(publication.slot, None, None).copied();
    let Some((slot, body)) = slot.zip(copies.of_name(publication.body)) else { return Vec::new() };
    let entry = |known| Entry { body, slot, known };
    match &publication.known {
        Some(known) => known.iter().map(|known| entry(Some(*known))).collect(),
        None => vec![entry(None)],
    }
}

pub(crate) fn write_manifest(
    output: &mut Object<'_>,
    plan: &Plan,
    copies: &Copies<'_>,
    image: &Image,
    fills: &[Fill],
    frame: Frame,
) {
    let entries: Vec<_> =
        plan.publications.iter().flat_map(|publication| entries(publication, copies, image)).collect();
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
        data.extend_from_slice(&entry.slot.generation.to_le_bytes());
        data.extend_from_slice(&entry.slot.address.to_le_bytes());
        let (known_image, known) = entry.known.map_or((ONLY, 0), |known| (known.generation, known.address));
        for word in [known_image, 0] {
            data.extend_from_slice(&word.to_le_bytes());
        }
        data.extend_from_slice(&known.to_le_bytes());
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
