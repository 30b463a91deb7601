//! `cargo hot` in the place of rustc: compiles one crate of the workspace so that it can be patched later.
//!
//! Cargo calls it as `RUSTC_WORKSPACE_WRAPPER`, with rustc and rustc's arguments. A crate is compiled as a library from
//! its public shadow; where that fails and the original does not, from the original; a binary gets a generated `main`
//! that starts the runtime. What was done is recorded for the session.

use crate::base::diagnostics::{Diagnostics, Line};
use crate::base::displaced::Displaced;
use crate::base::invocation::Invocation;
use crate::base::record::{Program, Record, replace};
use crate::base::rustc::Rustc;
use crate::base::turn::{self, Turn};
use crate::base::unit::{Kind, Unit};
use crate::shadow::{Shadow, Text, replace_file};
use anyhow::{Context, Result};
use hot_runtime::names::{EXPAND_HOLDING, EXPAND_OPTIMIZED, EXPAND_PLAIN, EXPAND_VARIABLE, TYPE_PREFIX};
use memchr::memmem;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::str::Chars;
use std::time::SystemTime;

/// Stands in for `rustc`, called with `arguments`.
pub(crate) fn run(words: impl Iterator<Item = OsString>, holds_panics: bool) -> Result<ExitCode> {
    let mut words = words.map(|word| word.to_string_lossy().into_owned());
    let rustc = words.next().context("cargo calls the wrapper with the path of rustc")?;
    let rustc = Rustc::new(Displaced::handed_on().workspace_wrapper.as_deref(), &rustc);
    let arguments: Vec<_> = words.collect();
    match Unit::of(&rustc, Invocation::parse(arguments.clone()), holds_panics)? {
        Some(unit) => build(&unit),
        None => Err(rustc.command().args(arguments).exec()).with_context(|| format!("failed to run `{rustc}`")),
    }
}

fn build(unit: &Unit) -> Result<ExitCode> {
    put_back_libraries(unit)?;
    let turns = unit.hot_dir.turns(&unit.stem);
    let mut turn = Turn::wait(&turns)?;
    let compiled = turn::Compiled(like_no_other(unit)?);
    turn.claim(compiled)?;
    let begun = SystemTime::now();
    let invocation = unit.library_invocation();
    let Compiled { code, shadow } = compile(unit, &invocation)?;
    if code != 0 {
        return Ok(exit_code(code));
    }
    shadow.keep(&unit.package_root, &unit.hot_dir.compiled_root(&unit.stem))?;
    let kept_library = unit.hot_dir.kept_library(&unit.stem);
    let metadata = unit.library().with_extension("rmeta");
    replace(&kept_library, &unit.library())?;
    if metadata.is_file() {
        replace(&kept_library.with_extension("rmeta"), &metadata)?;
    }
    let dep_info = kept_library.with_extension("d");
    rewrite_dep_info(unit, &dep_info)?;
    let runtime = find_runtime(unit)?;
    let program = match unit.kind {
        Kind::Library => None,
        Kind::Binary => match link_program(unit, runtime.as_deref())? {
            Ok(program) => Some(program),
            Err(code) => return Ok(exit_code(code)),
        },
    };
    let record = Record {
        package: unit.package.clone(),
        package_root: unit.package_root.clone(),
        rustc: unit.rustc.clone(),
        directory: unit.directory.clone(),
        environment: hot_environment(unit),
        invocation,
        library: unit.library(),
        begun,
        compiled_root: unit.hot_dir.compiled_root(&unit.stem),
        kept_library,
        turns,
        compiled,
        shadow,
        dep_info,
        runtime,
        program,
    };
    unit.hot_dir.write(&unit.stem, &record)?;
    Ok(ExitCode::SUCCESS)
}

/// Sessions compile to where cargo has its libraries, and cargo goes by the times of sources: with older ones put back, it
/// takes what a session left there for its own.
fn put_back_libraries(unit: &Unit) -> Result<()> {
    let mut left: Vec<PathBuf> = libraries(&unit.invocation, &unit.directory).collect();
    while let Some(library) = left.pop() {
        let Some(record) = unit.hot_dir.of_library(&library)? else { continue };
        // Who has the turn compiles it, for this very build perhaps.
        let Some(mut turn) = Turn::try_take(&record.turns)? else { continue };
        // As cargo made it; were what it is made of newer, cargo would have made it again.
        if turn.last == Some(record.compiled) {
            continue;
        }
        record.put_back(&mut turn)?;
        left.extend(libraries(&record.invocation, &record.directory));
    }
    Ok(())
}

