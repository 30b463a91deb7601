//! What an event must say.
//!
//! The value of an event directive is a list of clauses with `;` between them. The first names what the event is about:
//! functions for `patched` and `waiting`, items for `restart-needed` and `old-code`, the reason for `refused`, a piece of text for `compile-error`. The
//! rest ask for more, or for less. A function is named by the end of its path, and may say where it is:
//! `game::update@src/game.rs:12`.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// The kinds of events that a case can wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// New code is live.
    Patched,
    /// A save changed nothing of the code that runs.
    Unchanged,
    /// Changed code runs only after a restart.
    RestartNeeded,
    /// Older objects or pointers lead to old code.
    OldCode,
    /// The change cannot go live.
    Refused,
    /// The sources do not compile.
    CompileError,
    /// What runs was compiled and checked as it is written.
    Confirmed,
    /// A commit waits for the program.
    Waiting,
    /// A hot call has panicked and is held.
    Held,
    /// One has panicked and cannot be held.
    NotHeld,
    /// A held call runs again.
    RunsAgain,
    /// A held call is let go.
    Unwinds,
    /// An older generation runs again.
    Undone,
    /// An undone generation runs again.
    Redone,
    /// The program was started anew.
    Restarted,
    /// The program ended.
    Exited,
    /// A change was understood: `patched`, `restart-needed` or `refused`. Which of them is the tool's choice.
    Answer,
}

/// An expected event.
#[derive(Debug)]
pub struct Expected {
    /// Its kind.
    pub kind: Kind,
    /// The rendered errors must be those of plain cargo; the case's runner asks it.
    pub as_cargo: bool,
    clauses: Vec<Clause>,
}

#[derive(Debug, PartialEq, Eq)]
enum Clause {
    /// This function is in the list, perhaps with this `hot`.
    Holds(Item, Option<bool>),
    /// No function with this path is in the list.
    Not(Item),
    /// The list is empty.
    Nothing,
    /// This field has this value.
    Field(&'static str, Value),
    /// Some string of the event holds this text.
    Says(String),
    /// The reason for its route holds this text.
    Because(String),
}

#[derive(Debug, PartialEq, Eq)]
struct Item {
    path: String,
    file: Option<String>,
    line: Option<u64>,
}

impl Kind {
    const ALL: [Self; 17] = [
        Self::Patched,
        Self::Unchanged,
        Self::RestartNeeded,
        Self::OldCode,
        Self::Refused,
        Self::CompileError,
        Self::Confirmed,
        Self::Waiting,
        Self::Held,
        Self::NotHeld,
        Self::RunsAgain,
        Self::Unwinds,
        Self::Undone,
        Self::Redone,
        Self::Restarted,
        Self::Exited,
        Self::Answer,
    ];

    /// The kind that `cargo hot`, and a directive, call `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Patched => "patched",
            Self::Unchanged => "unchanged",
            Self::RestartNeeded => "restart-needed",
            Self::OldCode => "old-code",
            Self::Refused => "refused",
            Self::CompileError => "compile-error",
            Self::Confirmed => "confirmed",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::NotHeld => "not-held",
            Self::RunsAgain => "runs-again",
            Self::Unwinds => "unwinds",
            Self::Undone => "undone",
            Self::Redone => "redone",
            Self::Restarted => "restarted",
            Self::Exited => "exited",
            Self::Answer => "answer",
        }
    }
}

impl Expected {
    /// Parses a directive's value.
    pub fn parse(kind: Kind, value: &str) -> Result<Self> {
        let mut expected = Self { kind, as_cargo: false, clauses: Vec::new() };
        let mut clauses = value.split(';').map(str::trim);
        let subject = clauses.next().unwrap_or_default();
        expected.read_subject(subject)?;
        for clause in clauses {
            expected.read_clause(clause)?;
        }
        Ok(expected)
    }

