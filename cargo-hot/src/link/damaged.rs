//! What objects that are cut short or overwritten do to their readers: an error or a wrong answer, never a panic.
//!
//! rustc may be killed while it writes, a disk may be full. A real object with debug information and landing pads is
//! damaged, mostly in its tables, and then read by all who read objects.

use super::unwind;
use super::weaver::{Frame, weave};
use crate::base::Invocation;
use crate::fuzz::bytes::{Whole, compile, compiled};
use crate::fuzz::check;
use crate::image::Image;
use crate::objects::digest::{Digests, referent};
use crate::objects::library::Libraries;
use crate::objects::lines::declarations;
use crate::objects::types::{Holder, Reach, layouts, misfits, reaches, returned};
use crate::objects::{Build, Names, Object, Rlib, SectionKind};
use crate::plan::{Ledger, Planner};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::LazyLock;

const SOURCE: &str = r#"
    #![allow(non_upper_case_globals)]
    use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering::Relaxed};
    pub enum Shape { Round(f64), Named { name: String, sizes: [u32; 4] }, Nothing }
    pub struct World { shapes: Vec<Shape>, pub hits: u64 }
    pub static HITS: AtomicU64 = AtomicU64::new(0);
    static NAMES: [&str; 3] = ["one", "two", "three"];
    thread_local! { static DEPTH: std::cell::Cell<u32> = const { std::cell::Cell::new(1) }; }
    impl Drop for World { fn drop(&mut self) { println!("{}", self.hits) } }
    pub trait Area { fn area(&self) -> f64; }
    impl Area for Shape {
        fn area(&self) -> f64 { match self { Shape::Round(size) => *size, Shape::Nothing => 0.0, _ => 1.0 } }
    }
    pub fn objects() -> Vec<Box<dyn Area>> { vec![Box::new(Shape::Nothing)] }
    pub fn counter(from: u64) -> impl FnMut() -> u64 { let mut at = from; move || { at += 1; at } }
    pub fn step(world: &mut World, other: &dyn Fn(&str) -> u64) -> u64 {
        let _kept = World { shapes: Vec::new(), hits: DEPTH.get().into() };
        for name in NAMES { world.hits += other(name); }
        match &world.shapes[..] {
            [Shape::Named { name, sizes }, ..] => name.len() as u64 + u64::from(sizes[2]),
            [Shape::Round(size)] => size.to_bits(),
            _ => 7.max(world.hits),
        }
    }
    pub fn update(by: u64) -> u64 {
        #[used]
        static __HOT_SLOT_0123456789abcdef: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());
        fn __hot_update(by: u64) -> u64 {
            let mut world = World { shapes: vec![Shape::Nothing], hits: by };
            HITS.fetch_add(objects().len() as u64, Relaxed);
            step(&mut world, &|name| name.len() as u64) + counter(by)()
        }
        if __HOT_SLOT_0123456789abcdef.load(Relaxed).is_null() { __hot_update(by) } else { 0 }
    }
"#;

/// What uses it, and says like our own programs where it is.
const PROGRAM: &str = r#"
    #[unsafe(no_mangle)]
    #[used]
    static __cargo_hot_anchor: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);
    fn main() { println!("{}", world::update(7)) }
"#;

/// The object that rustc makes of [`SOURCE`].
static WHOLE: LazyLock<Whole> =
    LazyLock::new(|| Whole::of_elf(compiled(SOURCE, &["--crate-type", "lib", "--emit", "obj"])));

/// A program as the first build left it, and its library as the second did.
struct Project {
    first: Vec<u8>,
    second: Whole,
    program: Whole,
}

static PROJECT: LazyLock<Project> = LazyLock::new(|| {
    const LIBRARY: &[&str] = &["--crate-type", "rlib", "--crate-name", "world"];
    let folder = tempfile::tempdir().expect("there is room for a file");
    let (library, program) = (folder.path().join("libworld.rlib"), folder.path().join("program"));
    compile(SOURCE, LIBRARY, folder.path(), &library);
    let of_world = format!("world={}", library.display());
    compile(PROGRAM, &["--crate-type", "bin", "--extern", &of_world], folder.path(), &program);
    let edited = SOURCE.replace("hits: by }", "hits: by + 1 }").replace("at += 1", "at += 2").replace("f64)", "f32)");
    let second =
        compiled(&edited.replace("*size", "f64::from(*size)").replace("to_bits()", "to_bits().into()"), LIBRARY);
    let read = |file| std::fs::read(file).expect("rustc wrote it");
    Project { first: read(&library), second: Whole::of_archive(second), program: Whole::of_elf(read(&program)) }
});

