//! Holds the machine code of functions compiled alone against what the base build made of them: the same bytes, and
//! references to the same things.

use super::FunctionId;
use crate::base::record::Record;
use crate::objects::digest::{Digests, Referent, is_shared, landing_pads, referent, shared_constant};
use crate::objects::object::Target;
use crate::objects::{Build, Name, Names, Object, Place, Reference, SectionIndex};
use crate::slice::rename::{Host, TooShort, rename};
use crate::slice::{Reason, Slice};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

/// What became of the functions that were compiled.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// How a function's code differs from the program's; empty if it does not.
    pub(super) differences: BTreeMap<FunctionId, String>,
    pub(super) refused: BTreeMap<FunctionId, Reason>,
}

impl Comparison {
    /// Takes in a slice and its object; false if that needs another name for the slice.
    ///
    /// # Errors
    /// The object cannot be read.
    pub(super) fn add(
        &mut self,
        record: &Record,
        slice: &Slice,
        object: &Path,
        build: &Build,
        names: &mut Names,
    ) -> Result<bool> {
        let mut bytes = fs::read(object).with_context(|| format!("failed to read `{}`", object.display()))?;
        let host = Host { build, names, library: &record.library };
        let symbols = match rename(&mut bytes, record.invocation.crate_name().unwrap_or_default(), slice, &host) {
            Ok(symbols) => symbols,
            Err(TooShort) => return Ok(false),
        };
        let object = Object::parse(bytes, names)?;
        for (function, symbol) in slice.functions().iter().zip(symbols) {
            let symbol = symbol.and_then(|symbol| match names.get(&symbol) {
                Some(name) => Ok((name, symbol)),
                None => Err(Reason::NotFound),
            });
            match symbol {
                // No code of the program is made of it.
                Ok((name, _)) if build.places(name).is_empty() => {}
                Ok((name, symbol)) => {
                    // Of a hot function the slot is asked everywhere: what counts is the body.
                    let body = hot_body(&object, build, names, &symbol).unwrap_or(name);
                    let future = future(&object, build, names, body);
                    let difference = [Some(body), future]
                        .into_iter()
                        .flatten()
                        .find_map(|part| differs(&object, build, part, names));
                    // Of several instances the first that differs counts.
                    let known = self.differences.entry(function.id()).or_default();
                    if known.is_empty() {
                        *known = difference.unwrap_or_default();
                    }
                }
                Err(reason) => drop(self.refused.insert(function.id(), reason)),
            }
        }
        Ok(true)
    }
}

/// The body inside a hot function with this symbol, if it is one.
fn hot_body(object: &Object, build: &Build, names: &Names, symbol: &str) -> Option<Name> {
    let path = symbol.strip_prefix("_R")?;
    // Of an `async fn`, inside its future.
    let inside = [format!("_RNv{path}"), format!("_RNvNC{path}0")];
    let definitions = object.sections.iter().flat_map(|section| &section.definitions);
    let mut bodies = definitions.map(|definition| definition.name).filter(|name| {
        let text = names.text(*name);
        inside.iter().any(|inside| text.starts_with(inside))
            && text.contains(hot_runtime::names::BODY_PREFIX)
            && !build.places(*name).is_empty()
    });
    bodies.next()
}

/// The future in the body of a hot function, or in a function's box: its first closure.
fn future(object: &Object, build: &Build, names: &Names, function: Name) -> Option<Name> {
    let name = names.get(&format!("_RNC{}0", names.text(function).strip_prefix("_R")?))?;
    let mut definitions = object.sections.iter().flat_map(|section| &section.definitions);
    definitions.any(|definition| definition.name == name && !build.places(name).is_empty()).then_some(name)
}

