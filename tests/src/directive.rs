//! What one directive line says.
//!
//! A line is `//# HEAD: VALUE`. The head's first word is the directive's name, `second` before it speaks to the second
//! session. The table of all directives is in `tests/README.md`; the table of tests below has one row for each.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use regex::Regex;

use crate::case::{Action, Asked, Burst, Edit, Manner, Stream, Target, Variant};
use crate::expected::{Expected, Kind};
use crate::pattern::Pattern;
use crate::substitution::{Substitution, unescape};

/// What a directive line begins with.
pub const PREFIX: &str = "//#";

/// The meaning of a line.
#[derive(Debug)]
pub enum Directive {
    /// Options of `cargo hot run`.
    Run(Vec<String>),
    /// Arguments of the program.
    Args(Vec<String>),
    /// An environment variable and its value; `None` takes it away.
    Env(String, Option<String>),
    /// How a case of its own differs from the others of the directory.
    Variant(Variant),
    /// A program that has to be installed.
    Needs(String),
    /// The working directory, relative to the project.
    Cwd(PathBuf),
    /// The project directory's name.
    Project(String),
    /// The command that starts `cargo hot`.
    Under(Vec<String>),
    /// What a stream may never show.
    Never(Stream, Regex),
    /// An action of a session, in order.
    Step(usize, Action),
}

/// Parses what follows [`PREFIX`].
pub fn parse(source: &str) -> Result<Directive> {
    let (head, value) = source.split_once(':').unwrap_or((source, ""));
    let value = value.trim();
    let mut head: Vec<&str> = head.split_whitespace().collect();
    let session = usize::from(head.first() == Some(&"second"));
    head.drain(..session);
    ensure!(!head.is_empty(), "the directive has no name");
    let (name, rest) = (head[0], &head[1..]);
    let takes_more = ["edit", "saves", "variant"].contains(&name);
    ensure!(rest.is_empty() || takes_more, "`{name}` takes nothing before the colon");
    let setting = setting(name, rest, value)?;
    ensure!(setting.is_none() || session == 0, "`{name}` is for both sessions: leave out `second`");
    match setting {
        Some(setting) => Ok(setting),
        None => Ok(Directive::Step(session, action(name, rest, value)?)),
    }
}

fn setting(name: &str, rest: &[&str], value: &str) -> Result<Option<Directive>> {
    Ok(Some(match name {
        "run" => Directive::Run(words(value)?),
        "args" => Directive::Args(words(value)?),
        "env" => match value.split_once('=') {
            Some((name, value)) => Directive::Env(name.to_owned(), Some(value.to_owned())),
            None => Directive::Env(some(value)?.to_owned(), None),
        },
        "variant" => Directive::Variant(variant(rest, value)?),
        "needs" => Directive::Needs(some(value)?.to_owned()),
        "cwd" => Directive::Cwd(path(value)?),
        "project" => Directive::Project(some(value)?.to_owned()),
        "under" => Directive::Under(words(some(value)?)?),
        "never-stdout" => Directive::Never(Stream::Stdout, Regex::new(some(value)?)?),
        "never-stderr" => Directive::Never(Stream::Stderr, Regex::new(some(value)?)?),
        _ => return Ok(None),
    }))
}

/// `NAME [needs PROGRAM]: A=1 B=2`
fn variant(head: &[&str], value: &str) -> Result<Variant> {
    let (name, needs) = match head {
        [name] => (*name, None),
        [name, "needs", program] => (*name, Some((*program).to_owned())),
        _ => bail!("a variant has a name: `variant without-debug-information: ...`"),
    };
    let env = words(some(value)?)?.iter().map(|word| variable(word)).collect::<Result<_>>()?;
    Ok(Variant { name: name.to_owned(), env, needs })
}

