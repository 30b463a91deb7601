//! One case as it lies in its directory: how `cargo hot` is started, and the steps that follow.
//!
//! What a directive line means is settled in [`crate::directive`]; here lines become a case.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use regex::Regex;

use crate::directive::{self, Directive};
use crate::expected::Expected;
use crate::pattern::Pattern;
use crate::substitution::Substitution;

/// Files that may hold the directives; the first that exists does.
const SCRIPTS: [&str; 2] = ["src/main.rs", "app/src/main.rs"];

/// A directory below `tests/cases`, or a variant of one.
#[derive(Debug)]
pub struct Case {
    /// The directory's name with that of the variant, and the sentence it stands for.
    pub name: String,
    /// Where the case's own, unedited files are.
    pub directory: PathBuf,
    /// The file with the directives, relative to the directory; edits go here unless they name another file.
    pub script: PathBuf,
    /// How every session of the case is started.
    pub launch: Launch,
    /// Programs that have to be installed for it.
    pub needs: Vec<String>,
    /// Lines that no program or `cargo hot` may ever print.
    pub never: Vec<(Stream, Regex)>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    variants: Vec<Variant>,
}

/// How one case of a directory differs from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The end of the case's name.
    pub name: String,
    /// Additional environment variables.
    pub env: Vec<(String, String)>,
    /// A program that has to be installed.
    pub needs: Option<String>,
}

/// How `cargo hot run` is started.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// Options of `cargo hot run`.
    pub run: Vec<String>,
    /// Arguments of the program.
    pub args: Vec<String>,
    /// Additional environment variables; those without a value are taken away.
    pub env: Vec<(String, Option<String>)>,
    /// The working directory, relative to the project.
    pub cwd: PathBuf,
    /// The name of the project's directory, where it is more than a place.
    pub project: Option<String>,
    /// The command that starts `cargo hot`, which is its last words.
    pub under: Vec<String>,
}

/// One directive that acts or waits.
#[derive(Debug)]
pub struct Step {
    /// Its first line in the script, counted from 1.
    pub line: usize,
    /// Its text, for reports.
    pub text: String,
    /// 0 is the session every case has; 1 is the one that directives beginning with `second` speak to.
    pub session: usize,
    /// What to do.
    pub action: Action,
}

/// What a step does or waits for.
#[derive(Debug)]
pub enum Action {
    /// Start this session; the first one starts by itself.
    Start,
    /// Wait for a line of this stream.
    Line(Stream, Pattern),
    /// Send bytes to the program's standard input.
    Stdin(String),
    /// Close the program's standard input.
    CloseStdin,
    /// Change files, as one save of an editor.
    Save(Vec<Edit>),
    /// Change one file many times.
    Burst(Burst),
    /// Write what [`Manner::Half`] held back.
    Rest,
    /// Delete this file.
    Delete(PathBuf),
    /// Write a file's own bytes again.
    Touch(PathBuf),
    /// Write a file anew.
    Write(PathBuf, String),
    /// Wait for the next event, which must be this.
    Event(Expected),
    /// Every event is `patched`, until there has been none for this long.
    Patches(Duration),
    /// See that no event comes for this long.
    NoEvent(Duration),
    /// Send the named signal.
    Signal(String, Target),
    /// Run `cargo hot` from another shell.
    Hot(Asked),
    /// Wait until `cargo hot` ends with this exit code; `None` is any.
    Exit(Option<i32>),
    /// Wait until `cargo hot` ends by this signal, or as a shell reports it.
    ExitSignal(i32),
    /// Compare the last output with that of a fresh ordinary build.
    Oracle,
    /// An ordinary build takes this library as the session's build made it.
    Shared(String),
}

/// What is asked from another shell, and what must come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Those of `cargo hot`.
    pub arguments: Vec<String>,
    /// Whether the command ends successfully.
    pub succeeds: bool,
    /// Pieces of text in what it says.
    pub says: Vec<String>,
    /// Whether it may be asked again until it says so.
    pub soon: bool,
}

/// A stream of `cargo hot` and of the program it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output: the program's alone.
    Stdout,
    /// Standard error: that of both.
    Stderr,
}

/// Who gets a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The process of the last `started` or `restarted` event.
    Program,
    /// `cargo hot` itself.
    CargoHot,
    /// Both, as a terminal does it.
    Group,
}

/// One substitution of a save.
#[derive(Debug)]
pub struct Edit {
    /// Lines with the same number are one save.
    pub number: usize,
    /// The file, relative to the project; `None` is the script.
    pub file: Option<PathBuf>,
    /// How the editor writes it.
    pub manner: Manner,
    /// What changes.
    pub substitution: Substitution,
}

/// Saves in a row, whose answers nobody waits for.
#[derive(Debug)]
pub struct Burst {
    /// How many.
    pub count: usize,
    /// From one to the next.
    pub pause: Duration,
    /// Of the script as it was before the first; `{n}` in the new text is the number of the save, from 1.
    pub substitution: Substitution,
}

/// How an editor writes a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Truncates it and writes it.
    InPlace,
    /// Writes a temporary file and renames it over the old one, as vim does.
    Rename,
    /// Deletes it and creates it again.
    Recreate,
    /// Writes the first half, and no more until `rest`.
    Half,
    /// Writes it with the time that it had before the first edit, as a copy of then that is put in its place.
    Restore,
    /// Writes it with an older time, as a copy of long ago.
    Age,
    /// Writes it with the first time there is, as on a machine whose clock was not set.
    Past,
    /// Writes it with a time in a hundred years.
    Future,
}

