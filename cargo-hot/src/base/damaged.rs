//! What the base build wrote down, and what rustc says, with bytes that nobody wrote: an error, or something else that is read.

use super::diagnostics::{Diagnostics, Line};
use super::invocation::Invocation;
use super::record::{HotDir, Program, Record};
use super::rustc::Rustc;
use super::turn::{Compiled, Turn};
use super::wrapper::quoted;
use crate::fuzz::bytes::Whole;
use crate::fuzz::check;
use crate::shadow::{Shadow, Text};
use crate::sources::parse_dep_info;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::SystemTime;

static RECORD: LazyLock<Whole> =
    LazyLock::new(|| Whole::plain(serde_json::to_vec(&record()).expect("a record is written as JSON")));

fn record() -> Record {
    let words =
        "--crate-name life --edition=2024 src/main.rs --crate-type lib -C debuginfo=2 --extern priv:a=/t/liba.rlib";
    Record {
        package: "life 0.1.0 (path+file:///w)".into(),
        package_root: "/w".into(),
        rustc: Rustc::new(Some(Path::new("/usr/bin/sccache")), "rustc"),
        directory: "/w".into(),
        environment: [("OUT_DIR", "/t/out \"a\"\n")].map(|(name, value)| (name.into(), value.into())).into(),
        invocation: Invocation::parse(words.split(' ').map(str::to_owned)),
        library: "/t/liblife.rlib".into(),
        begun: SystemTime::UNIX_EPOCH,
        compiled_root: "/t/hot/compiled/life".into(),
        kept_library: "/t/hot/compiled/life.rlib".into(),
        turns: "/t/hot/turns/life".into(),
        compiled: Compiled(u128::MAX - 7),
        shadow: Shadow::new("/t/hot/shadow/life".into(), Text::Public, Some("/w/src/main.rs".into())),
        dep_info: "/t/life.d".into(),
        runtime: Some("/t/libhot_runtime-1.rlib".into()),
        program: Some(Program {
            executable: "/t/life".into(),
            build_id: 7,
            linked: vec!["cc".into(), "-Wl,-z".into()],
            runtime: true,
        }),
    }
}

#[test]
fn a_damaged_record_is_an_error_or_another_record() {
    let folder = tempfile::tempdir().unwrap();
    let units = folder.path().join("hot/units");
    fs::create_dir_all(&units).unwrap();
    let hot_dir = HotDir::of_out_dir(&folder.path().join("deps"));
    let read = |bytes: &[u8]| {
        fs::write(units.join("life.json"), bytes)?;
        hot_dir.of_library(Path::new("/t/liblife.rlib"))
    };
    assert_eq!(read(&RECORD.bytes).unwrap().unwrap().invocation.externs().count(), 1);
    check(1000, RECORD.damage(), |damage| {
        if let Ok(record) = read(&damage.bytes()) {
            let record = record.expect("it is there");
            record.invocation.externs().for_each(drop);
            record.invocation.codegen("debuginfo");
            record.invocation.arguments();
            record.shadow.original_of(&record.dep_info);
        }
        hot_dir.of_program(folder.path()).expect("a record that cannot be read is none of this program");
        Ok(())
    });
}

/// Lines of sources, of their copies, and of neither.
fn line() -> impl Strategy<Value = String> {
    let few = [
        "",
        "x",
        "x x",
        "pub x",
        "} pub",
        "    fn f() { x }",
        "pub fn f() { x }",
        "pub(crate) fn f() { x }",
        "ä\u{301}\t",
    ];
    prop_oneof![40 => select(few.to_vec()).prop_map(str::to_owned), 1 => Just("x".repeat(70_000))]
}

/// What rustc renders: places, lines of sources with their numbers, and anything else.
fn rendered_line() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => (0..9_u32).prop_map(|number| format!(" --> main.rs:{number}:1\n")),
        4 => (0..9_u32, line()).prop_map(|(number, line)| format!("{number} | {line}\n")),
        1 => line(),
        1 => "\\PC{0,9}",
    ]
}

