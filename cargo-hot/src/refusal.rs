//! Why a save is refused, in a compiler's words: what changed, where it stands, and the way out.

use crate::events::{Event, Refusal};
use crate::loaded::Loaded;
use crate::objects::build::{ChangedType, Misheld};
use crate::objects::lines::Declared;
use crate::objects::types::{Holder, short};
use crate::plan::Plan;
use crate::plan::paths::{without_our_names, written};
use crate::plan::shapes::{Difference, Kind, ShapeChange};
use crate::show::{called, find_in_sources, is_identifier, text_of};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A change that what is alive would not fit.
#[derive(Debug)]
struct Obstacle {
    /// ``the struct `World` changed``
    what: String,
    /// `values of the old one may be alive`
    why: String,
    /// Of what changed, as its text has it.
    name: String,
    at: Option<Declared>,
}

const OLD_VALUES: &str = "values of the old one may be alive";

const HOLD_IN_LIVE: &str =
    "hold such values in a `hot_runtime::Live`, and run `cargo hot restart`; the program goes on as it is";

const PUT_BACK: &str = "put it back as it was, or run `cargo hot restart`; the program goes on as it is";

/// The way out of what no line of the text is to blame for.
pub(crate) fn help(reason: Refusal) -> &'static str {
    match reason {
        Refusal::NotMigrated => {
            "the program goes on as it is, with all its values; mend what the message names, and save again"
        }
        Refusal::Vetoed => "the program goes on as it is; when it may change, save again",
        Refusal::NotLinkable | Refusal::NotLoadable | Refusal::Environment => {
            "the program goes on as it is; mend what the message names, and save again"
        }
        _ => "the program goes on as it is; `cargo hot restart` starts it with the new code",
    }
}

/// The refusal of what values that are alive would not fit; `None` if there is nothing of the kind.
pub(crate) fn unfit(loaded: &mut Loaded) -> Option<Event> {
    let mut texts = loaded.misfits();
    texts.retain(|(_, change)| change.difference != Difference::InitialValue);
    if loaded.shows_types() {
        let found = loaded.misheld_but_live();
        // A trait says more of itself than the tables in pointers to its objects do.
        return changed_traits(loaded, &texts)
            .or_else(|| misheld(loaded, &found, &texts))
            .or_else(|| changed_results(loaded));
    }
    changed_texts(loaded, &texts)
        .or_else(|| changed_types(loaded, &loaded.build.changed_types(&loaded.crate_names())))
        .or_else(|| changed_results(loaded))
}

/// The refusal of types that functions use which stay as they are; `None` if there are none.
pub(crate) fn used_by_old(loaded: &Loaded, plan: &Plan) -> Option<Event> {
    if plan.old.is_empty() || !loaded.shows_types() {
        return None;
    }
    let mut texts = loaded.misfits();
    texts.retain(|(_, change)| change.difference != Difference::InitialValue);
    let found = [loaded.users_of_changed(plan), loaded.touching_live(plan)].concat();
    misheld(loaded, &found, &texts)
}

