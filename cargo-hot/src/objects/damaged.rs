//! Archives and symbols that are not what a compiler wrote.

use super::hot::hot_parts;
use super::library::Libraries;
use super::mangled::Mangled;
use super::types::{Holder, layouts, reaches, returned};
use super::{Names, Object, Rlib};
use crate::base::Invocation;
use crate::fuzz::bytes::{Whole, compiled};
use crate::fuzz::check;
use crate::plan::paths::{of_objects, written};
use crate::slice::instances::{declared, defining_crate, identity};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rustc_hash::FxHashMap;
use std::fs;
use std::sync::LazyLock;

const SOURCE: &str = r#"
    pub struct Cell<T, const N: usize>(pub [T; N]);
    pub trait Shape { fn area(&self) -> u64; fn twice(&self) -> u64 { 2 * self.area() } }
    impl<T: Clone, const N: usize> Shape for Cell<T, N> { fn area(&self) -> u64 { self.0.clone().len() as u64 } }
    impl Cell<&'static str, 3> { #[inline(never)] pub fn get(&self, at: usize) -> &str { self.0[at] } }
    mod inner { pub fn each(with: &mut dyn FnMut(&[(u8, char)]) -> Option<i128>) { with(&[(1, 'a')]); } }
    pub async fn later(by: std::num::NonZeroU8) -> fn(u8) -> *const u16 { let _ = by; |_| std::ptr::null() }
    pub fn all() -> u64 {
        inner::each(&mut |pairs| pairs.first().map(|(number, _)| i128::from(*number)));
        drop(later(std::num::NonZeroU8::MIN));
        let boxed: Vec<Box<dyn Shape + Send>> = vec![Box::new(Cell([(1_i64, "ä"); 2])), Box::new(Cell([[true]; 1]))];
        boxed.iter().map(|shape| shape.twice()).sum::<u64>() + Cell(["a"; 3]).get(1).len() as u64
    }
"#;

static ARCHIVE: LazyLock<Whole> = LazyLock::new(|| {
    Whole::of_archive(compiled(SOURCE, &["--crate-type", "rlib", "--crate-name", "world", "-C", "debuginfo=0"]))
});

/// The symbols of a real library.
static SYMBOLS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let object = object::File::parse(&*compiled(SOURCE, &["--crate-type", "lib", "--emit", "obj"]))
        .map(|file| object::Object::symbols(&file).filter_map(|symbol| own_symbol(&symbol)).collect::<Vec<_>>());
    object.expect("the object is whole")
});

fn own_symbol<'data>(symbol: &impl object::ObjectSymbol<'data>) -> Option<String> {
    symbol.name().ok().filter(|name| name.starts_with("_R")).map(str::to_owned)
}

