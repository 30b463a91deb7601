//! Says which old code is held, and how new code gets there.

use super::search::{Found, Kind};
use crate::events::OldItem;
use crate::loaded::Loaded;
use crate::objects::mangled::TraitMethod;
use crate::plan::paths::{OfObjects, of_objects};
use crate::show::{Called, called};
use std::collections::BTreeMap;

/// Each function of the user's once for each kind of what leads there. One that an optimizer keeps for another, too, is left
/// out: whose objects these are cannot be told.
pub(super) fn items(loaded: &Loaded, found: &[Found]) -> Vec<OldItem> {
    let own: Vec<_> = found.iter().filter(|found| !loaded.image.is_merged(found.name)).collect();
    let called = called(loaded, own.iter().map(|found| found.name));
    let mut items: BTreeMap<(String, u64, &str), (OldItem, Option<OfObjects>, Kind)> = BTreeMap::new();
    for Found { name, kind, count } in own {
        let Some(Called { path, at }) = called.get(name).cloned() else { continue };
        let text = match kind {
            Kind::Object | Kind::Future => "object",
            Kind::Pointer => "pointer",
        };
        let item = OldItem { path, file: at.file, line: at.line, kind: text, count: 0, message: String::new() };
        let of_objects = of_objects(loaded.names.text(*name));
        // Instances of one function are one to the user.
        let key = (item.path.clone(), item.line, text);
        items.entry(key).or_insert((item, of_objects, *kind)).0.count += count;
    }
    let finish = |(item, of_objects, kind): (OldItem, Option<OfObjects>, Kind)| OldItem {
        message: message(kind, of_objects.as_ref(), item.count),
        ..item
    };
    items.into_values().map(finish).collect()
}

fn message(kind: Kind, of_objects: Option<&OfObjects>, count: usize) -> String {
    let it = if count == 1 { "it" } else { "them" };
    let go_on = ["goes on with it", "go on with it"];
    let ([one, many], [goes, go], fix) = match (kind, of_objects) {
        (Kind::Pointer, _) => (
            ["function pointer", "function pointers"].map(str::to_owned),
            ["leads to it", "lead to it"],
            format!("point to a function that calls a hot one, or store {it} anew"),
        ),
        (Kind::Future, _) => {
            (["future", "futures"].map(str::to_owned), ["ends in it", "end in it"], "the next is new".to_owned())
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
        (Kind::Object, _) => (
            ["closure", "closures"].map(str::to_owned),
            go_on,
            format!("have {it} call a hot function, or make {it} anew"),
        ),
    };
    let (things, goes) = if count == 1 { (one, goes) } else { (many, go) };
    format!("{count} {things} made before {goes}; {fix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_sentence() {
        let implemented = OfObjects::Method(TraitMethod::Implemented("Shape".to_owned()));
        let provided = OfObjects::Method(TraitMethod::Provided("Shape".to_owned()));
        for (kind, of_objects, count, expected) in [
            (
                Kind::Object,
                Some(&implemented),
                3,
                "3 objects of `dyn Shape` made before go on with it; mark the `impl` `#[hot]`, or make them anew",
            ),
            (
                Kind::Object,
                Some(&provided),
                1,
                "1 object of `dyn Shape` made before goes on with it; mark the trait `#[hot]`, or make it anew",
            ),
            (
                Kind::Object,
                Some(&OfObjects::Closure),
                1,
                "1 closure made before goes on with it; have it call a hot function, or make it anew",
            ),
            (Kind::Future, Some(&OfObjects::Closure), 2, "2 futures made before end in it; the next is new"),
            (
                Kind::Pointer,
                None,
                1,
                "1 function pointer made before leads to it; point to a function that calls a hot one, or store it anew",
            ),
        ] {
            assert_eq!(message(kind, of_objects, count), expected);
        }
    }
}