/// Those that a crate is compiled against.
fn libraries(invocation: &Invocation, directory: &Path) -> impl Iterator<Item = PathBuf> {
    invocation.externs().map(move |(_, library)| directory.join(library).with_extension("rlib"))
}

struct Compiled {
    code: i32,
    shadow: Shadow,
}

/// From the shadow, or else from the original text, whose errors are the ones the user shall read.
fn compile(unit: &Unit, invocation: &Invocation) -> Result<Compiled> {
    let mut shadow = unit.shadow(Text::Public);
    shadow.close_package(&unit.package_root);
    shadow.mirror(&unit.directory, &unit.package_root)?;
    let code = rustc(unit, invocation)?.code;
    if code == 0 {
        return Ok(Compiled { code, shadow });
    }
    let check = rustc(unit, &unit.check_invocation())?;
    if check.code != 0 {
        check.forward_withheld()?;
        return Ok(Compiled { code: check.code, shadow });
    }
    let shadow = unit.shadow(Text::Original);
    shadow.mirror(&unit.directory, &unit.package_root)?;
    let original = rustc(unit, invocation)?;
    original.forward_withheld()?;
    eprintln!(
        "cargo hot: `{}` is compiled as it is written, since its public copy does not compile; edits in it go live \
         all the same, only slower",
        unit.package
    );
    Ok(Compiled { code: original.code, shadow })
}

/// How rustc ended, and what it said that was not passed on yet.
struct Ended {
    code: i32,
    withheld: Vec<String>,
}

impl Ended {
    fn forward_withheld(&self) -> Result<()> {
        self.withheld.iter().try_for_each(|line| say(line))
    }
}

/// Runs rustc. Messages are withheld until the crate is sure to compile; artifacts are passed on at once, since cargo
/// starts the dependents on them.
fn rustc(unit: &Unit, invocation: &Invocation) -> Result<Ended> {
    let mut child = unit
        .rustc
        .command()
        .args(invocation.arguments())
        .env(EXPAND_VARIABLE, expansion(unit))
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("failed to run `{}`", unit.rustc))?;
    let stderr = child.stderr.take().context("the pipe to rustc's stderr is missing")?;
    let mut diagnostics = Diagnostics::new(&unit.directory);
    let mut withheld = Vec::new();
    for line in BufReader::new(stderr).lines() {
        match diagnostics.read(line.context("failed to read rustc's messages")?) {
            Line::Artifact(line) => say(&line)?,
            Line::Diagnostic { line, .. } => withheld.push(line),
            Line::Dropped => {}
        }
    }
    let status = child.wait().context("failed to wait for rustc")?;
    let mut ended = Ended { code: status.code().unwrap_or(101), withheld };
    if ended.code == 0 {
        ended.forward_withheld()?;
        ended.withheld.clear();
    }
    Ok(ended)
}

/// A line for cargo, which reads our stderr as rustc's.
fn say(line: &str) -> Result<()> {
    writeln!(std::io::stderr().lock(), "{line}").context("failed to pass rustc's messages on")
}

/// Cargo shall watch the originals, and find its own name for the output. Replays write there, too, so a copy is `kept`.
fn rewrite_dep_info(unit: &Unit, kept: &Path) -> Result<()> {
    let path = unit.dep_info();
    let text =
        fs::read_to_string(&path).with_context(|| format!("failed to read the dependencies `{}`", path.display()))?;
    let shadow = unit.shadow(Text::Public).root.to_string_lossy().replace(' ', "\\ ");
    let text = text.replace(&shadow, "");
    replace_file(kept, text.as_bytes())?;
    replace_file(&path, text.as_bytes())
}

/// The runtime among the crate's own dependencies, or among those of the workspace crates it uses.
fn find_runtime(unit: &Unit) -> Result<Option<PathBuf>> {
    for library in libraries(&unit.invocation, &unit.directory) {
        let name = library.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("libhot_runtime-") {
            return Ok(Some(library));
        }
        if let Some(Record { runtime: Some(runtime), .. }) = unit.hot_dir.of_library(&library)? {
            return Ok(Some(runtime));
        }
    }
    Ok(None)
}