/// Who holds values of types that changed, one sentence for each type.
fn misheld(loaded: &Loaded, found: &[Misheld], texts: &[(PathBuf, ShapeChange)]) -> Option<Event> {
    let called = called(loaded, found.iter().filter_map(|found| found.symbol));
    let crates = loaded.crate_names();
    let mut reason = Refusal::LayoutChanged;
    let mut obstacles: Vec<Obstacle> = Vec::new();
    for Misheld { symbol, holder, misfit } in found {
        let holder_at = symbol.and_then(|symbol| called.get(&symbol));
        let unnamed = || symbol.map_or(String::new(), |symbol| bare_path(loaded.names.text(symbol)));
        let name = holder_at.map_or_else(unnamed, |called| called.path.clone());
        let own = misfit.path.as_ref().and_then(|path| path.split_once("::"));
        let path = match (&misfit.path, own) {
            (Some(_), Some((owner, path))) if crates.iter().any(|known| known == owner) => as_written(path),
            // Of others, and made for one of the workspace's.
            (Some(path), _) => short(path),
            (None, _) => name.clone(),
        };
        let is_declared = |kind| matches!((kind, holder), (Kind::Static, Holder::Static) | (Kind::Hot, Holder::Hot));
        let is_type = |kind| matches!(kind, Kind::Struct | Kind::Enum | Kind::Union);
        let is_it = |change: &ShapeChange| {
            let is_of_kind = if misfit.path.is_some() { is_type(change.kind) } else { is_declared(change.kind) };
            is_of_kind && change.path == path
        };
        let mut obstacle = match texts.iter().find(|(_, change)| is_it(change)) {
            Some((file, change)) => shape(file, change),
            None if misfit.path.is_none() => Obstacle {
                what: format!(
                    "{} `{name}` changed",
                    if *holder == Holder::Static {
                        "the type of the static"
                    } else {
                        "the signature of the hot function"
                    }
                ),
                why: OLD_VALUES.into(),
                name: last_name(&name),
                at: holder_at.map(|called| called.at.clone()),
            },
            None => other_layout(loaded, &path, misfit.old_size, misfit.new_size),
        };
        if is_object(&path) {
            reason = Refusal::TraitChanged;
        }
        if misfit.path.is_none() {
            reason = if *holder == Holder::Static { Refusal::StaticChanged } else { Refusal::SignatureChanged };
        } else {
            let place = holder_at.filter(|called| called.at.line > 0);
            let place =
                place.map_or(String::new(), |called| format!(" ({}:{})", called.at.file.display(), called.at.line));
            let way = misfit.through.as_ref().map_or(String::new(), |through| format!("`{through}`, "));
            obstacle.why = match holder {
                Holder::Static => format!("{OLD_VALUES}: {way}held by the static `{name}`{place}"),
                Holder::Hot => format!("{OLD_VALUES}: {way}passed through the hot function `{name}`{place}"),
                Holder::Outside => format!("{OLD_VALUES}: {way}given to `{name}`, which may keep them"),
                Holder::Object => format!("older objects have `{name}`{place}, which takes or gives it"),
                Holder::Frame => format!("{OLD_VALUES}: `{name}`{place}, which is not hot, may be at work with one"),
                Holder::Hidden => {
                    let object = misfit.through.as_deref().unwrap_or_default();
                    format!("{OLD_VALUES}, in an object behind a `{object}`")
                }
                Holder::Old => format!("it is used by `{name}`{place}, which is not hot and stays as it is"),
            };
        }
        if !obstacles.iter().any(|known| known.what == obstacle.what) {
            obstacles.push(obstacle);
        }
    }
    let would_live = found.iter().any(|found| matches!(found.holder, Holder::Frame | Holder::Static));
    let help = if would_live && loaded.has_live(found) { HOLD_IN_LIVE } else { PUT_BACK };
    refused(loaded, reason, help, &obstacles)
}

/// The refusal of traits of which there may be objects; `None` if there are none.
fn changed_traits(loaded: &Loaded, texts: &[(PathBuf, ShapeChange)]) -> Option<Event> {
    let mut traits: Vec<_> = texts.iter().filter(|(_, change)| change.kind == Kind::Trait).cloned().collect();
    if !traits.is_empty() {
        let alive = loaded.traits_of_objects();
        let name = |path: &str| last_name(path).trim_start_matches("r#").to_owned();
        traits.retain(|(_, change)| alive.contains(&name(&change.path)));
    }
    changed_texts(loaded, &traits)
}

/// The refusal of changes that only texts tell of; `None` if there are none.
fn changed_texts(loaded: &Loaded, changes: &[(PathBuf, ShapeChange)]) -> Option<Event> {
    let (_, first) = changes.first()?;
    let reason = match first.kind {
        Kind::Trait => Refusal::TraitChanged,
        Kind::Static => Refusal::StaticChanged,
        Kind::Hot => Refusal::SignatureChanged,
        _ => Refusal::LayoutChanged,
    };
    refused(loaded, reason, PUT_BACK, &changes.iter().map(|(file, change)| shape(file, change)).collect::<Vec<_>>())
}

