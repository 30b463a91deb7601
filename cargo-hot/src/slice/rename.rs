//! Gives the code of a slice the names that it has in the host.
//!
//! A slice is another crate than its host, so its symbols differ in the hash of the crate, and those of methods in the
//! impl they moved to. Which symbol of the host each chosen function is, the slice says itself: for each it has two
//! functions that hold the address of its own version and of the host's. Names are overwritten in place, in symbol table
//! and debug information alike: every new one fits into the old.

use crate::objects::{Build, Names};
use crate::slice::carve::{OF_DESTRUCTOR, OF_HOST, OF_PRIVATE, OF_SLICE};
use crate::slice::instances::{Crate, Identity, defining_crate, identity};
use crate::slice::rules::Reason;
use crate::slice::{Held, Slice};
use hot_runtime::names::BODIES_TRAIT;
use object::read::elf::ElfFile64;
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the program has.
pub(crate) struct Host<'a> {
    pub(crate) build: &'a Build,
    pub(crate) names: &'a Names,
    /// Path of the crate's library.
    pub(crate) library: &'a Path,
}

impl Host<'_> {
    /// The symbol of the crate, or else of another, that a symbol and its demangled form mean; `None` where they are several.
    fn meant(&self, symbol: &str, demangled: &str) -> Option<String> {
        let name = self.build.symbol_of(self.library, self.names.get(symbol), demangled)?;
        Some(self.names.text(name).to_owned())
    }

    /// The only symbol of all crates that demangles to this.
    fn only(&self, demangled: &str) -> Option<String> {
        self.build.only_symbol(demangled).map(|name| self.names.text(name).to_owned())
    }

    /// The crate, as its symbols name it.
    pub(crate) fn krate(&self) -> Option<Crate> {
        self.build.symbols_of(self.library, self.names).find_map(defining_crate)
    }

    /// The symbols that may be instances of a generic function.
    ///
    /// # Errors
    /// Its name is encoded in symbols.
    pub(crate) fn instances(&self, function: &Identity) -> Result<Vec<(&str, Identity)>, Reason> {
        if !function.name.is_ascii() {
            return Err(Reason::Generic);
        }
        let symbols = self.build.symbols_with(&function.name, self.names);
        let found = symbols.filter_map(|symbol| Some((symbol, identity(symbol)?)));
        Ok(found.filter(|(_, identity)| function.may_be(identity)).collect())
    }
}

/// A symbol of the slice, and what its second function tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    slice: String,
    host: String,
    /// Whether the slice has a copy of the host's version: its code is wherever it is used.
    is_copied: bool,
}

