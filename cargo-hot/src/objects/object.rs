//! Reads one relocatable object into sections, symbols and, on demand, references.

use crate::objects::names::{Name, Names, is_anonymous};
use anyhow::{Context, Result, bail, ensure};
use object::elf::{self, RelocationType};
use object::read::elf::{FileHeader as _, Rela as _, SectionHeader as _, Sym as _};
use object::{LittleEndian, SymbolIndex};
use rustc_hash::FxHashSet;
use std::ops::Range;

type Header = elf::FileHeader64<LittleEndian>;
const ENDIAN: LittleEndian = LittleEndian;

/// No address of a program is larger.
const FARTHEST: u64 = 1 << 47;

/// Number of a section in its object, as the object's own tables count.
pub(crate) type SectionIndex = usize;

/// One relocatable object, with bytes of its own: the archive it came from need not stay.
#[derive(Debug)]
pub(crate) struct Object {
    bytes: Vec<u8>,
    pub(crate) sections: Vec<Section>,
    symbols: Vec<Symbol>,
    /// Undefined symbols that may stay so: their address is zero then.
    pub(crate) weak: FxHashSet<Name>,
    /// The name that tells the local symbols of this object from those of others: rustc's is the codegen unit.
    pub(crate) file: Option<Name>,
}

/// What a section holds, for what may be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum SectionKind {
    Code,
    /// Never written by the program, relocations aside.
    ReadOnly,
    Writable,
    /// The initial image of a thread-local.
    ThreadLocal,
    Unwind,
    Debug,
    /// Of no use in a patch: symbol tables, notes, constructors.
    Other,
}

#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) kind: SectionKind,
    pub(crate) align: u64,
    pub(crate) size: u64,
    /// Many constants, one after the other, told apart by their offsets alone.
    pub(crate) is_merged: bool,
    /// Without bytes in the file: all zero at the start.
    pub(crate) is_zero: bool,
    pub(crate) flags: elf::SectionFlags,
    data: Range<usize>,
    relocations: Option<SectionIndex>,
    /// What the section defines, those with a name of their own first.
    pub(crate) definitions: Vec<Definition>,
}

/// A symbol defined in a section.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Definition {
    pub(crate) name: Name,
    pub(crate) offset: u64,
    pub(crate) is_anonymous: bool,
}

#[derive(Debug, Clone, Copy)]
struct Symbol {
    name: Option<Name>,
    section: Option<SectionIndex>,
    value: u64,
    is_section: bool,
}

/// One relocation, with its target found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reference {
    pub(crate) offset: u64,
    /// `R_X86_64_*`.
    pub(crate) kind: RelocationType,
    pub(crate) addend: i64,
    pub(crate) target: Target,
    /// Made through the section's own symbol: the addend alone says what is meant in it.
    pub(crate) by_section: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// In this object: the section, and the symbol's offset in it.
    Here { section: SectionIndex, offset: u64 },
    /// Defined elsewhere.
    Elsewhere(Name),
    /// No symbol: an absolute value.
    Nothing,
}

impl Object {
    pub(crate) fn parse(bytes: Vec<u8>, names: &mut Names) -> Result<Self> {
        let data = bytes.as_slice();
        if data.starts_with(b"BC\xc0\xde") {
            bail!("it holds no machine code, but LLVM's: leave out `-C linker-plugin-lto`");
        }
        let header = Header::parse(data).context("failed to read the object's header")?;
        if header.e_machine(ENDIAN) != elf::EM_X86_64 {
            bail!("the object is not for x86-64");
        }
        let table = header.sections(ENDIAN, data).context("failed to read the object's sections")?;
        let mut sections: Vec<_> = table
            .iter()
            .map(|section| {
                let name = table.section_name(ENDIAN, section).unwrap_or_default();
                Section::new(String::from_utf8_lossy(name).into_owned(), section)
            })
            .collect();
        for (index, section) in table.enumerate() {
            if section.sh_type(ENDIAN) == elf::SHT_RELA
                && let Some(target) = sections.get_mut(section.sh_info(ENDIAN) as usize)
            {
                target.relocations = Some(index.0);
            }
        }
        let mut symbols = SymbolTable { sections, symbols: Vec::new(), weak: FxHashSet::default(), file: None };
        symbols.read(data, &table, names)?;
        let SymbolTable { sections, symbols, weak, file } = symbols;
        let object = Self { bytes, sections, symbols, weak, file };
        object.sections.iter().try_for_each(|section| object.check(section))?;
        for Symbol { section, value, .. } in &object.symbols {
            let Some(Section { name, size, .. }) = section.map(|section| &object.sections[section]) else { continue };
            ensure!(value <= size, "a symbol stands outside its section: {value} bytes into `{name}`");
        }
        Ok(object)
    }