/// The refusal of layouts that changed though no text of theirs did; `None` if there are none.
fn changed_types(loaded: &Loaded, types: &[ChangedType]) -> Option<Event> {
    let obstacle = |found: &ChangedType| {
        let path = found.path.split_once("::").map_or(found.path.as_str(), |(_, path)| path);
        other_layout(loaded, path, found.old_size, found.new_size)
    };
    refused(loaded, Refusal::LayoutChanged, PUT_BACK_PARTS, &types.iter().map(obstacle).collect::<Vec<_>>())
}

const PUT_BACK_PARTS: &str = "put back what it is made of, or run `cargo hot restart`; the program goes on as it is";

fn other_layout(loaded: &Loaded, path: &str, old: u64, new: u64) -> Obstacle {
    let what = match () {
        () if is_object(path) => format!("the trait of `{path}` has other methods than before"),
        () if old == new => format!("the type `{path}` has other fields than before"),
        () => format!("the type `{path}` has {new} bytes instead of {old}"),
    };
    Obstacle { what, why: OLD_VALUES.into(), name: last_name(path), at: find_in_sources(loaded, path) }
}

/// Whether a type is a pointer to a trait's object, in which debug information describes the table of methods.
fn is_object(path: &str) -> bool {
    let pointers = ["&mut ", "&", "*const ", "*mut ", "Box<"];
    pointers.iter().any(|pointer| path.strip_prefix(pointer).is_some_and(|inner| inner.starts_with("dyn ")))
}

/// `update::Kept` of a type in the body of a hot function.
fn as_written(path: &str) -> String {
    without_our_names(path.split("::").map(str::to_owned).collect()).join("::")
}

/// Of code that is not the user's, without the types that it is for.
fn bare_path(symbol: &str) -> String {
    let path = format!("{:#}", rustc_demangle::demangle(symbol));
    let mut bare = String::new();
    let mut depth = 0_usize;
    for letter in path.strip_prefix('<').unwrap_or(&path).chars() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(letter),
            _ => {}
        }
    }
    bare.trim_end_matches("::").to_owned()
}

/// The refusal of hot functions that give back another type, under the same signature; `None` if there are none.
fn changed_results(loaded: &Loaded) -> Option<Event> {
    let crates = loaded.crate_names();
    let changed = loaded.build.changed_results(&loaded.names_of_live_types(), &loaded.names);
    let mut called = called(loaded, changed.iter().copied());
    let obstacle = |body| {
        let path = written(loaded.names.text(body), &crates)?.path;
        Some(Obstacle {
            what: format!("`{path}` returns another type"),
            why: "callers hold values of the old one".into(),
            name: last_name(&path),
            at: called.remove(&body).map(|called| called.at),
        })
    };
    let mut obstacles: Vec<Obstacle> = changed.iter().copied().filter_map(obstacle).collect();
    obstacles.dedup_by(|one, other| one.what == other.what);
    let help = "put it back, or return a `Box<dyn Trait>` and run `cargo hot restart`; the program goes on as it is";
    refused(loaded, Refusal::LayoutChanged, help, &obstacles)
}

fn shape(file: &Path, change: &ShapeChange) -> Obstacle {
    let kind = match change.kind {
        Kind::Struct => "the struct",
        Kind::Enum => "the enum",
        Kind::Union => "the union",
        Kind::Trait => "the trait",
        Kind::Static => "the type of the static",
        Kind::Hot => "the signature of the hot function",
        Kind::Alias | Kind::Const | Kind::Import => "the definition of",
    };
    let how = match &change.difference {
        Difference::Through { definition } => format!("changed through `{definition}`"),
        _ => "changed".into(),
    };
    Obstacle {
        what: format!("{kind} `{}` {how}", change.path),
        why: if change.kind == Kind::Trait { "objects with its old methods may be alive" } else { OLD_VALUES }.into(),
        name: last_name(&change.path),
        at: Some(Declared { file: file.to_owned(), line: change.line as u64 }),
    }
}

