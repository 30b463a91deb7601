//! What the compiler and clippy make of marked code: nothing of it remains in an ordinary build, and a hot build has the
//! symbols that `cargo hot` looks for, and is clean.
//!
//! The programs of `ui/accept` are the code under test, as the modules of one library in a project of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hot_runtime::names::{BODY_PREFIX, EXPAND_PLAIN, EXPAND_VARIABLE, SLOT_PREFIX};

/// `EXPAND_PLAIN` and `EXPAND_HOLDING`.
const HOLDING: &str = "plain holding";

#[test]
fn an_ordinary_build_gives_the_assembly_of_the_unmarked_source() {
    let project = Project::new("ordinary", |source| source.to_owned());
    let levels = [0, 3];
    let marked = levels.map(|level| sections(&project.assembly(level)));
    project.write_sources(unmarked);
    let unmarked = levels.map(|level| sections(&project.assembly(level)));
    assert!(marked[0].len() > 100, "too little code to compare: {}", marked[0].len());
    // No `assert_eq!`, which would print megabytes.
    for (marked, unmarked) in marked.iter().zip(&unmarked) {
        let different = marked.iter().zip(unmarked).find(|(marked, unmarked)| marked != unmarked);
        assert!(different.is_none(), "`#[hot]` left something in the assembly: {different:#?}");
        assert_eq!(marked.len(), unmarked.len());
    }
}

/// Blanks in the place of all marks, as many, so that every column in a panic's location stays.
fn unmarked(source: &str) -> String {
    let mut unmarked = String::new();
    let mut rest = source;
    while let Some(start) = ["#[hot]", "#[hot(", "#[hot_runtime::hot]"].iter().filter_map(|mark| rest.find(mark)).min()
    {
        let mut depth = 0;
        let end = rest[start..].find(|letter| {
            depth += i32::from(letter == '[') - i32::from(letter == ']');
            letter == ']' && depth == 0
        });
        let end = start + end.expect("a mark has an end") + 1;
        unmarked += &rest[..start];
        unmarked.extend(rest[start..end].chars().map(|_| ' '));
        rest = &rest[end..];
    }
    unmarked + rest
}

#[test]
fn a_hot_build_has_bodies_and_slots_of_the_shared_names() {
    let project = Project::hot("hot", EXPAND_PLAIN);
    for optimization in [0, 3] {
        let assembly = project.assembly(optimization);
        for (outer, function, form) in [
            ("functions", "update", Form::Nested),
            ("functions", "nothing", Form::Nested),
            ("Counter", "starting_at", Form::Nested),
            ("Counter", "by_reference", Form::Sibling),
            ("Counter", "new", Form::Sibling),
            ("Whole", "cut", Form::Sibling),
            ("futures", "nothing", Form::NestedInFuture),
            ("Counter", "by_pin", Form::SiblingOfFuture),
        ] {
            let body = format!("{BODY_PREFIX}{function}");
            let body = match form {
                Form::Nested => mangled(&[outer, function, &body]),
                Form::NestedInFuture => mangled(&[outer, function]) + FUTURE + &mangled(&[&body]),
                Form::Sibling | Form::SiblingOfFuture => mangled(&[outer, &body]),
            };
            let body_label = |line: &str| line.starts_with("_R") && line.contains(&body) && line.ends_with(':');
            assert!(assembly.lines().any(body_label), "no code at {body} with opt-level={optimization}");
            let future = matches!(form, Form::NestedInFuture | Form::SiblingOfFuture).then_some(FUTURE);
            assert_slot(&assembly, &(mangled(&[outer, function]) + future.unwrap_or_default()));
        }
    }
}

/// The sections, sorted and without the numbers of local labels and `impl` blocks: an item that any attribute macro gives
/// back is defined after its neighbours, and so moves in the file.
fn sections(assembly: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    for line in assembly.lines() {
        if line.starts_with("\t.section") {
            sections.push(String::new());
        }
        let words = line.split_inclusive(|c: char| !c.is_alphanumeric() && !"._$".contains(c));
        let section = sections.last_mut().expect("one from the start");
        section.extend(words.map(|word| match [".L", "GCC_except_table"].iter().find_map(|local| word.find(local)) {
            Some(at) => word[..at].to_owned() + &word[at..].replace(|c: char| c.is_ascii_hexdigit(), ""),
            None => unnumbered(word),
        }));
        section.push('\n');
    }
    sections.sort();
    sections
}

/// A word with the symbol in it, if there is one, as people read it.
fn unnumbered(word: &str) -> String {
    let Some(at) = word.find("_R") else { return word.to_owned() };
    let end = word[at..].find(|c: char| !c.is_alphanumeric() && c != '_').map_or(word.len(), |length| at + length);
    format!("{}{:#}{}", &word[..at], rustc_demangle::demangle(&word[at..end]), &word[end..])
}

enum Form {
    Nested,
    NestedInFuture,
    Sibling,
    SiblingOfFuture,
}

