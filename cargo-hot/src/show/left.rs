//! What of a save is not live: each function or static once, with a sentence that says why and what to do.

use super::{Called, called, path_of, relative};
use crate::events::Item;
use crate::loaded::{Crate, Loaded};
use crate::objects::Name;
use crate::objects::mangled::TraitMethod;
use crate::plan::Plan;
use crate::plan::edits::{Edited, Edits};
use crate::plan::paths::{OfObjects, of_objects};
use crate::plan::stuck::{Stuck, StuckReason};
use std::collections::{BTreeMap, BTreeSet};

/// What a plan cannot bring to life, each function once.
pub(crate) fn items(loaded: &Loaded, plan: &Plan) -> Vec<Item> {
    if plan.stuck.is_empty() {
        return Vec::new();
    }
    let called = called(loaded, plan.stuck.iter().map(|stuck| stuck.name));
    let edits = Edits::of(loaded.crates.iter().flat_map(Crate::edits));
    let mut left = Left::default();
    for stuck in &plan.stuck {
        let Some(called) = called.get(&stuck.name) else { continue };
        // A macro's own, which no text of the user's has: the place of a log line, say.
        if called.at.file.as_os_str().is_empty() && called.path.split("::").any(|name| name.starts_with("__")) {
            continue;
        }
        // Data, and functions that macros wrote, speak for themselves.
        if stuck.reason == StuckReason::StaticValue || !edits.has(&called.path) || edits.is_edited(&called.path) {
            left.add(loaded, stuck, called, edits.has(&called.path));
            continue;
        }
        match edits.within(&called.path).as_slice() {
            [] if edits.are_of_functions() => {} // It was compiled differently, and does the same.
            [] => left.add(loaded, stuck, called, true),
            held => held.iter().for_each(|edited| left.add_inlined(loaded, edited, &called.path)),
        }
    }
    left.into_items()
}

/// By the paths of functions and statics.
#[derive(Default)]
struct Left {
    items: BTreeMap<String, Item>,
    /// The functions that go on with the old one.
    callers: BTreeMap<String, BTreeSet<String>>,
}

impl Left {
    /// `is_written` says that it stands in the user's text, where an attribute can be put before it.
    fn add(&mut self, loaded: &Loaded, stuck: &Stuck, Called { path, at }: &Called, is_written: bool) {
        if let StuckReason::OldCaller { caller } = stuck.reason {
            let caller = path_of(loaded, caller).unwrap_or_else(|| "a function outside the workspace".into());
            self.callers.entry(path.clone()).or_default().insert(caller);
        }
        self.items.entry(path.clone()).or_insert_with(|| {
            let (reason, message) = explain(loaded, stuck, path, is_written);
            Item { path: path.clone(), file: at.file.clone(), line: at.line, reason, message }
        });
    }

    /// What changed, and is inlined in the function with this path, which stays old.
    fn add_inlined(&mut self, loaded: &Loaded, Edited { path, file, line }: &Edited, caller: &str) {
        self.callers.entry(path.clone()).or_default().insert(caller.to_owned());
        self.items.entry(path.clone()).or_insert_with(|| Item {
            path: path.clone(),
            file: relative(loaded, file),
            line: *line,
            reason: OLD_CALLER,
            message: String::new(),
        });
    }

    fn into_items(mut self) -> Vec<Item> {
        for (path, item) in self.items.iter_mut().filter(|(_, item)| item.reason == OLD_CALLER) {
            item.message = old_callers(path, &self.callers.remove(path).unwrap_or_default());
        }
        self.items.into_values().collect()
    }
}

/// Why the function with this path is not live; of what has old callers, they are told apart.
fn explain(loaded: &Loaded, stuck: &Stuck, own: &str, is_written: bool) -> (&'static str, String) {
    const RESTART: &str = "`cargo hot restart` runs the new one";
    let path = |name: Name| path_of(loaded, name);
    let later = |marked: &str| {
        if is_written { format!(", and with `#[hot]` on {marked} later edits go live") } else { String::new() }
    };
    match stuck.reason {
        StuckReason::Unreachable { .. } if own == "main" => {
            ("unreachable", "it starts the program, and runs again only after `cargo hot restart`".into())
        }
        StuckReason::Unreachable { caller } => {
            let who = match caller.and_then(path) {
                Some(caller) => format!("it is called from `{caller}`, which is not hot"),
                None => "no hot function calls it".into(),
            };
            ("unreachable", format!("{who}; {RESTART}{}", later("it")))
        }
        StuckReason::HotSince { function } => {
            let who = match path(function) {
                Some(caller) if caller != own => format!("`{caller}`, which calls it,"),
                _ => "it".into(),
            };
            ("unreachable", format!("{who} was not hot yet when the program started; {RESTART}"))
        }
        StuckReason::OnlyObjects { method, maker } => {
            let maker = path(maker).unwrap_or_else(|| "code of another crate".into());
            let marked = match of_objects(loaded.names.text(method)) {
                Some(OfObjects::Method(TraitMethod::Provided(_))) => "the trait",
                _ => "the `impl`",
            };
            let who = format!("it is called through objects that `{maker}` makes, and those keep the old one");
            ("unreachable", format!("{who}; {RESTART}{}", later(marked)))
        }
        StuckReason::OldCaller { .. } => (OLD_CALLER, String::new()),
        StuckReason::OldPointer { holder } => {
            let holder = path(holder).unwrap_or_else(|| "of another crate".into());
            ("old-pointer", format!("the static `{holder}` goes on pointing to the old one until `cargo hot restart`"))
        }
        StuckReason::StaticValue => {
            ("static-value", "a static keeps its value; the new initial value counts after `cargo hot restart`".into())
        }
    }
}

const OLD_CALLER: &str = "old-caller";

/// What goes on with the old one of a function.
fn old_callers(own: &str, callers: &BTreeSet<String>) -> String {
    const NAMED: usize = 3;
    let mut names: Vec<String> = callers.iter().take(NAMED).map(|caller| format!("`{caller}`")).collect();
    if callers.len() > NAMED {
        names.push(format!("{} others", callers.len() - NAMED));
    }
    let who = match names.as_slice() {
        // Whoever that is brings what only it knows.
        [_] if callers.contains(own) => "code that calls it and is not hot goes on".to_owned(),
        [caller] => format!("{caller}, which is not hot, goes on"),
        [callers @ .., last] => format!("{} and {last}, which are not hot, go on", callers.join(", ")),
        [] => "old code goes on".to_owned(),
    };
    format!("{who} with the old one until `cargo hot restart`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_callers_are_named() {
        let check = |callers: &[&str], expected: &str| {
            let told = old_callers("own", &callers.iter().map(|caller| (*caller).to_owned()).collect());
            assert_eq!(told, format!("{expected} with the old one until `cargo hot restart`"));
        };
        check(&["own"], "code that calls it and is not hot goes on");
        check(&["a"], "`a`, which is not hot, goes on");
        check(&["a", "b", "c"], "`a`, `b` and `c`, which are not hot, go on");
        check(&["a", "b", "c", "d", "e"], "`a`, `b`, `c` and 2 others, which are not hot, go on");
    }
}