/// Renames in the object of a slice; gives back the host's symbol of each function that it holds, or why it has none.
///
/// # Errors
/// The crate's hash is shorter than the host's.
pub(crate) fn rename(
    bytes: &mut [u8],
    crate_name: &str,
    slice: &Slice,
    host: &Host<'_>,
) -> Result<Vec<Result<String, Reason>>, TooShort> {
    let functions = slice.functions();
    let pairs = pairs(bytes, functions.len()).unwrap_or_default();
    let roots = pairs.iter().flatten().find_map(|pair| {
        Some((crate_root(&pair.slice, crate_name)?.to_owned(), crate_root(&pair.host, crate_name)?.to_owned()))
    });
    let Some((of_slice, of_host)) = roots else { return Ok(vec![Err(Reason::NotBuilt); functions.len()]) };
    let Some(of_host) = padded(&of_host, of_slice.len()) else { return Err(TooShort) };
    let own = own_symbols(bytes, &of_slice);
    let copies: BTreeSet<&str> =
        pairs.iter().flatten().filter(|pair| pair.is_copied).map(|pair| pair.host.as_str()).collect();
    let outdated = outdated(&own, &copies, slice);
    undefine(bytes, &copies);
    replace(bytes, of_slice.as_bytes(), of_host.as_bytes());
    let mut moved = Vec::new();
    let mut found = Vec::new();
    for (function, pair) in functions.iter().zip(pairs) {
        found.push(pair.ok_or(Reason::NotBuilt).and_then(|pair| {
            if is_shim(&pair.host) {
                return Err(Reason::TrackCaller);
            }
            let slice = pair.slice.replace(&of_slice, &of_host);
            let told = pair.host.replace(&of_slice, &of_host);
            if function.symbol.as_deref().and_then(identity).is_some_and(|identity| outdated.contains(&identity)) {
                return Err(Reason::Generic);
            }
            let symbol = host_symbol(function, &slice, &told, pair.is_copied, host)?;
            if function.symbol.as_ref().is_some_and(|instance| *instance != symbol) {
                return Err(Reason::Generic);
            }
            for old in [Some(slice), Some(told).filter(|_| pair.is_copied)].into_iter().flatten() {
                if old != symbol {
                    moved.extend(renamed(&demangled(&old), &demangled(&symbol)));
                    overwrite(bytes, &old, &symbol).ok_or(Reason::NotFound)?;
                }
            }
            Ok(symbol)
        }));
    }
    // What a function holds or instantiates is named after it. And where a symbol of the host refers back to its own
    // crate, that of the slice, which knew two crates, spells it out.
    let meant = own.into_iter().map(|symbol| {
        let symbol = symbol.replace(&of_slice, &of_host);
        let meant = moved.iter().fold(demangled(&symbol), |text, (slice, host)| text.replace(slice, host));
        (meant, symbol)
    });
    let mut by_meaning: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (meant, symbol) in meant {
        by_meaning.entry(meant).or_default().insert(symbol);
    }
    for (meant, symbols) in by_meaning {
        // Two that are told apart by a number alone: which is which, only their symbols say.
        let Some(symbol) = symbols.first().filter(|_| symbols.len() == 1) else { continue };
        if let Some(known) = host.meant(symbol, &meant).filter(|known| known != symbol) {
            // One that does not fit keeps its name, and is one more function in the patch.
            let _ = overwrite(bytes, symbol, &known);
        }
    }
    Ok(found)
}

/// What stands for what in other symbols: there a function's own arguments may be written in another way.
fn renamed(old: &str, new: &str) -> Vec<(String, String)> {
    let same = old.bytes().rev().zip(new.bytes().rev()).take_while(|(old, new)| old == new).count();
    let arguments =
        old.char_indices().map(|(at, _)| &old[at..]).find(|rest| rest.len() <= same && rest.starts_with("::<"));
    let whole = (old.to_owned(), new.to_owned());
    let bare = arguments.map(|rest| (old.trim_end_matches(rest).to_owned(), new.trim_end_matches(rest).to_owned()));
    bare.into_iter().chain([whole]).collect()
}

/// The generic functions that the slice has anew, but of the host's too, for types that the host has no instance for: code
/// of the host's, instantiated here, asks for that.
fn outdated(own: &[String], copies: &BTreeSet<&str>, slice: &Slice) -> Vec<Identity> {
    if slice.generic.is_empty() {
        return Vec::new();
    }
    let others = own.iter().filter(|symbol| !copies.contains(symbol.as_str())).filter_map(|symbol| identity(symbol));
    others.filter(|identity| slice.generic.iter().any(|function| function.may_be(identity))).collect()
}

/// The host's symbol of the function that is `slice` here, of which it is `told`.
fn host_symbol(function: &Held, slice: &str, told: &str, is_copied: bool, host: &Host<'_>) -> Result<String, Reason> {
    let (meant, name) = (demangled(told), &function.name);
    let moved = || moved(slice).ok_or(Reason::NotFound);
    if let Some(core) = root_of(&meant, OF_DESTRUCTOR) {
        host.only(&format!("<{} as {core}::ops::drop::Drop>::{name}", moved()?.of_type)).ok_or(Reason::NotFound)
    } else if root_of(&meant, OF_PRIVATE).is_some() {
        let Moved { of_type, module } = moved()?;
        let of_trait = if function.of_trait { format!(" as {module}::_::{BODIES_TRAIT}") } else { String::new() };
        host.only(&format!("<{of_type}{of_trait}>::{name}")).ok_or(Reason::NotFound)
    } else if is_copied && host.build.has_symbol(&meant) {
        host.only(&meant).ok_or(Reason::Inline)
    } else if is_copied {
        // No code of the program is made of it.
        Ok(if slice.len() < told.len() { slice } else { told }.to_owned())
    } else {
        let is_there = host.names.get(told).is_some_and(|name| !host.build.places(name).is_empty());
        is_there.then(|| told.to_owned()).ok_or(Reason::NotFound)
    }
}

