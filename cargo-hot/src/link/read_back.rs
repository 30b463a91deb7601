//! Reads the linked patch before it is sent: where everything landed, and that it is what was asked for.

use crate::image::{Defined, InstanceKind};
use crate::objects::{Build, Name, Names};
use crate::plan::Plan;
use anyhow::{Context, Result, bail};
use hot_runtime::manifest::MANIFEST_SYMBOL;
use object::read::elf::{FileHeader as _, ProgramHeader as _, Sym as _};
use object::{LittleEndian, SymbolIndex, elf};
use rustc_hash::FxHashMap;

/// A patch as it will be loaded.
#[derive(Debug)]
pub(crate) struct Linked {
    pub(crate) digest: u128,
    /// Address of the manifest in the file.
    pub(crate) manifest: u64,
    pub(crate) defined: Vec<Defined>,
    /// What the library takes in memory, in whole pages.
    pub(crate) loaded_bytes: u64,
}

const PAGE: u64 = 4096;

/// # Errors
/// The library is not the one that was asked for: something the plan wants is missing, or it would run code at load.
pub(crate) fn read_back(library: &[u8], plan: &Plan, build: &Build, names: &Names) -> Result<Linked> {
    let header = elf::FileHeader64::<LittleEndian>::parse(library).context("failed to read the linked patch")?;
    let sections = header.sections(LittleEndian, library)?;
    if sections.section_by_name(LittleEndian, b".init_array").is_some() {
        bail!("the patch would run a constructor when it is loaded");
    }
    let mut wanted: FxHashMap<Name, _> = FxHashMap::default();
    for place in &plan.places {
        for definition in build.section(*place).definitions.iter().filter(|definition| !definition.is_anonymous) {
            wanted.insert(definition.name, *place);
        }
    }
    let symbols = sections.symbols(LittleEndian, library, elf::SHT_SYMTAB)?;
    let (mut manifest, mut defined) = (None, Vec::new());
    for (index, symbol) in symbols.iter().enumerate() {
        let text = std::str::from_utf8(symbols.symbol_name(LittleEndian, symbol)?).unwrap_or_default();
        let is_defined = matches!(symbols.symbol_section(LittleEndian, symbol, SymbolIndex(index)), Ok(Some(_)));
        if text == MANIFEST_SYMBOL {
            manifest = Some(symbol.st_value(LittleEndian));
        }
        let place = names.get(text).and_then(|name| Some((name, *wanted.get(&name)?)));
        if let Some((name, place)) = place.filter(|_| is_defined) {
            let kind = InstanceKind::from(build.section(place).kind);
            defined.push(Defined { name, address: symbol.st_value(LittleEndian), kind, place });
        }
    }
    for name in wanted.keys() {
        if !defined.iter().any(|found| found.name == *name) {
            bail!("the linker left out `{}`", rustc_demangle::demangle(names.text(*name)));
        }
    }
    Ok(Linked {
        digest: xxhash_rust::xxh3::xxh3_128(library),
        manifest: manifest.context("the linked patch has no manifest")?,
        defined,
        loaded_bytes: loaded_bytes(header, library)?,
    })
}

fn loaded_bytes(header: &elf::FileHeader64<LittleEndian>, library: &[u8]) -> Result<u64> {
    let segments = header.program_headers(LittleEndian, library)?;
    let loaded = segments.iter().filter(|segment| segment.p_type(LittleEndian) == elf::PT_LOAD);
    Ok(loaded
        .map(|segment| {
            let start = segment.p_vaddr(LittleEndian) / PAGE * PAGE;
            let end = segment.p_vaddr(LittleEndian) + segment.p_memsz(LittleEndian);
            end.next_multiple_of(PAGE) - start
        })
        .sum())
}