/// What a path goes through that leads into an `async fn`: its first closure.
const FUTURE: &str = "0";

/// One pointer of zeros, in the wrapper.
fn assert_slot(assembly: &str, wrapper: &str) {
    let prefix = wrapper.to_owned() + &mangled(&[&format!("{SLOT_PREFIX}{:016x}", 0)]);
    let prefix = prefix.trim_end_matches('0');
    let sizes = assembly.lines().filter_map(|line| line.trim().strip_prefix(".size")).map(str::trim);
    let slots: Vec<&str> = sizes.filter(|size| size.contains(prefix)).collect();
    let [slot] = slots[..] else { panic!("not one slot at {prefix}: {slots:?}") };
    let (symbol, size) = slot.split_once(", ").expect("`.size` has a symbol and a size");
    assert_eq!(size, "8", "{symbol}");
    let hash = &symbol[symbol.find(prefix).expect("found before") + prefix.len()..][..16];
    assert!(u64::from_str_radix(hash, 16).is_ok(), "{symbol}");
    assert!(assembly.contains(&format!(".bss.{symbol},")), "{symbol} is not in .bss");
}

#[test]
fn a_hot_build_is_clean_under_every_lint_of_clippy_pedantic() {
    for expansion in [EXPAND_PLAIN, HOLDING] {
        let project = Project::hot("lints", expansion);
        if !project.cargo(&["clippy", "--version"]).output().is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: clippy is not installed");
            return;
        }
        run(project.cargo(&["clippy", "--", "-Dwarnings", "-Dclippy::pedantic"]));
    }
}

/// A library of the programs in `ui/accept`.
struct Project {
    folder: PathBuf,
    /// What `#[hot]` expands for; nothing for an ordinary build.
    expansion: Option<&'static str>,
}

impl Project {
    fn hot(name: &str, expansion: &'static str) -> Self {
        let project = Self::new(name, |source| source.to_owned());
        Self { expansion: Some(expansion), ..project }
    }

    fn new(name: &str, change: impl Fn(&str) -> String) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("builds").join(name);
        fs::create_dir_all(folder.join("src")).expect("failed to create the project's folder");
        let runtime = env!("CARGO_MANIFEST_DIR");
        let manifest = format!(
            "[package]\nname = \"programs\"\nedition = \"2024\"\n\n[dependencies]\nhot-runtime = {{ path = {runtime:?}, features = [\"serde\"] }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\n[workspace]\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest).expect("failed to write the project's manifest");
        // The versions that are there already: no network.
        let lock = Path::new(runtime).join("../Cargo.lock");
        fs::copy(lock, folder.join("Cargo.lock")).expect("failed to copy the lock file");
        let project = Self { folder, expansion: None };
        project.write_sources(change);
        project
    }

    fn write_sources(&self, change: impl Fn(&str) -> String) {
        let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/accept");
        let mut root = String::from("//! Programs with hot functions.\n");
        let entries = fs::read_dir(programs).expect("failed to read the folder of programs");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder's entry").path()).collect();
        paths.sort();
        for path in paths {
            let source = fs::read_to_string(&path).expect("failed to read a program");
            let name = path.file_name().expect("a file's path");
            fs::write(self.folder.join("src").join(name), change(&source)).expect("failed to write a program");
            root += &format!("pub mod {};\n", path.file_stem().expect("a file's path").display());
        }
        fs::write(self.folder.join("src/lib.rs"), root).expect("failed to write the library's root");
    }

    /// What rustc writes for the library, in one codegen unit; debug info would hold a digest of the source.
    fn assembly(&self, optimization: u8) -> String {
        let file = self.folder.join(format!("opt-level-{optimization}.s"));
        let emit = format!("--emit=asm={}", file.display());
        let level = format!("-Copt-level={optimization}");
        let mut rustc = self.cargo(&["rustc", "--lib", "--", &emit, &level, "-Ccodegen-units=1", "-Cdebuginfo=0"]);
        // Without its marks, a program has an unused import.
        rustc.args(["-Csymbol-mangling-version=v0", "--cap-lints=allow"]);
        run(rustc);
        fs::read_to_string(&file).expect("failed to read the assembly")
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let target = format!("target-{}", self.expansion.unwrap_or("ordinary"));
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).current_dir(&self.folder).env_remove(EXPAND_VARIABLE).env("CARGO_INCREMENTAL", "0");
        cargo.env("CARGO_TARGET_DIR", self.folder.with_file_name(target));
        cargo.envs(self.expansion.map(|expansion| (EXPAND_VARIABLE, expansion)));
        cargo
    }
}

fn run(mut command: Command) {
    let output = command.output().expect("failed to start cargo");
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// The end of a path in v0 mangling: each name after its length, and after a `_` where it starts with one.
fn mangled(path: &[&str]) -> String {
    let part = |name: &&str| format!("{}{}{name}", name.len(), if name.starts_with('_') { "_" } else { "" });
    path.iter().map(part).collect()
}