    /// What no compiler writes, everyone who reads this object may rely on: that all is where its section is, and so near that
    /// sums of places are places, too.
    fn check(&self, section: &Section) -> Result<()> {
        let Section { name, align, size, .. } = section;
        if section.kind == SectionKind::Other {
            return Ok(());
        }
        ensure!(align.is_power_of_two() && *align <= FARTHEST, "its section `{name}` is aligned to {align} bytes");
        let has_bytes = section.is_zero || self.data(section).len() as u64 == *size;
        ensure!(has_bytes && *size <= FARTHEST, "its section `{name}` is cut short: not all {size} bytes are there");
        let Some(table) = section.relocations.and_then(|index| self.sections.get(index)) else { return Ok(()) };
        let is_whole = self.data(table).len() as u64 == table.size;
        ensure!(is_whole, "the relocations of its section `{name}` are cut short");
        for reference in self.references(section) {
            let Reference { offset, addend, .. } = reference;
            ensure!(offset < *size, "it relocates what is outside its section: {offset} bytes into `{name}`");
            ensure!(addend.unsigned_abs() <= FARTHEST, "it refers to what is nowhere: `{name}` does, at {offset}");
        }
        Ok(())
    }

    pub(crate) fn data(&self, section: &Section) -> &[u8] {
        self.bytes.get(section.data.clone()).unwrap_or_default()
    }

    /// What the section refers to, in the order of the places.
    pub(crate) fn references(&self, section: &Section) -> Vec<Reference> {
        let Some(table) = section.relocations.and_then(|index| self.sections.get(index)) else { return Vec::new() };
        let count = self.data(table).len() / size_of::<elf::Rela64<LittleEndian>>();
        let Ok((entries, _)) = object::pod::slice_from_bytes::<elf::Rela64<LittleEndian>>(self.data(table), count)
        else {
            return Vec::new();
        };
        entries
            .iter()
            .map(|entry| {
                let symbol = self.symbols.get(entry.r_sym(ENDIAN, false) as usize);
                Reference {
                    offset: entry.r_offset(ENDIAN),
                    kind: entry.r_type(ENDIAN, false),
                    addend: entry.r_addend(ENDIAN),
                    target: symbol.map_or(Target::Nothing, Symbol::target),
                    by_section: symbol.is_some_and(|symbol| symbol.is_section),
                }
            })
            .collect()
    }
}

impl Symbol {
    fn target(&self) -> Target {
        match self {
            Self { section: Some(section), value, .. } => Target::Here { section: *section, offset: *value },
            Self { name: Some(name), .. } => Target::Elsewhere(*name),
            _ => Target::Nothing,
        }
    }
}

/// The tables of an object while its symbols are read.
struct SymbolTable {
    sections: Vec<Section>,
    symbols: Vec<Symbol>,
    weak: FxHashSet<Name>,
    file: Option<Name>,
}