    fn read_subject(&mut self, subject: &str) -> Result<()> {
        if subject.is_empty() {
            return Ok(());
        }
        match self.kind {
            Kind::Patched
            | Kind::RestartNeeded
            | Kind::OldCode
            | Kind::Waiting
            | Kind::Held
            | Kind::NotHeld
            | Kind::RunsAgain
            | Kind::Unwinds => {
                for item in subject.split(',') {
                    self.clauses.push(Clause::Holds(Item::parse(item)?, None));
                }
            }
            Kind::Refused => self.clauses.push(Clause::Field("reason", subject.into())),
            Kind::CompileError => self.clauses.push(Clause::Says(subject.to_owned())),
            Kind::Unchanged | Kind::Confirmed | Kind::Undone | Kind::Redone | Kind::Restarted | Kind::Answer => {
                bail!("`{}` takes no value", self.kind.name())
            }
            Kind::Exited => self.read_clause(subject)?,
        }
        Ok(())
    }

    fn read_clause(&mut self, clause: &str) -> Result<()> {
        let (word, value) = clause.split_once(' ').unwrap_or((clause, ""));
        self.clauses.push(match word {
            "hot" => Clause::Holds(Item::parse(value)?, Some(true)),
            "cold" => Clause::Holds(Item::parse(value)?, Some(false)),
            "not" => Clause::Not(Item::parse(value)?),
            "nothing" => Clause::Nothing,
            "route" => Clause::Field("route", value.into()),
            "code" => Clause::Field("code", value.parse::<i64>()?.into()),
            "signal" => Clause::Field("signal", value.parse::<i64>()?.into()),
            "says" => {
                ensure!(!value.is_empty(), "`says` needs a text");
                Clause::Says(value.to_owned())
            }
            "because" => {
                ensure!(!value.is_empty(), "`because` needs a text");
                Clause::Because(value.to_owned())
            }
            "as" if value == "cargo" && self.kind == Kind::CompileError => {
                self.as_cargo = true;
                return Ok(());
            }
            _ => bail!("there is no clause `{word}`"),
        });
        Ok(())
    }

    /// What the event lacks, if anything; `route` is the one that the session was told to take.
    pub fn check(&self, event: &Value, route: Option<&str>) -> Result<()> {
        let kind = event["event"].as_str().unwrap_or_default();
        let fits = match self.kind {
            Kind::Answer => ["patched", "restart-needed", "refused"].contains(&kind),
            other => kind == other.name(),
        };
        ensure!(fits, "the next event is not `{}` but {event}", self.kind.name());
        let of_route = |clause: &&Clause| matches!(clause, Clause::Field("route", _) | Clause::Because(_));
        let is_told = |clause: &&Clause| route.is_some() && of_route(clause);
        for clause in self.clauses.iter().filter(|clause| !is_told(clause)) {
            clause.check(event).with_context(|| format!("the event is {event}"))?;
        }
        Ok(())
    }
}

impl Clause {
    fn check(&self, event: &Value) -> Result<()> {
        let listed = ["functions", "items"].iter().filter_map(|key| event[*key].as_array()).flatten();
        let mut listed = listed.chain(event.get("function"));
        match self {
            Self::Holds(item, hot) => {
                let found = listed.any(|it| item.fits(it) && hot.is_none_or(|hot| it["hot"].as_bool() == Some(hot)));
                ensure!(found, "it does not list {item:?}, hot: {hot:?}");
            }
            Self::Not(item) => ensure!(!listed.any(|it| item.fits(it)), "it lists {item:?}"),
            Self::Nothing => ensure!(listed.next().is_none(), "it lists something"),
            Self::Field(name, value) => {
                ensure!(&event[*name] == value, "its {name} is not {value}")
            }
            Self::Says(text) => ensure!(says(event, text), "it does not say `{text}`"),
            Self::Because(text) => ensure!(says(&event["reason"], text), "its reason does not say `{text}`"),
        }
        Ok(())
    }
}

impl Item {
    /// Parses `path`, `path@file` or `path@file:line`.
    fn parse(source: &str) -> Result<Self> {
        let (path, place) = source.trim().split_once('@').unwrap_or((source.trim(), ""));
        ensure!(!path.is_empty(), "an item has a path");
        let (file, line) = place.split_once(':').unwrap_or((place, ""));
        let line = if line.is_empty() { None } else { Some(line.parse().context("wanted a line number")?) };
        Ok(Self { path: path.to_owned(), file: (!file.is_empty()).then(|| file.to_owned()), line })
    }

