//! Says which old code is held, and how new code gets there.

use super::search::{Found, Kind};
use crate::events::OldItem;
use crate::loaded::Loaded;
use crate::objects::mangled::TraitMethod;
use crate::plan::paths::{OfObjects, of_objects};
use crate::show::{Called, called};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Each function of the user's once for each kind of what leads there. One that an optimizer keeps for another, too, is left
/// out: whose objects these are cannot be told.
pub(super) fn items(loaded: &Loaded, found: &[Found]) -> Vec<OldItem> {
    let own: Vec<_> = found.iter().filter(|found| !loaded.image.is_merged(found.name)).collect();
    let called = called(loaded, own.iter().flat_map(|found| [found.name, found.leads_to]));
    let mut counts: BTreeMap<(String, u64, Kind), Counted> = BTreeMap::new();
    for Found { name, leads_to, kind, count } in own {
        let of_objects = of_objects(loaded.names.text(*name));
        let named = match of_objects {
            // Code of the standard library stands between a box and what it calls.
            Some(OfObjects::Call(_)) => leads_to,
            Some(OfObjects::Drop) if is_drop(loaded.names.text(*leads_to)) => leads_to,
            Some(OfObjects::Drop) => continue,
            _ => name,
        };
        let Some(Called { path, at }) = called.get(named).cloned() else { continue };
        let changed = called.get(leads_to).filter(|changed| changed.path != path).map(|changed| changed.path.clone());
        // Instances of one function are one to the user.
        let counted =
            counts.entry((path, at.line, *kind)).or_insert(Counted { file: at.file, of_objects, changed, count: 0 });
        counted.count += count;
    }
    let item = |((path, line, kind), Counted { file, of_objects, changed, count })| {
        let message = message(kind, of_objects.as_ref(), changed.as_deref(), count);
        let kind = if kind == Kind::Pointer { "pointer" } else { "object" };
        OldItem { path, file, line, kind, count, message }
    };
    counts.into_iter().map(item).collect()
}

fn is_drop(symbol: &str) -> bool {
    matches!(of_objects(symbol), Some(OfObjects::Method(TraitMethod::Implemented(name))) if name == "Drop")
}

struct Counted {
    file: PathBuf,
    of_objects: Option<OfObjects>,
    /// What is old, if it is not the function itself.
    changed: Option<String>,
    count: usize,
}

fn message(kind: Kind, of_objects: Option<&OfObjects>, changed: Option<&str>, count: usize) -> String {
    let old = changed.map_or_else(|| "it".to_owned(), |changed| format!("the old `{changed}`"));
    let it = if count == 1 { "it" } else { "them" };
    let go_on = ["goes on with", "go on with"];
    let ([one, many], [goes, go], fix) = match (kind, of_objects) {
        (Kind::Pointer, _) => (
            ["function pointer", "function pointers"].map(str::to_owned),
            ["leads to", "lead to"],
            format!("point to a function that calls a hot one, or store {it} anew"),
        ),
        (Kind::Future, _) => {
            (["future", "futures"].map(str::to_owned), ["ends in", "end in"], "the next is new".to_owned())
        }
        (Kind::Object, Some(OfObjects::Method(method))) => {
            let (TraitMethod::Implemented(name) | TraitMethod::Provided(name)) = method;
            let mark = if matches!(method, TraitMethod::Provided(_)) { "trait" } else { "`impl`" };
            (
                ["object", "objects"].map(|word| format!("{word} of `dyn {name}`")),
                go_on,
                format!("mark the {mark} `#[hot]`, or make {it} anew"),
            )
        }
        (Kind::Object, Some(OfObjects::Drop)) => (
            ["object", "objects"].map(|word| format!("{word} of a `dyn` trait")),
            go_on,
            format!("mark the `impl` `#[hot]`, or make {it} anew"),
        ),
        (Kind::Object, of_objects) => (
            match of_objects {
                Some(OfObjects::Call(name)) => ["object", "objects"].map(|word| format!("{word} of `dyn {name}`")),
                _ => ["closure", "closures"].map(str::to_owned),
            },
            go_on,
            format!("have {it} call a hot function, or make {it} anew"),
        ),
    };
    let (things, goes) = if count == 1 { (one, goes) } else { (many, go) };
    format!("{count} {things} made before {goes} {old}; {fix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_sentence() {
        let implemented = OfObjects::Method(TraitMethod::Implemented("Shape".to_owned()));
        let provided = OfObjects::Method(TraitMethod::Provided("Shape".to_owned()));
        for (kind, of_objects, changed, count, expected) in [
            (
                Kind::Object,
                Some(&implemented),
                None,
                3,
                "3 objects of `dyn Shape` made before go on with it; mark the `impl` `#[hot]`, or make them anew",
            ),
            (
                Kind::Object,
                Some(&provided),
                Some("half"),
                1,
                "1 object of `dyn Shape` made before goes on with the old `half`; mark the trait `#[hot]`, or make it anew",
            ),
            (
                Kind::Object,
                Some(&OfObjects::Closure),
                None,
                1,
                "1 closure made before goes on with it; have it call a hot function, or make it anew",
            ),
            (Kind::Future, Some(&OfObjects::Closure), None, 2, "2 futures made before end in it; the next is new"),
            (
                Kind::Pointer,
                None,
                None,
                1,
                "1 function pointer made before leads to it; point to a function that calls a hot one, or store it anew",
            ),
        ] {
            assert_eq!(message(kind, of_objects, changed, count), expected);
        }
    }
}
