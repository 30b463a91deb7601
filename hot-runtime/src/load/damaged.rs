//! Patch files that are not what was linked: the loader is not asked, so none of their code runs.

use super::{Header, LoadError, MAGIC, PROTOCOL, check, fill, load, publication};
use crate::image::Images;
use crate::manifest::{Entry, Import, ONLY, kind};
use crate::wire::Patch;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{RngSeed, TestRunner};
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;
use xxhash_rust::xxh3::xxh3_128;

/// What of a patch counts here: a manifest, and code that runs as soon as it is mapped and leaves a folder. The link leaves no
/// such code in real ones.
const SOURCE: &str = r#"
    #![no_std]
    #[repr(C)]
    pub struct Header {
        magic: [u8; 8],
        protocol: u32,
        generation: u32,
        build_id: [u64; 2],
        imports: u32,
        entries: u32,
    }
    #[unsafe(no_mangle)]
    pub static __cargo_hot_manifest: Header =
        Header { magic: *b"cargohot", protocol: PROTOCOL, generation: 1, build_id: [7, 8], imports: 0, entries: 0 };
    unsafe extern "C" { fn mkdir(path: *const u8, mode: u32) -> i32; }
    extern "C" fn run() { unsafe { mkdir(concat!(env!("MAPPED"), "\0").as_ptr(), 0o700) }; }
    #[used]
    #[unsafe(link_section = ".init_array")]
    static RUN: extern "C" fn() = run;
    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
"#;

const BUILD_ID: u128 = 7 | 8 << 64;

/// A patch as it was linked, and where it may be damaged.
struct Linked {
    folder: TempDir,
    bytes: Vec<u8>,
}

impl Linked {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let linked = Self { bytes: Vec::new(), folder };
        let source = linked.folder.path().join("patch.rs");
        fs::write(&source, SOURCE.replace("PROTOCOL", &PROTOCOL.to_string())).expect("there is room for a source");
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()));
        rustc.args(["--edition=2024", "--crate-type=cdylib", "-Cpanic=abort", "-Cstrip=symbols", "-Copt-level=1"]);
        rustc.arg("-o").arg(linked.path()).arg(&source).env("MAPPED", linked.mapped());
        assert!(rustc.status().expect("rustc runs").success());
        Self { bytes: fs::read(linked.path()).expect("rustc wrote it"), ..linked }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("patch.so")
    }

    /// There once a loader had the file.
    fn mapped(&self) -> PathBuf {
        self.folder.path().join("mapped")
    }

    fn load(&self, build_id: u128) -> Result<usize, LoadError> {
        load(&message(&self.path(), &self.bytes), build_id, &mut Images::default()).map(|it| it.publications.len())
    }

    /// What is at the patch's place now is refused, and no loader had it.
    fn check_refused(&self, what: &str) {
        let answer = self.load(BUILD_ID);
        assert!(matches!(answer, Err(LoadError::Digest)), "{what}: {answer:?}");
        assert!(!self.mapped().exists(), "{what} was mapped");
    }
}

/// The session's words about a file that held these bytes when it was linked.
fn message(path: &Path, bytes: &[u8]) -> Patch {
    Patch {
        generation: 1,
        path: path.to_owned(),
        digest: xxh3_128(bytes),
        manifest: 0,
        anchor: 0,
        symbolizer: None,
        types: Vec::new(),
        changed: Vec::new(),
    }
}

#[test]
fn no_damaged_patch_reaches_the_loader() {
    let linked = Linked::new();
    let file = File::options().write(true).open(linked.path()).unwrap();
    // A bit of each byte, all eight in turn.
    for (at, byte) in linked.bytes.iter().enumerate() {
        file.write_all_at(&[byte ^ (1 << (at % 8))], at as u64).unwrap();
        linked.check_refused(&format!("a patch with another bit in byte {at}"));
        file.write_all_at(&[*byte], at as u64).unwrap();
    }
    for length in (0..linked.bytes.len()).rev().step_by(97) {
        file.set_len(length as u64).unwrap();
        linked.check_refused(&format!("a patch of {length} bytes"));
    }
    for more in [&[0][..], &[0; 4096], &linked.bytes] {
        fs::write(linked.path(), [&linked.bytes, more].concat()).unwrap();
        linked.check_refused(&format!("a patch with {} bytes more", more.len()));
    }
    fs::write(linked.path(), &linked.bytes).unwrap();
    assert_eq!(linked.load(BUILD_ID).unwrap(), 0);
    assert!(linked.mapped().exists(), "the whole patch was not mapped, so nothing above says anything");
}

#[test]
fn a_whole_patch_of_another_build_is_refused() {
    let linked = Linked::new();
    let mut images = Images::default();
    let message = message(&linked.path(), &linked.bytes);
    assert!(matches!(load(&message, BUILD_ID + 1, &mut images), Err(LoadError::BuildId)));
    let later = Patch { generation: 2, ..message.clone() };
    assert!(matches!(load(&later, BUILD_ID, &mut images), Err(LoadError::Generation)));
    assert_eq!(images.next(), 1, "a refused patch is no image");
    load(&message, BUILD_ID, &mut images).unwrap();
    assert!(matches!(load(&message, BUILD_ID, &mut images), Err(LoadError::Generation)));
    assert_eq!(images.next(), 2);
}

