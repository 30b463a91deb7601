//! Reads the linked patch before it is sent: where everything landed, and that it is what was asked for.

use crate::image::{Defined, InstanceKind};
use crate::objects::{Build, Name, Names};
use crate::plan::Plan;
use anyhow::{Context, Result, bail};
use hot_runtime::manifest::MANIFEST_SYMBOL;
use object::read::elf::{Dyn as _, FileHeader as _, ProgramHeader as _, Sym as _};
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
    check_runs_nothing(header, library)?;
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

/// What the loader calls it is told by the dynamic table, whatever the sections are named.
fn check_runs_nothing(header: &elf::FileHeader64<LittleEndian>, library: &[u8]) -> Result<()> {
    const CALLED: [elf::DynamicTag; 5] =
        [elf::DT_INIT, elf::DT_INIT_ARRAY, elf::DT_PREINIT_ARRAY, elf::DT_FINI, elf::DT_FINI_ARRAY];
    let mut entries = None;
    for segment in header.program_headers(LittleEndian, library)? {
        entries = entries.or(segment.dynamic(LittleEndian, library)?);
    }
    let entries = entries.context("the linked patch has no dynamic table")?;
    for entry in entries.iter().take_while(|entry| entry.d_tag(LittleEndian) != elf::DT_NULL) {
        if CALLED.contains(&entry.d_tag(LittleEndian)) {
            bail!("the patch would run a constructor when it is loaded, or another function when the program ends");
        }
    }
    Ok(())
}

fn loaded_bytes(header: &elf::FileHeader64<LittleEndian>, library: &[u8]) -> Result<u64> {
    let segments = header.program_headers(LittleEndian, library)?;
    let loaded = segments.iter().filter(|segment| segment.p_type(LittleEndian) == elf::PT_LOAD);
    let pages = |segment: &elf::ProgramHeader64<LittleEndian>| {
        let start = segment.p_vaddr(LittleEndian) / PAGE * PAGE;
        let end = segment.p_vaddr(LittleEndian).checked_add(segment.p_memsz(LittleEndian))?;
        Some(end.checked_next_multiple_of(PAGE)? - start)
    };
    let sum = loaded.map(pages).try_fold(0_u64, |sum, size| sum.checked_add(size?));
    sum.context("the linked patch takes more than there is memory")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::bytes::compiled;

    const SOURCE: &str = r#"
        #![no_std]
        #[unsafe(no_mangle)]
        pub extern "C" fn run() {}
        #[panic_handler]
        fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
    "#;

    fn linked(source: &str, words: &[&str]) -> Vec<u8> {
        let words = [&["--crate-type", "cdylib", "-C", "panic=abort", "-C", "link-arg=-nostartfiles"], words].concat();
        compiled(source, &words)
    }

    fn header(library: &[u8]) -> &elf::FileHeader64<LittleEndian> {
        elf::FileHeader64::<LittleEndian>::parse(library).unwrap()
    }

    #[test]
    fn a_patch_that_the_loader_would_call_is_refused() {
        let table = |name: &str| {
            format!("{SOURCE}\n#[used] #[unsafe(link_section = \"{name}\")] static RUN: extern \"C\" fn() = run;")
        };
        for (source, words, is_called) in [
            (SOURCE.to_owned(), &[][..], false),
            (table(".init_array"), &[], true),
            (table(".fini_array"), &[], true),
            // The array of a section with another name is called all the same.
            (table(".init_array.5"), &[], true),
            (table(".data.init_array"), &[], false),
            (SOURCE.to_owned(), &["-C", "link-arg=-Wl,-init=run"], true),
            (SOURCE.to_owned(), &["-C", "link-arg=-Wl,-fini=run"], true),
        ] {
            let library = linked(&source, words);
            assert_eq!(check_runs_nothing(header(&library), &library).is_err(), is_called, "{words:?} {source}");
        }
    }

    #[test]
    fn a_patch_without_an_end_has_no_size() {
        let library = linked(SOURCE, &[]);
        assert!(loaded_bytes(header(&library), &library).unwrap() >= PAGE);
        let table = usize::try_from(header(&library).e_phoff(LittleEndian)).unwrap();
        // The first segment, of which this is how long it is in memory.
        const MEMSZ: usize = 0x28;
        for length in [u64::MAX, u64::MAX - PAGE, u64::MAX / 2] {
            let mut damaged = library.clone();
            let loads = damaged.clone();
            let segments = header(&loads).program_headers(LittleEndian, &*loads).unwrap().iter().enumerate();
            for (number, _) in segments.filter(|(_, segment)| segment.p_type(LittleEndian) == elf::PT_LOAD) {
                let at = table + number * size_of::<elf::ProgramHeader64<LittleEndian>>() + MEMSZ;
                damaged[at..at + 8].copy_from_slice(&length.to_le_bytes());
            }
            assert!(loaded_bytes(header(&damaged), &damaged).is_err(), "{length}");
        }
    }
}