/// `core[1a2b3c]` of the instance of the generic function `path`, if it is one.
fn root_of<'text>(demangled: &'text str, path: &str) -> Option<&'text str> {
    let (root, below) = path.split_once("::")?;
    let (found, rest) = demangled.split_once("::")?;
    let is_root = found.strip_prefix(root).is_some_and(|hash| hash.is_empty() || hash.starts_with('['));
    (is_root && rest.strip_prefix(below)?.starts_with("::<")).then_some(found)
}

/// A method that moved into a trait of the slice's own: its type, and the module that it stands in.
struct Moved {
    of_type: String,
    module: String,
}

fn moved(symbol: &str) -> Option<Moved> {
    let text = demangled(symbol);
    let (before, _) = text.split_once("__cargo_hot_")?;
    let (of_type, module) = before.strip_prefix('<')?.rsplit_once(" as ")?;
    Some(Moved { of_type: of_type.to_owned(), module: module.trim_end_matches("::").to_owned() })
}

/// Leaves the symbols with these names for others to define.
fn undefine(bytes: &mut [u8], symbols: &BTreeSet<&str>) {
    let Some(entries) = entries(bytes, symbols) else { return };
    for entry in entries {
        // Of `Elf64_Sym`: the section's index, and the value.
        bytes[entry + 6..entry + 16].fill(0);
    }
}

/// Where the entries of these symbols are.
fn entries(bytes: &[u8], symbols: &BTreeSet<&str>) -> Option<Vec<usize>> {
    let object: ElfFile64<'_> = ElfFile64::parse(bytes).ok()?;
    let table = object.elf_symbol_table();
    let (start, _) = object.section_by_index(table.section()).ok()?.file_range()?;
    let numbers = object.symbols().filter(|symbol| symbol.name().is_ok_and(|name| symbols.contains(name)));
    let size = size_of::<object::elf::Sym64<object::Endianness>>();
    numbers.map(|symbol| Some(usize::try_from(start).ok()? + symbol.index().0 * size)).collect()
}

/// Whether it stands before a function that wants to know its caller, as `Index::index` does: a pointer to the function
/// cannot tell it, and points to this.
fn is_shim(symbol: &str) -> bool {
    symbol.starts_with("_RNS")
}

/// The symbols that are of the slice, in one way or another.
fn own_symbols(bytes: &[u8], of_slice: &str) -> Vec<String> {
    let Ok(object) = ElfFile64::<object::Endianness>::parse(bytes) else { return Vec::new() };
    let names = object.symbols().filter_map(|symbol| symbol.name().ok().map(str::to_owned));
    names.filter(|name| name.starts_with("_R") && name.contains(of_slice)).collect()
}

fn demangled(symbol: &str) -> String {
    rustc_demangle::demangle(symbol).to_string()
}

/// Puts a name in the place of another wherever that ends; `None` if it is longer.
fn overwrite(bytes: &mut [u8], from: &str, to: &str) -> Option<()> {
    if from.len() < to.len() {
        return None;
    }
    // Up to the end of the name, and over the rest of the old one.
    let mut new = to.as_bytes().to_vec();
    new.resize(from.len() + 1, 0);
    replace(bytes, &[from.as_bytes(), &[0]].concat(), &new);
    Some(())
}

/// With another crate hash the host's names would fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooShort;

/// The same crate in as many letters, with zeros before its hash.
fn padded(root: &str, length: usize) -> Option<String> {
    let zeros = "0".repeat(length.checked_sub(root.len())?);
    Some(format!("Cs{zeros}{}", root.strip_prefix("Cs")?))
}