impl SymbolTable {
    fn read(
        &mut self,
        data: &[u8],
        table: &object::read::elf::SectionTable<'_, Header>,
        names: &mut Names,
    ) -> Result<()> {
        let symbols = table.symbols(ENDIAN, data, elf::SHT_SYMTAB).context("failed to read the object's symbols")?;
        self.symbols.reserve(symbols.len());
        for (index, symbol) in symbols.iter().enumerate() {
            let text = symbols.symbol_name(ENDIAN, symbol).unwrap_or_default();
            let text = std::str::from_utf8(text).unwrap_or_default();
            let name = (!text.is_empty()).then(|| names.intern(text));
            if symbol.st_type() == elf::STT_FILE {
                self.file = name;
            }
            let section = symbols.symbol_section(ENDIAN, symbol, SymbolIndex(index)).ok().flatten();
            let section = section.map(|section| section.0).filter(|section| *section < self.sections.len());
            let value = symbol.st_value(ENDIAN);
            if symbol.st_bind() == elf::STB_WEAK && section.is_none() {
                self.weak.extend(name);
            }
            let is_section = symbol.st_type() == elf::STT_SECTION;
            self.symbols.push(Symbol { name, section, value, is_section });
            if let (Some(name), Some(section), true) = (name, section, !is_section) {
                let section = &mut self.sections[section];
                let is_anonymous = section.kind == SectionKind::ReadOnly && is_anonymous(text)
                    || text.starts_with("DW.ref.")
                    || text.starts_with(".L");
                section.definitions.push(Definition { name, offset: value, is_anonymous });
            }
        }
        for section in &mut self.sections {
            section.definitions.sort_by_key(|definition| (definition.is_anonymous, definition.offset));
        }
        Ok(())
    }
}

impl Section {
    fn new(name: String, header: &elf::SectionHeader64<LittleEndian>) -> Self {
        let is_zero = header.sh_type(ENDIAN) == elf::SHT_NOBITS;
        let data = header.file_range(ENDIAN).map_or(0..0, |(offset, size)| {
            let offset = usize::try_from(offset).unwrap_or(usize::MAX);
            offset..offset.saturating_add(usize::try_from(size).unwrap_or(usize::MAX))
        });
        Self {
            kind: kind(&name, header),
            name,
            align: header.sh_addralign(ENDIAN).max(1),
            size: header.sh_size(ENDIAN),
            is_zero,
            is_merged: header.sh_flags(ENDIAN).contains(elf::SHF_MERGE),
            flags: header.sh_flags(ENDIAN),
            data,
            relocations: None,
            definitions: Vec::new(),
        }
    }

    /// The symbol that names the section; `None` for the compiler's own constants.
    pub(crate) fn named(&self) -> Option<&Definition> {
        self.definitions.first().filter(|definition| !definition.is_anonymous)
    }

    /// The named symbol at an offset: aliases and merged functions share a section.
    pub(crate) fn named_at(&self, offset: u64) -> Option<&Definition> {
        self.definitions.iter().find(|definition| !definition.is_anonymous && definition.offset == offset)
    }
}

fn kind(name: &str, header: &elf::SectionHeader64<LittleEndian>) -> SectionKind {
    let flags = header.sh_flags(ENDIAN);
    let has = |flag: elf::SectionFlags| flags.contains(flag);
    if !has(elf::SHF_ALLOC) {
        return if name.starts_with(".debug_") { SectionKind::Debug } else { SectionKind::Other };
    }
    if name == ".eh_frame" {
        return SectionKind::Unwind;
    }
    let holds_program = matches!(header.sh_type(ENDIAN), elf::SHT_PROGBITS | elf::SHT_NOBITS);
    if !holds_program || name == ".debug_gdb_scripts" {
        return SectionKind::Other;
    }
    if has(elf::SHF_TLS) {
        SectionKind::ThreadLocal
    } else if has(elf::SHF_EXECINSTR) {
        SectionKind::Code
    } else if has(elf::SHF_WRITE) && !name.starts_with(".data.rel.ro") && !name.contains("DW.ref.") {
        SectionKind::Writable
    } else {
        SectionKind::ReadOnly
    }
}