    fn fits(&self, listed: &Value) -> bool {
        let path = listed["path"].as_str().unwrap_or_default();
        let ends = path.strip_suffix(&self.path).is_some_and(|rest| rest.is_empty() || rest.ends_with("::"));
        ends && self.file.as_deref().is_none_or(|file| listed["file"].as_str().is_some_and(|it| it.ends_with(file)))
            && self.line.is_none_or(|line| listed["line"].as_u64() == Some(line))
    }
}

fn says(value: &Value, text: &str) -> bool {
    match value {
        Value::String(string) => string.contains(text),
        Value::Array(values) => values.iter().any(|value| says(value, text)),
        Value::Object(fields) => fields.values().any(|value| says(value, text)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn clauses_are_checked_one_by_one() {
        let patched = json!({"event": "patched", "route": "replay", "reason": "a const", "functions": [
            {"path": "game::update", "file": "src/game.rs", "line": 12, "hot": true},
            {"path": "helper", "file": "src/main.rs", "line": 3, "hot": false}]});
        let empty = json!({"event": "patched", "functions": []});
        let restart = json!({"event": "restart-needed", "items": [{"path": "setup", "message": "called from `main`"}]});
        let old = json!({"event": "old-code", "items": [{"path": "Square::area", "message": "3 objects made before"}]});
        let refused = json!({"event": "refused", "reason": "layout-changed", "message": "`Player` grew"});
        let exited = json!({"event": "exited", "code": 3});
        for (kind, value, event, fits) in [
            (Kind::Patched, "", &patched, true),
            (Kind::Patched, "update", &patched, true),
            (Kind::Patched, "update, helper", &patched, true),
            (Kind::Patched, "game::update@src/game.rs:12", &patched, true),
            (Kind::Patched, "update@src/game.rs:13", &patched, false),
            (Kind::Patched, "update@src/main.rs", &patched, false),
            (Kind::Patched, "date", &patched, false),
            (Kind::Patched, "update; hot update; cold helper; route replay; not main", &patched, true),
            (Kind::Patched, "; hot helper", &patched, false),
            (Kind::Patched, "; cold update", &patched, false),
            (Kind::Patched, "; not helper", &patched, false),
            (Kind::Patched, "; route slice", &patched, false),
            (Kind::Patched, "; route replay; because const", &patched, true),
            (Kind::Patched, "; because update", &patched, false),
            (Kind::Patched, "; nothing", &patched, false),
            (Kind::Patched, "; nothing", &empty, true),
            (Kind::Unchanged, "", &patched, false),
            (Kind::RestartNeeded, "setup; says `main`", &restart, true),
            (Kind::RestartNeeded, "setup; says `start`", &restart, false),
            (Kind::Refused, "layout-changed; says Player", &refused, true),
            (Kind::Refused, "static-changed", &refused, false),
            (Kind::OldCode, "area; says 3 objects; not setup", &old, true),
            (Kind::OldCode, "setup", &old, false),
            (Kind::OldCode, "area", &restart, false),
            (Kind::Answer, "", &refused, true),
            (Kind::Answer, "", &exited, false),
            (Kind::Exited, "code 3", &exited, true),
            (Kind::Exited, "signal 9", &exited, false),
        ] {
            let expected = Expected::parse(kind, value).unwrap();
            assert_eq!(expected.check(event, None).is_ok(), fits, "{kind:?} {value}");
        }
    }

    #[test]
    fn a_wrong_clause_is_an_error() {
        for (kind, value) in [
            (Kind::Patched, "update; maybe x"),
            (Kind::Patched, "update,"),
            (Kind::Patched, "update@a.rs:x"),
            (Kind::Patched, "update; as cargo"),
            (Kind::Unchanged, "update"),
            (Kind::Refused, "layout-changed; says"),
            (Kind::Patched, "; because"),
            (Kind::Exited, "code x"),
        ] {
            assert!(Expected::parse(kind, value).is_err(), "{kind:?} {value}");
        }
    }
}
