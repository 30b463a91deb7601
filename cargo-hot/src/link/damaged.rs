//! What objects that are cut short or overwritten do to their readers: an error or a wrong answer, never a panic.
//!
//! rustc may be killed while it writes, a disk may be full. A real object with debug information and landing pads is
//! damaged, mostly in its tables, and then read by all who read objects.

use super::unwind;
use crate::objects::digest::{Digests, referent};
use crate::objects::lines::declarations;
use crate::objects::types::layouts;
use crate::objects::{Names, Object, SectionKind};
use object::{Object as _, ObjectSection as _};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;
use std::ops::Range;
use std::process::Command;
use std::sync::LazyLock;

const SOURCE: &str = r#"
    pub enum Shape { Round(f64), Named { name: String, sizes: [u32; 4] }, Nothing }
    pub struct World { shapes: Vec<Shape>, pub hits: u64 }
    static NAMES: [&str; 3] = ["one", "two", "three"];
    thread_local! { static DEPTH: std::cell::Cell<u32> = const { std::cell::Cell::new(1) }; }
    impl Drop for World { fn drop(&mut self) { println!("{}", self.hits) } }
    pub fn step(world: &mut World, other: &dyn Fn(&str) -> u64) -> u64 {
        let _kept = World { shapes: Vec::new(), hits: DEPTH.get().into() };
        for name in NAMES { world.hits += other(name); }
        match &world.shapes[..] {
            [Shape::Named { name, sizes }, ..] => name.len() as u64 + u64::from(sizes[2]),
            [Shape::Round(size)] => size.to_bits(),
            _ => 7.max(world.hits),
        }
    }
"#;

/// The object that rustc makes of [`SOURCE`].
static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let (source, output) = (folder.path().join("world.rs"), folder.path().join("world.o"));
    std::fs::write(&source, SOURCE).expect("the source is written");
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()));
    rustc.args(["--edition", "2024", "--crate-type", "lib", "--emit", "obj", "-g", "-C", "codegen-units=1", "-o"]);
    assert!(rustc.arg(&output).arg(&source).status().expect("rustc runs").success());
    std::fs::read(&output).expect("rustc wrote an object")
});

/// Where the tables are: of each as much is damaged, however small it is.
static TABLES: LazyLock<Vec<Range<usize>>> = LazyLock::new(|| {
    let whole = object::File::parse(WHOLE.as_slice()).expect("rustc's object is whole");
    let sections = whole.sections().filter_map(|section| {
        let (start, size) = section.file_range()?;
        Some(usize::try_from(start).ok()?..usize::try_from(start + size).ok()?)
    });
    let mut tables: Vec<Range<usize>> = sections.filter(|range| !range.is_empty()).collect();
    let last = tables.iter().map(|range| range.end).max().unwrap_or(0);
    // The file's header, and the table of sections at its end, more often than any one section.
    tables.extend([0..64, last..WHOLE.len()].into_iter().filter(|range| !range.is_empty()).cycle().take(20));
    tables
});

fn overwritten() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        (0..40_u32).prop_map(|number| number.to_le_bytes().to_vec()),
        any::<u64>().prop_map(|number| number.to_le_bytes().to_vec()),
        Just(vec![0xff; 4]),
        Just(vec![0xff; 8]),
        Just([&[0; 7][..], &[0x80]].concat()),
    ]
}

/// What is overwritten with what, and where the file ends.
#[derive(Debug)]
struct Damage {
    changes: Vec<(usize, Vec<u8>)>,
    cut: Option<usize>,
}

impl Damage {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = WHOLE.clone();
        for (at, new) in &self.changes {
            let end = bytes.len().min(at + new.len());
            bytes[*at..end].copy_from_slice(&new[..end - at]);
        }
        bytes.truncate(self.cut.unwrap_or(WHOLE.len()));
        bytes
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let changes = vec((any::<Index>(), any::<Index>(), overwritten()), 1..6);
    (changes, option::weighted(0.1, any::<Index>())).prop_map(|(changes, cut)| {
        let place = |(table, place, new): (Index, Index, Vec<u8>)| {
            let table = table.get(&TABLES);
            (table.start + place.index(table.len()), new)
        };
        Damage { changes: changes.into_iter().map(place).collect(), cut: cut.map(|cut| cut.index(WHOLE.len())) }
    })
}

/// Everything that is read of an object on the way of a save; how many sections were there.
fn read(bytes: Vec<u8>) -> usize {
    let mut names = Names::default();
    let Ok(object) = Object::parse(bytes, &mut names) else { return 0 };
    let digests = Digests::compute(&object, &names);
    for (index, section) in object.sections.iter().enumerate() {
        digests.of(index);
        for reference in object.references(section) {
            referent(&object, index, &reference);
        }
        if section.kind == SectionKind::Unwind {
            unwind::select(&object, section, |function| function % 2 == 0);
            unwind::select(&object, section, |_| true);
        }
    }
    let defined = object.sections.iter().flat_map(|section| &section.definitions);
    let symbols: Vec<&str> = defined.map(|definition| names.text(definition.name)).collect();
    declarations(&object, &symbols);
    layouts(&object, &["world".to_owned()]);
    object.sections.len()
}

#[test]
fn a_whole_object_has_all_that_is_damaged_below() {
    let mut names = Names::default();
    let object = Object::parse(WHOLE.clone(), &mut names).unwrap();
    assert!(layouts(&object, &["world".to_owned()]).contains_key("world::Shape"));
    let step = object.sections.iter().find_map(|section| Some(names.text(section.named()?.name)).filter(is_step));
    assert_eq!(declarations(&object, &[step.unwrap()]).len(), 1);
    let unwind = object.sections.iter().find(|section| section.kind == SectionKind::Unwind).unwrap();
    assert!(unwind::select(&object, unwind, |_| true).is_some());
    assert!(read(WHOLE.clone()) > 10);
}

fn is_step(symbol: &&str) -> bool {
    symbol.contains("4step")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn a_damaged_object_is_an_error_or_another_object(damage in damage()) {
        read(damage.bytes());
    }

    #[test]
    fn any_bytes_are_no_object(bytes in vec(any::<u8>(), 0..300), is_elf in any::<bool>()) {
        let head = if is_elf { &WHOLE[..20] } else { &[] };
        read([head, &bytes].concat());
    }
}
