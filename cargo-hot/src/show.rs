//! Plans in the user's terms: functions with their files and lines.

mod left;

use crate::events::Function;
use crate::image::Generation;
use crate::loaded::Loaded;
use crate::objects::lines::{Declared, declarations};
use crate::objects::mangled::Mangled;
use crate::objects::{Name, Place};
use crate::plan::Plan;
use crate::plan::hot::HotFunctions;
use crate::plan::paths::{CLOSURE, Written, written};
use hot_runtime::names::BODY_PREFIX;
pub(crate) use left::items;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The functions that a plan brings to life, each once, however many symbols it has.
pub(crate) fn functions(loaded: &Loaded, plan: &Plan) -> Vec<Function> {
    let called = called(loaded, plan.changed.iter().copied());
    let mut found: BTreeMap<String, Function> = BTreeMap::new();
    for name in &plan.changed {
        let Some(Called { path, at }) = called.get(name).cloned() else { continue };
        let Declared { file, line } = at;
        let hot = plan.bodies.contains(name) || is_in_body(loaded.names.text(*name));
        let function = Function { path: path.clone(), file, line, hot };
        // The function itself comes before its closures.
        let known = found.entry(path).or_insert_with(|| function.clone());
        if function.line != 0 && (known.line == 0 || function.line < known.line) {
            (known.file, known.line) = (function.file, function.line);
        }
        known.hot |= hot;
    }
    found.into_values().collect()
}

/// The hot functions that a plan publishes: what is to be named where all that changed is the code of others, made for a
/// closure or a future of theirs.
pub(crate) fn published(loaded: &Loaded, plan: &Plan) -> Vec<Function> {
    let bodies = plan.publications.iter().map(|publication| publication.body);
    let called = called(loaded, bodies);
    let function = |Called { path, at }: Called| Function { path, file: at.file, line: at.line, hot: true };
    let found = called.into_values().map(|called| (called.path.clone(), function(called)));
    found.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// The hot functions of the program by path, each with the generation of its newest body.
pub(crate) fn hot_functions(loaded: &Loaded) -> Vec<(Function, Generation)> {
    let hot = HotFunctions::find(&loaded.build);
    let bodies: Vec<Name> = hot.iter().map(|function| function.body).collect();
    let called = called(loaded, bodies.iter().copied());
    let mut found: BTreeMap<String, (Function, Generation)> = BTreeMap::new();
    for body in bodies {
        let Some(newest) = loaded.image.newest(body, None, None) else { continue };
        let Some(Called { path, at }) = called.get(&body).cloned() else { continue };
        let function = Function { path: path.clone(), file: at.file, line: at.line, hot: true };
        // Of instances, the one that changed last.
        let known = found.entry(path).or_insert((function, newest.generation));
        known.1 = known.1.max(newest.generation);
    }
    found.into_values().collect()
}

/// The hot function whose slot is at this address in the file of an image; in the executable, at this distance from the anchor.
pub(crate) fn function_at(loaded: &Loaded, generation: Generation, slot: u64) -> Option<Function> {
    let slot = if generation == 0 { loaded.image.anchor.wrapping_add(slot) } else { slot };
    let names: Vec<Name> = loaded.image.names_at(generation, slot).collect();
    let hot = HotFunctions::find(&loaded.build);
    let body = hot.iter().find(|function| names.contains(&function.slot))?.body;
    let Called { path, at } = called(loaded, [body].into_iter()).remove(&body)?;
    Some(Function { path, file: at.file, line: at.line, hot: true })
}

/// Whether it is a closure of a hot function, or its future.
fn is_in_body(symbol: &str) -> bool {
    let path = || Mangled::of(symbol)?.path()?.segments.pop();
    symbol.starts_with(CLOSURE) && path().is_some_and(|name| name.starts_with(BODY_PREFIX))
}

/// What the user calls it; `None` for code of other crates.
fn path_of(loaded: &Loaded, name: Name) -> Option<String> {
    written(loaded.names.text(name), &loaded.crate_names()).map(|written| written.path)
}

/// What the user calls a function or static, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Called {
    pub(crate) path: String,
    pub(crate) at: Declared,
}