/// How the function differs; `None` if it does not.
fn differs(object: &Object, build: &Build, name: Name, names: &Names) -> Option<String> {
    let defines =
        |(_, section): &(usize, &crate::objects::Section)| section.named_at(0).is_some_and(|found| found.name == name);
    let Some((ours, _)) = object.sections.iter().enumerate().find(|found| defines(found)) else {
        return Some("the slice has no code for it".into());
    };
    let theirs = build.places(name).first().copied()?;
    let host = Side { object: build.object(theirs) };
    let slice = Side { object };
    let mut seen = HashSet::new();
    let found = sections_differ(slice, ours, host, theirs, names, &mut seen)?;
    // What lies in the same object is reached directly, else through a table; a constant may be shared or not.
    let is_same = Digests::compute(object, names).of(ours).without_lines == build.digest(theirs).without_lines;
    Some(if is_same { format!("the same in another form: {found}") } else { found })
}

#[derive(Clone, Copy)]
struct Side<'a> {
    object: &'a Object,
}

fn sections_differ(
    slice: Side<'_>,
    ours: SectionIndex,
    host: Side<'_>,
    theirs: Place,
    names: &Names,
    seen: &mut HashSet<SectionIndex>,
) -> Option<String> {
    if !seen.insert(ours) {
        return None;
    }
    let theirs_index = theirs.section as SectionIndex;
    let (own, other) = (&slice.object.sections[ours], &host.object.sections[theirs_index]);
    if slice.object.data(own) != host.object.data(other) {
        return Some(format!("other bytes in `{}`", short(&own.name)));
    }
    let (own_references, other_references) = (slice.object.references(own), host.object.references(other));
    if own_references.len() != other_references.len() {
        return Some("other references".into());
    }
    for (own, other) in own_references.iter().zip(&other_references) {
        if (own.offset, own.kind) != (other.offset, other.kind) {
            return Some(format!("another kind of reference at {:#x}", own.offset));
        }
        match (meant(slice.object, ours, own), meant(host.object, theirs_index, other)) {
            (Referent::Own, Referent::Own) | (Referent::Nothing, Referent::Nothing) => {}
            (Referent::Named(one, _), Referent::Named(two, _)) => {
                if one != two {
                    let text = |name| rustc_demangle::demangle(names.text(name)).to_string();
                    return Some(format!("`{}` instead of `{}`", text(one), text(two)));
                }
            }
            (Referent::Anonymous(one, one_offset), Referent::Anonymous(two, two_offset)) => {
                let (of_slice, of_host) = (&slice.object.sections[one], &host.object.sections[two]);
                if is_shared(of_slice) || is_shared(of_host) {
                    let ours = shared_constant(slice.object, of_slice, one_offset, own);
                    if ours != shared_constant(host.object, of_host, two_offset, other) {
                        return Some("another constant".into());
                    }
                } else if let Some(found) = sections_differ(slice, one, host, theirs.in_object(two), names, seen) {
                    return Some(found);
                }
            }
            _ => return Some(format!("another target at {:#x}", own.offset)),
        }
    }
    let tables = (landing_pads(slice.object), landing_pads(host.object));
    let table = |tables: &rustc_hash::FxHashMap<String, SectionIndex>, name: &str| {
        name.strip_prefix(".text").and_then(|name| tables.get(name).copied())
    };
    match (table(&tables.0, &own.name), table(&tables.1, &other.name)) {
        (Some(one), Some(two)) => sections_differ(slice, one, host, theirs.in_object(two), names, seen),
        (None, None) => None,
        _ => Some("other landing pads".into()),
    }
}

/// A method of a slice that calls itself names the host's, which is what it stands for.
fn meant(object: &Object, section: SectionIndex, reference: &Reference) -> Referent {
    match (referent(object, section, reference), reference.target) {
        (Referent::Own, Target::Here { offset, .. }) => {
            let named = object.sections[section].named_at(offset);
            named.map_or(Referent::Own, |definition| Referent::Named(definition.name, 0))
        }
        (other, _) => other,
    }
}

fn short(section: &str) -> String {
    section.rsplit_once("._R").map_or(section, |(kind, _)| kind).to_owned()
}