fn pairs(bytes: &[u8], count: usize) -> Option<Vec<Option<Pair>>> {
    let object: ElfFile64<'_> = ElfFile64::parse(bytes).ok()?;
    let mut addresses: BTreeMap<(&str, usize), (String, bool)> = BTreeMap::new();
    for symbol in object.symbols() {
        let name = symbol.name().ok()?;
        for prefix in [OF_SLICE, OF_HOST] {
            let Some((_, number)) = name.rsplit_once(prefix) else { continue };
            let (Ok(number), Some(section)) = (number.parse(), symbol.section_index()) else { continue };
            addresses.insert((prefix, number), only_target(&object, section)?);
        }
    }
    let pair = |number| {
        let (slice, _) = addresses.get(&(OF_SLICE, number))?.clone();
        let (host, is_defined) = addresses.get(&(OF_HOST, number))?.clone();
        let stands_for_another =
            [OF_DESTRUCTOR, OF_PRIVATE].iter().any(|path| root_of(&demangled(&host), path).is_some());
        Some(Pair { slice, host, is_copied: is_defined && !stands_for_another })
    };
    Some((0..count).map(pair).collect())
}

/// The function whose address a section takes, and whether it is defined here.
fn only_target(object: &ElfFile64<'_>, section: object::SectionIndex) -> Option<(String, bool)> {
    let section = object.section_by_index(section).ok()?;
    let mut targets = section.relocations().filter_map(|(_, relocation)| match relocation.target() {
        RelocationTarget::Symbol(index) => object.symbol_by_index(index).ok(),
        _ => None,
    });
    let target = targets.next()?;
    let name = target.name().ok().filter(|name| !name.is_empty());
    name.map(|name| (name.to_owned(), target.is_definition())).or_else(|| {
        // Of a section: the function that begins there.
        let of_section = target.section_index()?;
        let starts = |symbol: &object::read::elf::ElfSymbol64<'_, '_>| {
            symbol.section_index() == Some(of_section)
                && symbol.kind() == object::SymbolKind::Text
                && symbol.address() == 0
        };
        let function = object.symbols().find(starts)?;
        function.name().ok().map(|name| (name.to_owned(), true))
    })
}

/// `Cs1a2b3c_4life` of a symbol: its first crate is the one that defines it.
fn crate_root<'symbol>(symbol: &'symbol str, crate_name: &str) -> Option<&'symbol str> {
    let separator =
        if crate_name.starts_with(|letter: char| letter == '_' || letter.is_ascii_digit()) { "_" } else { "" };
    let name = format!("_{}{separator}{crate_name}", crate_name.len());
    symbol.match_indices("Cs").find_map(|(start, _)| {
        let rest = &symbol[start + 2..];
        let end = rest.find('_')?;
        let is_hash = rest[..end].bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_hash && rest[end..].starts_with(&name)).then(|| &symbol[start..start + 2 + end + name.len()])
    })
}

/// Overwrites every occurrence of `from` with `to`, which is as long.
fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    let found: Vec<usize> = memchr::memmem::find_iter(bytes, from).collect();
    for at in found {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_crate_of_a_symbol_defines_it() {
        let method = "_RNvMs_NtCs1a2b3c_4life4gameNtCs9_4core5World4step";
        assert_eq!(crate_root(method, "life"), Some("Cs1a2b3c_4life"));
        assert_eq!(crate_root("_RNvCs1_5lifer1f", "life"), None);
        assert_eq!(crate_root("_RNvNtCs1a_5__life1a1f", "_life"), Some("Cs1a_5__life"));
    }

    #[test]
    fn a_longer_hash_is_the_same() {
        assert_eq!(padded("Cs1a_4life", 12).as_deref(), Some("Cs001a_4life"));
        assert_eq!(padded("Cs1a_4life", 9), None);
        assert_eq!(demangled("_RNvCs001a_4life1f"), demangled("_RNvCs1a_4life1f"));
    }

    #[test]
    fn every_occurrence_is_overwritten() {
        let mut bytes = b"Cs1_ Cs1_ Cs2_".to_vec();
        replace(&mut bytes, b"Cs1_", b"Cs7_");
        assert_eq!(bytes, b"Cs7_ Cs7_ Cs2_");
    }
}