/// The digest has ways of its own for inputs of up to 16, 128 and 240 bytes, for longer ones, and for those over 1024.
#[test]
fn every_bit_of_a_file_of_any_length_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("patch.so");
    for length in [1, 3, 4, 8, 9, 16, 17, 128, 129, 240, 241, 1024, 1025, 1300] {
        let bytes: Vec<u8> = (0..length).map(|at: usize| (at * 31 % 251) as u8).collect();
        let message = message(&path, &bytes);
        let answer = || load(&message, BUILD_ID, &mut Images::default());
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(answer(), Err(LoadError::Open(_))), "the loader is asked about what was linked");
        let file = File::options().write(true).open(&path).unwrap();
        for bit in 0..8 * length {
            let (at, byte) = (bit / 8, bytes[bit / 8]);
            file.write_all_at(&[byte ^ (1 << (bit % 8))], at as u64).unwrap();
            assert!(matches!(answer(), Err(LoadError::Digest)), "bit {bit} of {length} bytes");
            file.write_all_at(&[byte], at as u64).unwrap();
        }
    }
}

#[test]
fn any_change_of_a_patch_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("patch.so");
    let changes = vec((any::<Index>(), any::<u8>()), 0..4);
    let input = (vec(any::<u8>(), 1..3000), changes, any::<Index>(), vec(any::<u8>(), 0..3));
    let tried = TestRunner::new(config(400)).run(&input, |(linked, changes, cut, more)| {
        let mut found = linked.clone();
        for (at, byte) in changes {
            found[at.index(linked.len())] = byte;
        }
        found.truncate(linked.len() - cut.index(linked.len()) / 2);
        found.extend(more);
        fs::write(&path, &found)?;
        let answer = load(&message(&path, &linked), BUILD_ID, &mut Images::default());
        if found == linked {
            prop_assert!(matches!(answer, Err(LoadError::Open(_))), "{answer:?}");
        } else {
            prop_assert!(matches!(answer, Err(LoadError::Digest)), "{answer:?}");
        }
        Ok(())
    });
    tried.unwrap();
}

/// So many cases, the same ones each time; with `FUZZ_TIMES` that many times as many, and others each time.
fn config(cases: u32) -> ProptestConfig {
    let times: Option<u32> = std::env::var("FUZZ_TIMES").ok().map(|times| times.parse().expect("it is a number"));
    ProptestConfig {
        cases: cases.saturating_mul(times.unwrap_or(1)),
        failure_persistence: None,
        rng_seed: times.map_or(RngSeed::Fixed(0), |_| RngSeed::Random),
        ..ProptestConfig::default()
    }
}

#[test]
fn every_bit_of_a_header_that_tells_whose_it_is_counts() {
    let patch = message(Path::new(""), &[]);
    let whole = Header { magic: MAGIC, protocol: PROTOCOL, generation: 1, build_id: [7, 8], imports: 0, entries: 0 };
    check(&whole, &patch, BUILD_ID).unwrap();
    let flips = |damage: fn(&mut Header, u32), bits: u32| {
        for bit in 0..bits {
            let mut header = whole;
            damage(&mut header, bit);
            assert!(check(&header, &patch, BUILD_ID).is_err(), "{header:?}");
        }
    };
    flips(|header, bit| header.magic[bit as usize / 8] ^= 1 << (bit % 8), 64);
    flips(|header, bit| header.protocol ^= 1 << bit, 32);
    flips(|header, bit| header.generation ^= 1 << bit, 32);
    flips(|header, bit| header.build_id[bit as usize / 64] ^= 1 << (bit % 64), 128);
}

#[test]
fn what_is_of_no_image_fills_no_word_and_no_slot() {
    #[repr(C)]
    struct Table {
        import: Import,
        word: AtomicUsize,
    }
    let mut images = Images::default();
    images.find_executable(0);
    let fill_one = |kind, image| {
        let import = Import { cell: size_of::<Import>() as i32, kind, image, reserved: 0, value: 8 };
        let table: &Table = Box::leak(Box::new(Table { import, word: AtomicUsize::new(7) }));
        let _ = table.word.as_ptr().expose_provenance();
        let is_filled = fill(&table.import, &images).is_ok();
        (is_filled, table.word.load(Ordering::Relaxed) != 7)
    };
    assert_eq!(fill_one(kind::ADDRESS, 0), (true, true));
    for (kind, image) in [(kind::ADDRESS, 1), (kind::TLS_MODULE, 1), (kind::ADDRESS, ONLY), (2, 0), (u32::MAX, 0)] {
        assert_eq!(fill_one(kind, image), (false, false), "kind {kind}, image {image}");
    }
    for image in [1, ONLY] {
        let entry = Entry { body: 0, image, slot: 8, known_image: ONLY, reserved: 0, known: 0 };
        assert!(matches!(publication(Box::leak(Box::new(entry)), &images), Err(LoadError::Image(_))));
    }
}