fn variable(value: &str) -> Result<(String, String)> {
    let (name, value) = value.split_once('=').context("wanted `NAME=VALUE`")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn action(name: &str, rest: &[&str], value: &str) -> Result<Action> {
    if let Some(kind) = Kind::named(name) {
        return Ok(Action::Event(Expected::parse(kind, value)?));
    }
    Ok(match name {
        "start" => none(value, Action::Start)?,
        "stdout" => Action::Line(Stream::Stdout, Pattern::parse(some(value)?)?),
        "stderr" => Action::Line(Stream::Stderr, Pattern::parse(some(value)?)?),
        "stdin" => Action::Stdin(unescape(value)? + "\n"),
        "close-stdin" => none(value, Action::CloseStdin)?,
        "edit" => Action::Save(vec![edit(rest, value)?]),
        "saves" => Action::Burst(burst(rest, value)?),
        "rest" => none(value, Action::Rest)?,
        "delete" => Action::Delete(path(value)?),
        "touch" => Action::Touch(path(value)?),
        "write" => {
            let (file, text) = value.split_once(' ').context("wanted `FILE TEXT`")?;
            Action::Write(path(file)?, unescape(text)?)
        }
        "patches" => Action::Patches(time(value)?),
        "no-event" => Action::NoEvent(time(value)?),
        "signal" => signal(value)?,
        "hot" => Action::Hot(asked(some(value)?)?),
        "exit" if value == "any" => Action::Exit(None),
        "exit" => Action::Exit(Some(value.parse().context("wanted an exit code")?)),
        "exit-signal" => Action::ExitSignal(value.parse().context("wanted a signal's number")?),
        "oracle" => none(value, Action::Oracle)?,
        "shared" => Action::Shared(some(value)?.to_owned()),
        _ => bail!("there is no directive `{name}`"),
    })
}

/// How an edit may be written where not in place.
const MANNERS: &str = "rename|recreate|half|restore|age|past|future";

/// `edit N [FILE] [by MANNER]: s/OLD/NEW/`
fn edit(head: &[&str], value: &str) -> Result<Edit> {
    let (number, head) = head.split_first().context("an edit has a number: `edit 1: s/old/new/`")?;
    let number = number.parse().with_context(|| format!("`{number}` is not the number of an edit"))?;
    let (file, manner) = match head {
        [] => (None, "in-place"),
        ["by", manner] => (None, *manner),
        [file] => (Some(*file), "in-place"),
        [file, "by", manner] => (Some(*file), *manner),
        _ => bail!("wanted `edit N [FILE] [by {MANNERS}]`"),
    };
    let manner = match manner {
        "in-place" => Manner::InPlace,
        "rename" => Manner::Rename,
        "recreate" => Manner::Recreate,
        "half" => Manner::Half,
        "restore" => Manner::Restore,
        "age" => Manner::Age,
        "past" => Manner::Past,
        "future" => Manner::Future,
        other => bail!("an edit is written by {MANNERS}, not by `{other}`"),
    };
    Ok(Edit { number, file: file.map(PathBuf::from), manner, substitution: Substitution::parse(value)? })
}

/// `saves N every TIME: s/OLD/NEW/`
fn burst(head: &[&str], value: &str) -> Result<Burst> {
    let [count, "every", pause] = head else { bail!("wanted `saves N every TIME`") };
    let count = count.parse().with_context(|| format!("`{count}` is no number of saves"))?;
    Ok(Burst { count, pause: time(pause)?, substitution: Substitution::parse(value)? })
}

fn time(value: &str) -> Result<Duration> {
    let milliseconds = value.strip_suffix("ms").context("wanted a time such as `300ms`")?;
    Ok(Duration::from_millis(milliseconds.parse()?))
}

/// `NAME [to program|cargo-hot|group]`
fn signal(value: &str) -> Result<Action> {
    let (name, target) = value.split_once(" to ").unwrap_or((value, "program"));
    ensure!(crate::session::signal_named(name).is_some(), "there is no signal `{name}`");
    let target = match target {
        "program" => Target::Program,
        "cargo-hot" => Target::CargoHot,
        "group" => Target::Group,
        other => bail!("a signal goes to program, cargo-hot or group, not to `{other}`"),
    };
    Ok(Action::Signal(name.to_owned(), target))
}

/// Splits at spaces; double quotes hold words together.
/// `undo 2; says TEXT; fails`
fn asked(value: &str) -> Result<Asked> {
    let mut clauses = value.split(';').map(str::trim);
    let arguments = words(clauses.next().unwrap_or_default())?;
    let mut asked = Asked { arguments, succeeds: true, says: Vec::new(), soon: false };
    for clause in clauses {
        match clause.split_once(' ') {
            None if clause == "fails" => asked.succeeds = false,
            None if clause == "soon" => asked.soon = true,
            Some(("says", text)) => asked.says.push(text.to_owned()),
            _ => bail!("there is no clause `{clause}`"),
        }
    }
    Ok(asked)
}

fn words(value: &str) -> Result<Vec<String>> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for character in value.chars() {
        match character {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    ensure!(!quoted, "a quote is not closed");
    words.extend(word);
    Ok(words)
}

fn path(value: &str) -> Result<PathBuf> {
    let path = PathBuf::from(some(value)?);
    ensure!(path.is_relative(), "`{value}` must be relative to the project");
    Ok(path)
}

fn some(value: &str) -> Result<&str> {
    ensure!(!value.is_empty(), "the directive needs a value after the colon");
    Ok(value)
}

fn none<T>(value: &str, action: T) -> Result<T> {
    ensure!(value.is_empty(), "the directive takes no value");
    Ok(action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_directive_parses() {
        for (source, wanted) in [
            (r#"run: --release --features "a b""#, r#"Run(["--release", "--features", "a b"])"#),
            ("args: 10 ", r#"Args(["10"])"#),
            (r#"args: a "" b"#, r#"Args(["a", "", "b"])"#),
            ("env: A=b=c", r#"Env("A", Some("b=c"))"#),
            ("env: A", r#"Env("A", None)"#),
            (
                "variant twice: A=b C=",
                r#"Variant(Variant { name: "twice", env: [("A", "b"), ("C", "")], needs: None })"#,
            ),
            (
                r#"variant m needs mold: A="b c""#,
                r#"Variant(Variant { name: "m", env: [("A", "b c")], needs: Some("mold") })"#,
            ),
            ("needs: mold", r#"Needs("mold")"#),
            ("cwd: inner", r#"Cwd("inner")"#),
            ("project: with space é", r#"Project("with space é")"#),
            ("under: sh start.sh", r#"Under(["sh", "start.sh"])"#),
            ("never-stdout: v3", r#"Never(Stdout, Regex("v3"))"#),
            ("never-stderr: panicked", r#"Never(Stderr, Regex("panicked"))"#),
            ("second start", "Step(1, Start)"),
            ("stdin: a:b", r#"Step(0, Stdin("a:b\n"))"#),
            ("close-stdin", "Step(0, CloseStdin)"),
            ("rest", "Step(0, Rest)"),
            ("delete: src/a.rs", r#"Step(0, Delete("src/a.rs"))"#),
            ("touch: src/a.rs", r#"Step(0, Touch("src/a.rs"))"#),
            (r"write: a.txt one\ntwo", r#"Step(0, Write("a.txt", "one\ntwo"))"#),
            ("no-event: 300ms", "Step(0, NoEvent(300ms))"),
            ("patches: 300ms", "Step(0, Patches(300ms))"),
            ("signal: KILL", r#"Step(0, Signal("KILL", Program))"#),
            ("second signal: INT to group", r#"Step(1, Signal("INT", Group))"#),
            (
                "hot: restart",
                r#"Step(0, Hot(Asked { arguments: ["restart"], succeeds: true, says: [], soon: false }))"#,
            ),
            (
                "hot: undo 2; fails; says no patch",
                r#"Step(0, Hot(Asked { arguments: ["undo", "2"], succeeds: false, says: ["no patch"], soon: false }))"#,
            ),
            (
                "hot: status; says a; soon",
                r#"Step(0, Hot(Asked { arguments: ["status"], succeeds: true, says: ["a"], soon: true }))"#,
            ),
            ("exit: 3", "Step(0, Exit(Some(3)))"),
            ("exit: any", "Step(0, Exit(None))"),
            ("exit-signal: 9", "Step(0, ExitSignal(9))"),
            ("oracle", "Step(0, Oracle)"),
            ("shared: low", r#"Step(0, Shared("low"))"#),
        ] {
            assert_eq!(format!("{:?}", parse(source).unwrap()), wanted, "{source}");
        }
        for source in ["stdout: v1 hits=3", "stderr: error", "patched: update", "unchanged", "exited: code 3"] {
            assert!(matches!(parse(source), Ok(Directive::Step(0, _))), "{source}");
        }
    }

    #[test]
    fn an_edit_says_number_file_and_manner() {
        for (source, number, file, manner) in [
            ("edit 1: s/a/b/", 1, None, Manner::InPlace),
            ("edit 2 src/game.rs: s/a/b/", 2, Some("src/game.rs"), Manner::InPlace),
            ("edit 3 by rename: s|a|b|", 3, None, Manner::Rename),
            ("edit 4 by half: s/a/b/g", 4, None, Manner::Half),
            ("edit 5 by restore: s/a/b/", 5, None, Manner::Restore),
            ("edit 5 by age: s/a/b/", 5, None, Manner::Age),
            ("edit 5 src/a.rs by recreate: s/a/b/", 5, Some("src/a.rs"), Manner::Recreate),
        ] {
            let Directive::Step(0, Action::Save(edits)) = parse(source).unwrap() else { panic!("{source}") };
            assert_eq!((edits[0].number, edits[0].manner), (number, manner), "{source}");
            assert_eq!(edits[0].file.as_deref(), file.map(std::path::Path::new), "{source}");
        }
    }

    #[test]
    fn a_wrong_line_says_what_is_wrong() {
        for (source, wanted) in [
            ("", "the directive has no name"),
            ("second", "the directive has no name"),
            ("stdot: a", "there is no directive `stdot`"),
            ("stdout:", "needs a value"),
            ("stdout: (", "unclosed group"),
            ("stdout x: a", "takes nothing before the colon"),
            ("oracle: yes", "takes no value"),
            ("variant a: A", "wanted `NAME=VALUE`"),
            ("variant a b: A=1", "a variant has a name"),
            ("cwd: /tmp", "must be relative"),
            ("args: \"a", "a quote is not closed"),
            ("second args: 1", "leave out `second`"),
            ("no-event: 300", "wanted a time"),
            ("saves 3: s/a/b/", "wanted `saves N every TIME`"),
            ("saves x every 3ms: s/a/b/", "`x` is no number of saves"),
            ("signal: NOPE", "there is no signal `NOPE`"),
            ("signal: INT to me", "not to `me`"),
            ("exit: three", "wanted an exit code"),
            ("edit: s/a/b/", "an edit has a number"),
            ("edit one: s/a/b/", "`one` is not the number"),
            ("edit 1 by magic: s/a/b/", "not by `magic`"),
            ("edit 1 a b: s/a/b/", "wanted `edit N"),
            ("edit 1: s/a/b", "is not closed"),
            ("patched: update; maybe x", "there is no clause `maybe`"),
        ] {
            let error = format!("{:#}", parse(source).unwrap_err());
            assert!(error.contains(wanted), "{source}: {error}");
        }
    }
}