/// Generates `main`, and links it with the library to the executable; `Err` is rustc's exit code.
fn link_program(unit: &Unit, runtime: Option<&Path>) -> Result<Result<Program, i32>> {
    let build_id = like_no_other(unit)?;
    let start = match runtime {
        Some(_) => format!("hot_runtime::start({build_id:#x}, {}); ", has_live_types(unit)?),
        None => String::new(),
    };
    let main = format!(
        "fn main() -> std::process::ExitCode {{ {start}std::process::Termination::report(program::__cargo_hot::main()) }}\n"
    );
    let entry = unit.hot_dir.entries().join(format!("{}.rs", unit.stem));
    replace_file(&entry, main.as_bytes())?;
    let mut invocation = unit.entry_invocation(&entry, &unit.library(), runtime);
    let printed = entry.with_extension("link-args");
    invocation.push("--print", format!("link-args={}", printed.display()));
    let ended = rustc(unit, &invocation)?;
    ended.forward_withheld()?;
    if ended.code != 0 {
        return Ok(Err(ended.code));
    }
    let linked = fs::read_to_string(&printed)
        .with_context(|| format!("failed to read what the linker was called with, `{}`", printed.display()))?;
    let (executable, linked) = (unit.executable(), quoted(&linked));
    Ok(Ok(Program { executable, build_id, linked, runtime: runtime.is_some() }))
}

/// Whether a type of the program, or of a library of the workspace that it is made of, is live.
fn has_live_types(unit: &Unit) -> Result<bool> {
    let prefix = memmem::Finder::new(TYPE_PREFIX);
    let mut open = vec![unit.library()];
    open.extend(libraries(&unit.invocation, &unit.directory));
    let mut seen = BTreeSet::new();
    while let Some(library) = open.pop() {
        let record = unit.hot_dir.of_library(&library)?;
        if !seen.insert(library.clone()) || record.is_none() && library != unit.library() {
            continue;
        }
        let bytes = fs::read(&library).with_context(|| format!("failed to read `{}`", library.display()))?;
        if prefix.find(&bytes).is_some() {
            return Ok(true);
        }
        open.extend(record.iter().flat_map(|record| libraries(&record.invocation, &record.directory)));
    }
    Ok(false)
}

/// The words between quotes, as rustc writes a command.
pub(super) fn quoted(command: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        match (character, &mut word) {
            ('"', None) => word = Some(String::new()),
            ('"', Some(_)) => words.extend(word.take()),
            ('\\', Some(word)) => word.extend(escaped(&mut characters)),
            (other, Some(word)) => word.push(other),
            (_, None) => {}
        }
    }
    words
}

/// What stands behind a backslash, in Rust's own way: letters that show nothing alone, such as accents, are numbers.
fn escaped(characters: &mut Chars) -> Option<char> {
    Some(match characters.next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        'u' => {
            let (digits, rest) = characters.as_str().strip_prefix('{')?.split_once('}')?;
            *characters = rest.chars();
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
        }
        other => other,
    })
}

/// Differs for every call: a patch shall fit one executable alone, and a library be known for what it was compiled from.
fn like_no_other(unit: &Unit) -> Result<u128> {
    let now = SystemTime::now().duration_since(std::time::UNIX_EPOCH).context("the clock is before 1970")?;
    let seed = format!("{} {} {}", unit.executable().display(), std::process::id(), now.as_nanos());
    Ok(xxhash_rust::xxh3::xxh3_128(seed.as_bytes()))
}

fn hot_environment(unit: &Unit) -> BTreeMap<String, String> {
    let mut environment = unit.environment.clone();
    environment.insert(EXPAND_VARIABLE.into(), expansion(unit));
    // The pipes of cargo's job server are closed by the time that these would be followed.
    for name in ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"] {
        environment.remove(name);
    }
    environment
}

/// What `#[hot]` is to expand for.
fn expansion(unit: &Unit) -> String {
    let build = match unit.invocation.codegen("opt-level") {
        Some(level) if level != "0" => EXPAND_OPTIMIZED,
        _ => EXPAND_PLAIN,
    };
    if unit.holds_panics { format!("{build} {EXPAND_HOLDING}") } else { build.to_owned() }
}

fn exit_code(code: i32) -> ExitCode {
    ExitCode::from(u8::try_from(code).unwrap_or(101))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_command_are_read_between_quotes() {
        let command = r#"LC_ALL="C" "cc" "-L" "/a \"place\"" "-lz" "C:\\d"
"#;
        assert_eq!(quoted(command), ["C", "cc", "-L", "/a \"place\"", "-lz", "C:\\d"]);
    }

    #[test]
    fn a_folder_may_have_accents_that_are_letters_of_their_own() {
        assert_eq!(quoted(r#""-L" "/cafe\u{301}/a\tb""#), ["-L", "/cafe\u{301}/a\tb"]);
        assert_eq!(quoted(r#""a\u{d800}" "\u""#), ["a", ""]);
    }
}