fn last_name(path: &str) -> String {
    path.rsplit("::").next().unwrap_or_default().to_owned()
}

fn refused(loaded: &Loaded, reason: Refusal, help: &str, obstacles: &[Obstacle]) -> Option<Event> {
    if obstacles.is_empty() {
        return None;
    }
    let message = obstacles.iter().map(Obstacle::sentence).collect::<Vec<_>>().join("; ");
    let text = |at: &Declared| text_of(loaded, &at.file);
    let rendered = rendered(reason, help, obstacles, text);
    Some(Event::Refused { reason, message, help: help.to_owned(), rendered })
}

impl Obstacle {
    fn sentence(&self) -> String {
        let place = self.at.as_ref().filter(|at| at.line > 0);
        let place = place.map_or(String::new(), |at| format!(" ({}:{})", at.file.display(), at.line));
        format!("{}{place} while {}", self.what, self.why)
    }
}

fn rendered<'text>(
    reason: Refusal,
    help: &str,
    obstacles: &[Obstacle],
    text: impl Fn(&Declared) -> Option<&'text str>,
) -> String {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for obstacle in obstacles {
        let title = format!("{} while {}", obstacle.what, obstacle.why);
        let title = Level::ERROR.primary_title(title).id(reason.name());
        let place = obstacle.at.as_ref().and_then(|at| {
            let text = text(at)?;
            Some((at, text, name_in(text, at.line, &obstacle.name)?))
        });
        groups.push(match place {
            Some((at, text, span)) => title.element(
                Snippet::source(text).path(at.file.to_string_lossy()).annotation(AnnotationKind::Primary.span(span)),
            ),
            None => Group::with_title(title),
        });
    }
    if let Some(last) = groups.pop() {
        groups.push(last.element(Level::HELP.message(help)));
    }
    Renderer::styled().render(&groups) + "\n"
}

/// Where the name stands in this line of the text, from 1.
fn name_in(text: &str, line: u64, name: &str) -> Option<Range<usize>> {
    let before: usize =
        text.split_inclusive('\n').take(usize::try_from(line).ok()?.checked_sub(1)?).map(str::len).sum();
    let line = text[before..].lines().next()?;
    let is_word =
        |at: &usize| !line[..*at].ends_with(is_identifier) && !line[at + name.len()..].starts_with(is_identifier);
    let at = line.match_indices(name).map(|(at, _)| at).find(is_word)?;
    Some(before + at..before + at + name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_shows_the_place() {
        let text = "mod game;\n\nstruct Enemies;\nstruct Enemy { hp: u32, armour: u8 }\n";
        let obstacle = |what: &str, name: &str, line: Option<u64>| Obstacle {
            what: what.into(),
            why: OLD_VALUES.into(),
            name: name.into(),
            at: line.map(|line| Declared { file: "src/main.rs".into(), line }),
        };
        let enemy = obstacle("the struct `Enemy` changed", "Enemy", Some(4));
        let sentence = "the struct `Enemy` changed (src/main.rs:4) while values of the old one may be alive";
        assert_eq!(enemy.sentence(), sentence);
        let nowhere = obstacle("the type `Other` has 8 bytes instead of 4", "Other", None);
        let rendered = rendered(Refusal::LayoutChanged, "put it back", &[enemy, nowhere], |_| Some(text));
        let expected = expect_test::expect![[r#"
            error[layout-changed]: the struct `Enemy` changed while values of the old one may be alive
             --> src/main.rs:4:8
              |
            4 | struct Enemy { hp: u32, armour: u8 }
              |        ^^^^^
              |
            error[layout-changed]: the type `Other` has 8 bytes instead of 4 while values of the old one may be alive
              |
              = help: put it back
        "#]];
        expected.assert_eq(&anstream::adapter::strip_str(&rendered).to_string());
    }
}