/// By the text, which debug information leads to, or else a search in the sources. Methods that no text has are a
/// derive's or another macro's: those go by their trait, all of them as one.
pub(crate) fn called(loaded: &Loaded, names: impl Iterator<Item = Name> + Clone) -> FxHashMap<Name, Called> {
    let crates = loaded.crate_names();
    let declared = declared_by_debug_info(loaded, names.clone());
    let mut found = FxHashMap::default();
    for name in names {
        let symbol = loaded.names.text(name);
        let Some(Written { path, implementation }) = written(symbol, &crates) else { continue };
        let declared = declared.get(&name).filter(|declared| text_of(loaded, &declared.file).is_some()).cloned();
        let in_text = match &declared {
            Some(declared) if symbol.starts_with(CLOSURE) => Some(declared.clone()),
            Some(declared) => at_the_name(loaded, &path, declared),
            None => find_in_sources(loaded, &path),
        };
        let called = match in_text {
            Some(at) => Called { path, at },
            None => Called { path: implementation.unwrap_or(path), at: declared.unwrap_or_else(nowhere) },
        };
        found.insert(name, called);
    }
    found
}

/// Reads every file of the workspace's crates: only for what debug information does not lead to.
pub(crate) fn find_in_sources(loaded: &Loaded, path: &str) -> Option<Declared> {
    loaded.crates.iter().find_map(|found| {
        let (file, line) = found.declared(path)?;
        Some(Declared { file: relative(loaded, &file), line })
    })
}

fn declared_by_debug_info(loaded: &Loaded, names: impl Iterator<Item = Name>) -> FxHashMap<Name, Declared> {
    let mut objects: FxHashMap<Place, Vec<Name>> = FxHashMap::default();
    for name in names {
        if let Some(place) = loaded.build.places(name).first() {
            objects.entry(place.in_object(0)).or_default().push(name);
        }
    }
    let mut found = FxHashMap::default();
    for (place, names) in objects {
        let symbols: Vec<&str> = names.iter().map(|name| loaded.names.text(*name)).collect();
        let lines = declarations(loaded.build.object(place), &symbols);
        for (name, symbol) in names.iter().zip(symbols) {
            if let Some(declared) = lines.get(symbol) {
                found.insert(*name, declared.clone());
            }
        }
    }
    found
}

/// The line of the function's name; `None` if what is declared there is something else.
///
/// In the shadow a `pub` may stand on a line before the function.
fn at_the_name(loaded: &Loaded, path: &str, declared: &Declared) -> Option<Declared> {
    let name = path.rsplit("::").next()?;
    let text =
        loaded.crates.iter().find_map(|found| found.sources.text(&found.record.directory.join(&declared.file)))?;
    let lines = std::str::from_utf8(text).ok()?.lines();
    let wanted = format!("fn {name}");
    let is_name =
        |line: &str| line.find(&wanted).is_some_and(|at| !line[at + wanted.len()..].starts_with(is_identifier));
    for (line, text) in (1_u64..).zip(lines).skip_while(|(line, _)| *line < declared.line) {
        if is_name(text) {
            return Some(Declared { line, ..declared.clone() });
        }
        let is_note = text.trim_start().starts_with(['/', '#']);
        if line > declared.line && !is_note && text.contains(['{', ';']) {
            return None; // The end of another item's head.
        }
    }
    None
}

/// The text of a file of the workspace's crates.
pub(crate) fn text_of<'loaded>(loaded: &'loaded Loaded, file: &Path) -> Option<&'loaded str> {
    let text = loaded.crates.iter().find_map(|found| found.sources.text(&found.record.directory.join(file)))?;
    std::str::from_utf8(text).ok()
}

/// A file as rustc names it.
fn relative(loaded: &Loaded, file: &Path) -> PathBuf {
    let inside = loaded.crates.iter().find_map(|found| file.strip_prefix(&found.record.directory).ok());
    inside.unwrap_or(file).to_owned()
}

pub(crate) fn is_identifier(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn nowhere() -> Declared {
    Declared { file: PathBuf::new(), line: 0 }
}