/// Few types, so that each can be made of each.
const TYPES: &str = r#"
    #![no_std]
    pub struct Inner { pub word: u32, pub row: [u8; 3], pub table: [[u16; 2]; 2] }
    pub union Either { pub small: u8, pub large: u64 }
    pub struct Outer { pub one: Inner, pub either: Either, pub other: &'static Outer }
    pub fn give(outer: &Outer) -> Outer {
        Outer { one: Inner { word: 1, row: [2; 3], table: [[3; 2]; 2] }, either: Either { small: 1 }, other: outer.other }
    }
"#;

#[test]
fn types_that_are_made_of_themselves_are_read_once() {
    let whole = Whole::of_elf(compiled(TYPES, &["--crate-type", "lib", "--emit", "obj", "-C", "panic=abort"]));
    let crates = ["world".to_owned()];
    let read = |bytes: Vec<u8>| {
        let mut names = Names::default();
        let object = Object::parse(bytes, &mut names).expect("what describes types is no part of the tables");
        let defined = object.sections.iter().flat_map(|section| &section.definitions);
        let symbols = defined.map(|definition| names.text(definition.name)).collect();
        let found = returned(&object, &symbols, &rustc_hash::FxHashSet::default())
            .into_values()
            .map(|returned| returned.size)
            .max();
        reaches(&object, &crates, |_| Some(Holder::Old));
        (found, layouts(&object, &crates).len())
    };
    assert!(matches!(read(whole.bytes.clone()), (Some(32..), 3..)));
    let start = object::File::parse(&*whole.bytes).expect("it is whole");
    let start = object::ObjectSection::file_range(&object::Object::section_by_name(&start, ".debug_info").unwrap());
    let start = usize::try_from(start.unwrap().0).unwrap();
    for at in &whole.types {
        // What other places lead to, and the entry itself, which begins some bytes before the place.
        let others = whole.types.iter().map(|of| whole.bytes[*of..of + 4].to_vec());
        let own = (1..7).map(|before| u32::try_from(at - start - before).unwrap().to_le_bytes().to_vec());
        for new in others.chain(own) {
            let mut bytes = whole.bytes.clone();
            bytes[*at..at + 4].copy_from_slice(&new);
            read(bytes);
        }
    }
}

#[test]
fn an_object_that_no_compiler_writes_is_refused() {
    let whole = compiled(TYPES, &["--crate-type", "lib", "--emit", "obj", "-C", "panic=abort"]);
    let word = |at: usize| usize::try_from(u64::from_le_bytes(whole[at..at + 8].try_into().unwrap())).unwrap();
    let file = object::File::parse(&*whole).unwrap();
    let section = |is_it: &dyn Fn(&str) -> bool| {
        let mut sections = object::Object::sections(&file);
        let found = sections.find(|section| object::ObjectSection::name(section).is_ok_and(is_it)).unwrap();
        // In the header of ELF: where the table of sections is.
        word(0x28) + object::ObjectSection::index(&found).0 * 0x40
    };
    let (code, relocations) =
        (section(&|name| name.starts_with(".text.")), section(&|name| name.starts_with(".rela.eh")));
    let symbols = word(section(&|name| name == ".symtab") + 0x18);
    let symbol = object::Object::symbols(&file)
        .find(|symbol| object::ObjectSymbol::name(symbol).is_ok_and(|name| name.contains("give")))
        .map(|symbol| symbols + object::ObjectSymbol::index(&symbol).0 * 0x18)
        .unwrap();
    let references = word(relocations + 0x18);
    for (at, number, expected) in [
        (code + 0x30, 3, "is aligned to 3 bytes"),
        (code + 0x30, 1 << 60, "is aligned to 1152921504606846976 bytes"),
        (code + 0x20, 1 << 40, "is cut short"),
        (relocations + 0x20, 0x18 << 40, "are cut short"),
        (references, 1 << 20, "relocates what is outside its section"),
        (references + 0x10, i64::MIN.cast_unsigned(), "refers to what is nowhere"),
        (symbol + 8, 1 << 20, "a symbol stands outside its section"),
    ] {
        let mut bytes = whole.clone();
        bytes[at..at + 8].copy_from_slice(&u64::to_le_bytes(number));
        let refused = Object::parse(bytes, &mut Names::default()).expect_err(expected);
        assert!(format!("{refused:#}").contains(expected), "{refused:#} is not: {expected}");
    }
    Object::parse(whole.clone(), &mut Names::default()).expect("the whole one is read");
}

/// All that is read of an archive; how many objects it has.
fn read_archive(bytes: &[u8]) -> usize {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let path = folder.path().join("libworld.rlib");
    fs::write(&path, bytes).expect("there is room for a file");
    let rlib = Rlib::new(&path, folder.path(), &Invocation::parse([]));
    let objects = rlib.objects(&FxHashMap::default()).map_or(0, |objects| objects.len());
    for libraries in [Libraries::new(vec![path.clone()], vec![]), Libraries::new(vec![], vec![path])] {
        for symbol in SYMBOLS.iter().take(20) {
            let Ok(Some(found)) = libraries.find(symbol) else { continue };
            let mut names = Names::default();
            if let Ok(object) = Object::parse(found.bytes, &mut names) {
                hot_parts(&object, &names);
            }
        }
    }
    objects
}

/// All that is read of a symbol.
fn read_symbol(symbol: &str) {
    let _ = (written(symbol, &["world".into()]), of_objects(symbol));
    let _ = (identity(symbol), declared(symbol), defining_crate(symbol));
    let _ = Mangled::of(symbol).and_then(|mut symbol| symbol.type_name());
    let mut names = Names::default();
    let name = names.intern(symbol);
    names.item(name);
}

#[test]
fn a_whole_archive_has_objects_and_symbols() {
    assert_eq!(read_archive(&ARCHIVE.bytes), 1);
    assert!(SYMBOLS.iter().filter(|symbol| written(symbol, &["world".into()]).is_some()).count() > 5);
}

#[test]
fn a_damaged_archive_is_an_error_or_another_archive() {
    check(400, ARCHIVE.damage(), |damage| {
        read_archive(&damage.bytes());
        Ok(())
    });
}

#[test]
fn a_symbol_that_stands_for_too_much_is_none_of_rustcs() {
    // Each part holds the one before twice.
    let doubled = |times| {
        let mut text = "INvC1a1fTmmE".to_owned();
        let mut last = 8;
        for _ in 0..times {
            let next = text.len();
            let place = format!("B{}_", base_62(last - 1));
            text.push_str(&format!("T{place}{place}E"));
            last = next;
        }
        format!("_R{text}E")
    };
    let nested = |letter: &str, times: usize| format!("_RMC1a{}m", letter.repeat(times));
    for (symbol, is_read) in [
        (doubled(10), true),
        (doubled(60), false),
        (nested("S", 100), true),
        (nested("S", 100_000), false),
        (nested("R", 100_000), false),
        (format!("_R{}C1a", "Nv".repeat(100_000)), false),
        (format!("_R{}", "I".repeat(100_000)), false),
        ("_RNvC18446744073709551615a1f".into(), false),
        ("_RNvCs".into(), false),
        ("_RNvCsä_1a1f".into(), false),
        ("_RNvBlYGhA10ahgf_C1a".into(), false),
    ] {
        let shown: String = symbol.chars().take(40).collect();
        read_symbol(&symbol);
        assert_eq!(Mangled::of(&symbol).and_then(|mut symbol| symbol.path()).is_some(), is_read, "{shown}");
    }
}

fn base_62(mut number: usize) -> String {
    const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut digits = Vec::new();
    loop {
        digits.insert(0, DIGITS[number % 62]);
        number /= 62;
        if number == 0 {
            return String::from_utf8(digits).expect("digits are ASCII");
        }
    }
}

/// A symbol with other letters in it: tags, numbers, or all between two places once more.
fn altered() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => select(b"BCDEFIKLMNOPQRSTUVXYabcdefhijlmnopstuvxyz_0123456789".to_vec()).prop_map(|it| vec![it]),
        1 => select(vec!["99999999999999999999", "18446744073709551615", "ä", "s", "u", "B_", "TB0_B0_E", "\0"])
            .prop_map(|text| text.as_bytes().to_vec()),
    ];
    let change = (any::<Index>(), any::<Index>(), any::<bool>(), piece);
    (any::<Index>(), vec(change, 1..5), 0..3_usize).prop_map(|(symbol, changes, cut)| {
        let mut bytes = symbol.get(&SYMBOLS).clone().into_bytes();
        for (at, other, is_copied, piece) in changes {
            let (at, other) = (at.index(bytes.len()), other.index(bytes.len()));
            if is_copied {
                let copy = bytes[at.min(other)..at.max(other)].to_vec();
                bytes.splice(at..at, copy);
            } else {
                let end = (at + 1).min(bytes.len());
                bytes.splice(at..end, piece);
            }
        }
        bytes.truncate(bytes.len() - cut.min(bytes.len()));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[test]
fn an_altered_symbol_is_none_of_rustcs_or_another() {
    check(4000, altered(), |symbol| {
        read_symbol(&symbol);
        Ok(())
    });
}