/// The directories of all cases, in order, each with its cases, or why they cannot be read.
pub fn all() -> Result<Vec<(PathBuf, Result<Vec<Case>>)>> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let entries = fs::read_dir(&place).with_context(|| format!("failed to read `{}`", place.display()))?;
    let mut directories = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    directories.retain(|directory| directory.is_dir());
    directories.sort();
    Ok(directories.into_iter().map(|directory| (directory.clone(), Case::read(&directory))).collect())
}

impl Case {
    /// Reads the case in `directory`, or each of its variants.
    pub fn read(directory: &Path) -> Result<Vec<Self>> {
        let plain = Self::read_variant(directory, None)?;
        if plain.variants.is_empty() {
            return Ok(vec![plain]);
        }
        plain.variants.iter().map(|variant| Self::read_variant(directory, Some(variant))).collect()
    }

    fn read_variant(directory: &Path, variant: Option<&Variant>) -> Result<Self> {
        let name = directory.file_name().and_then(|name| name.to_str());
        let name = name.with_context(|| format!("`{}` has no name for a case", directory.display()))?;
        let script = SCRIPTS.iter().find(|script| directory.join(script).is_file());
        let script = script.with_context(|| format!("case `{name}` has none of {}", SCRIPTS.join(", ")))?;
        let path = directory.join(script);
        let text = fs::read_to_string(&path).with_context(|| format!("failed to read `{}`", path.display()))?;
        let mut case = Self {
            name: variant.map_or(name.to_owned(), |variant| format!("{name}-{}", variant.name)),
            directory: directory.to_owned(),
            script: PathBuf::from(script),
            launch: Launch::default(),
            needs: Vec::new(),
            never: Vec::new(),
            steps: Vec::new(),
            variants: Vec::new(),
        };
        case.read_directives(&text)?;
        if let Some(Variant { env, needs, .. }) = variant {
            case.launch.env.extend(env.iter().map(|(name, value)| (name.clone(), Some(value.clone()))));
            case.needs.extend(needs.clone());
        }
        Ok(case)
    }

    fn read_directives(&mut self, text: &str) -> Result<()> {
        for (index, line) in text.lines().enumerate() {
            let Some(source) = line.strip_prefix(directive::PREFIX) else {
                break;
            };
            let source = source.trim().replace("{case}", &self.name);
            let place = || anyhow!("{}:{}: `{source}`", self.directory.join(&self.script).display(), index + 1);
            let directive = directive::parse(&source).map_err(|error| error.context(place()))?;
            let step = |session, action| Step { line: index + 1, text: source.clone(), session, action };
            match directive {
                Directive::Run(options) => self.launch.run = options,
                Directive::Args(args) => self.launch.args = args,
                Directive::Env(name, value) => self.launch.env.push((name, value)),
                Directive::Variant(variant) => self.variants.push(variant),
                Directive::Needs(program) => self.needs.push(program),
                Directive::Cwd(path) => self.launch.cwd = path,
                Directive::Under(command) => self.launch.under = command,
                Directive::Project(name) => self.launch.project = Some(name),
                Directive::Never(stream, regex) => self.never.push((stream, regex)),
                Directive::Step(session, Action::Save(edits)) => match self.steps.last_mut() {
                    Some(Step { action: Action::Save(save), text, .. }) if save[0].number == edits[0].number => {
                        text.push_str("; ");
                        text.push_str(&source);
                        save.extend(edits);
                    }
                    _ => self.steps.push(step(session, Action::Save(edits))),
                },
                Directive::Step(session, action) => self.steps.push(step(session, action)),
            }
        }
        if self.steps.is_empty() {
            bail!("case `{}` has no directive that acts or waits", self.name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Case> {
        Ok(read_all(text)?.remove(0))
    }

    fn read_all(text: &str) -> Result<Vec<Case>> {
        let directory = tempfile::tempdir()?;
        fs::create_dir_all(directory.path().join("src"))?;
        fs::write(directory.path().join("src/main.rs"), text)?;
        Case::read(directory.path())
    }

    #[test]
    fn lines_with_one_number_are_one_save() {
        let case =
            read("//# edit 1: s/a/b/\n//# edit 1 src/game.rs: s/c/d/\n//# edit 2: s/b/a/\nfn main() {}\n").unwrap();
        let saves: Vec<usize> = case
            .steps
            .iter()
            .map(|step| matches!(&step.action, Action::Save(edits) if !edits.is_empty()) as usize)
            .collect();
        assert_eq!(saves, [1, 1]);
        assert_eq!(case.steps[1].line, 3);
    }

    #[test]
    fn each_variant_is_a_case() {
        let text = "//# env: A=1\n//# variant with-b: B=2 C=3\n//# variant with-d: D=4\n//# stdout: a\n";
        let cases = read_all(text).unwrap();
        let environment = |case: &Case| {
            let variables = case.launch.env.iter();
            variables.map(|(name, value)| format!("{name}{} ", value.as_deref().unwrap_or_default())).collect()
        };
        assert_eq!(cases.iter().map(environment).collect::<Vec<String>>(), ["A1 B2 C3 ", "A1 D4 "]);
        assert!(cases[0].name.ends_with("-with-b") && cases[1].name.ends_with("-with-d"));
    }

    #[test]
    fn directives_end_with_the_first_other_line() {
        let case = read("//# stdout: a\n\n//# nonsense\n").unwrap();
        assert_eq!(case.steps.len(), 1);
    }

    #[test]
    fn an_error_names_file_and_line() {
        let error = read("//# stdout: a\n//# stdot: b\n").unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("src/main.rs:2: `stdot: b`: there is no directive `stdot`"), "{error}");
    }

    #[test]
    fn a_case_without_a_step_is_an_error() {
        assert!(read("//# args: 1\nfn main() {}\n").is_err());
        assert!(read("fn main() {}\n").is_err());
    }
}