#[test]
fn a_message_of_rustc_is_told_and_grows_by_lines_of_sources_alone() {
    let folder = tempfile::tempdir().unwrap();
    let number = prop_oneof![9 => 0..9_u64, 1 => (0..3_u64).prop_map(|less| u64::MAX - less)];
    let span = (number, vec(line(), 0..4));
    let input = (vec(line(), 0..8), vec(span, 0..40), vec(rendered_line(), 0..12));
    check(400, input, |(lines, spans, rendered)| {
        fs::write(folder.path().join("main.rs"), lines.join("\n"))?;
        let texts = |texts: &[String]| texts.iter().map(|text| json!({ "text": text })).collect::<Vec<_>>();
        let spans = spans
            .iter()
            .map(|(first, lines)| json!({ "file_name": "main.rs", "line_start": first, "text": texts(lines) }));
        let spans: Vec<_> = spans.collect();
        let message = json!({ "level": "error", "message": "", "rendered": rendered.concat(), "spans": spans });
        let told = Diagnostics::new(folder.path()).read(message.to_string());
        let Line::Diagnostic { rendered: told, .. } = told else { return Err(TestCaseError::fail("it is dropped")) };
        let longest = lines.iter().chain(&rendered).map(String::len).max().unwrap_or(0);
        let room = rendered.concat().len() + 3 * longest * rendered.len();
        prop_assert!(told.len() <= room, "{} bytes of {}", told.len(), room);
        Ok(())
    });
}

/// An error as rustc writes it.
static MESSAGE: LazyLock<Whole> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let source = folder.path().join("main.rs");
    fs::write(&source, "mod a { pub fn f() { x } }\nfn main() { a::f(1) }\n").expect("there is room for a source");
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()));
    rustc.args(["--error-format=json", "main.rs"]).current_dir(folder.path());
    let said = rustc.output().expect("rustc runs").stderr;
    Whole::plain(said.split(|byte| *byte == b'\n').next().expect("it says something").to_vec())
});

#[test]
fn a_damaged_message_of_rustc_is_told_or_dropped() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.rs"), "mod a { fn f() { x } }\n").unwrap();
    let read = |bytes: &[u8]| Diagnostics::new(folder.path()).read(String::from_utf8_lossy(bytes).into_owned());
    let whole = read(&MESSAGE.bytes);
    assert!(
        matches!(&whole, Line::Diagnostic { rendered, is_error: true, .. } if rendered.contains("1 | mod a { fn f()"))
    );
    check(1000, MESSAGE.damage(), |damage| {
        read(&damage.bytes());
        Ok(())
    });
}

#[test]
fn a_list_of_sources_has_every_path_that_rustc_wrote() {
    // rustc does not escape what ends with a backslash.
    check(1000, btree_set("[a-zä:# .]{0,5}[a-z]", 0..6), |paths: BTreeSet<String>| {
        let written: Vec<String> = paths.iter().map(|path| path.replace(' ', "\\ ")).collect();
        let text = format!("/t/my\\ a.d: {}\n\n{}", written.join(" "), "a:\n# env-dep:X=a: b\n");
        prop_assert_eq!(parse_dep_info(&text), paths.iter().map(PathBuf::from).collect::<Vec<_>>());
        Ok(())
    });
}

#[test]
fn any_text_is_some_list_of_sources() {
    check(1000, "[a\\\\: #\nä]{0,40}", |text| {
        let length: usize = parse_dep_info(&text).iter().map(|path| path.as_os_str().len()).sum();
        prop_assert!(length <= text.len());
        Ok(())
    });
}

#[test]
fn the_linkers_words_are_read_as_they_were() {
    check(1000, vec(any::<String>(), 1..5), |words| {
        let words: Vec<String> = words.iter().map(|word| word.replace('\0', "")).collect();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        prop_assert_eq!(quoted(&format!("{command:?}")), words);
        Ok(())
    });
}

#[test]
fn any_text_has_some_words_of_the_linker() {
    check(1000, "[a\"\\\\u{}n1]{0,40}", |text| {
        let length: usize = quoted(&text).iter().map(String::len).sum();
        prop_assert!(length <= text.len());
        Ok(())
    });
}

#[test]
fn who_takes_a_turn_reads_what_was_said_whatever_was_there_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("turns");
    check(200, (option::of(vec(any::<u8>(), 0..40)), any::<u128>()), |(before, claimed)| {
        if let Some(before) = before {
            fs::write(&path, before)?;
        }
        let fail = |error: anyhow::Error| TestCaseError::fail(format!("{error:#}"));
        Turn::wait(&path).and_then(|mut turn| turn.claim(Compiled(claimed))).map_err(fail)?;
        prop_assert_eq!(Turn::wait(&path).map_err(fail)?.last, Some(Compiled(claimed)));
        Ok(())
    });
}