/// The way of a save from a library to an object; how many sections the patch took, if there is one.
fn save(program: &[u8], library: &[u8]) -> anyhow::Result<usize> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("libworld.rlib");
    let rlib = Rlib::new(&path, folder.path(), &Invocation::parse([]));
    let crates = ["world".to_owned()];
    let (mut names, mut build) = (Names::default(), Build::default());
    std::fs::write(&path, &PROJECT.first)?;
    build.update(&rlib, &mut names)?;
    build.watch_types();
    let mut image = Image::of_executable(program, &build, &mut names)?;
    let mut ledger = Ledger::new(&build, &names);
    std::fs::write(&path, library)?;
    let touched = build.update(&rlib, &mut names)?;
    build.misheld(&crates, &mut names, |name| image.is_loaded(name));
    let libraries = Libraries::new(vec![path.clone()], Vec::new());
    let (build, image, ledger, names, crates) = (&mut build, &mut image, &mut ledger, &mut names, &crates[..]);
    let mut planner = Planner { build, image, ledger, names, crates, libraries: &libraries };
    let plan = planner.plan(&touched)?;
    build.users_of_changed(&plan.old, crates, names);
    weave(&plan, build, image, names, Frame { build_id: 7, generation: 1 })?;
    Ok(plan.places.len())
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
    returned(&object, &symbols.iter().copied().collect(), &rustc_hash::FxHashSet::default());
    let crates = ["world".to_owned()];
    layouts(&object, &crates);
    for holder in [Holder::Hot, Holder::Old] {
        for (symbol, holder, _) in reaches(&object, &crates, |_| Some(holder)).holders.into_iter().take(3) {
            misfits(&object, &crates, (&symbol, holder, &Reach::default()));
        }
    }
    object.sections.len()
}

#[test]
fn a_whole_object_has_all_that_is_damaged_below() {
    let mut names = Names::default();
    let object = Object::parse(WHOLE.bytes.clone(), &mut names).unwrap();
    assert!(layouts(&object, &["world".to_owned()]).contains_key("world::Shape"));
    let step = object.sections.iter().find_map(|section| Some(names.text(section.named()?.name)).filter(is_step));
    assert_eq!(declarations(&object, &[step.unwrap()]).len(), 1);
    let unwind = object.sections.iter().find(|section| section.kind == SectionKind::Unwind).unwrap();
    assert!(unwind::select(&object, unwind, |_| true).is_some());
    assert!(read(WHOLE.bytes.clone()) > 10);
}

fn is_step(symbol: &&str) -> bool {
    symbol.contains("4step")
}

#[test]
fn a_damaged_object_is_an_error_or_another_object() {
    check(400, WHOLE.damage(), |damage| {
        read(damage.bytes());
        Ok(())
    });
}

#[test]
fn a_whole_library_makes_a_patch() {
    let Project { program, second, .. } = &*PROJECT;
    assert!(save(&program.bytes, &second.bytes).unwrap() > 2);
}

#[test]
fn a_damaged_library_is_refused_or_makes_another_patch() {
    check(100, PROJECT.second.damage(), |damage| {
        let _ = save(&PROJECT.program.bytes, &damage.bytes());
        Ok(())
    });
}

#[test]
fn a_damaged_program_is_refused_or_is_another() {
    check(100, PROJECT.program.damage(), |damage| {
        let _ = Image::of_executable(&damage.bytes(), &Build::default(), &mut Names::default());
        Ok(())
    });
}

#[test]
fn a_program_with_numbers_beyond_all_memory_is_refused_or_is_another() {
    let whole = &PROJECT.program.bytes;
    let word = |at: usize| usize::try_from(u64::from_le_bytes(whole[at..at + 8].try_into().unwrap())).unwrap();
    let half = |at: usize| usize::from(u16::from_le_bytes([whole[at], whole[at + 1]]));
    // In the header of ELF: where the tables of segments and sections are, and how many of each.
    let segments = (0..half(0x38)).map(|number| word(0x20) + number * 0x38);
    let sections = (0..half(0x3c)).map(|number| word(0x28) + number * 0x40);
    // Of a segment its address, sizes and alignment; of a section its address, place, size and alignment.
    let of_segments = segments.flat_map(|at| [0x10, 0x20, 0x28, 0x30].map(|field| at + field));
    let of_sections = sections.flat_map(|at| [0x10, 0x18, 0x20, 0x30].map(|field| at + field));
    let mut are_refused = 0;
    for at in of_segments.chain(of_sections) {
        for number in [u64::MAX, u64::MAX - 6] {
            let mut bytes = whole.clone();
            bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
            let image = Image::of_executable(&bytes, &Build::default(), &mut Names::default());
            let is_too_large = image.is_err_and(|error| format!("{error:#}").contains("more than there is memory"));
            are_refused += u32::from(is_too_large);
        }
    }
    assert_eq!(are_refused, 2, "of the thread-locals neither length fits");
}

#[test]
fn any_bytes_are_no_object() {
    check(400, (vec(any::<u8>(), 0..300), any::<bool>()), |(bytes, is_elf)| {
        let head = if is_elf { &WHOLE.bytes[..20] } else { &[] };
        read([head, &bytes].concat());
        Ok(())
    });
}
