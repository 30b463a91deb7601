//! Which types are others in a newer generation: by what they tell of themselves, by what `cargo hot` tells, and by what they
//! are made of.

use super::shape::{Field, Kind, Shape, Shapes};
use std::any::TypeId;
use std::collections::{HashMap, HashSet};

/// What each type of `old` is in `new`.
pub(crate) fn successors(old: &Shapes, new: &Shapes) -> HashMap<TypeId, TypeId> {
    let mut names: HashMap<&str, Option<TypeId>> = HashMap::new();
    for shape in new.iter() {
        // Of two by one name, nobody knows which is which.
        names.entry(shape.name).and_modify(|id| *id = None).or_insert(Some(shape.id));
    }
    let successor = |shape: &Shape| {
        let by_name = || names.get(shape.name).copied().flatten().filter(|_| old.named(shape.name).is_some());
        let id = if new.get(shape.id).is_some() { Some(shape.id) } else { by_name() };
        Some((shape.id, id?))
    };
    old.iter().filter_map(successor).collect()
}

/// The types of `old` of which values do not stay as they are; `told` are paths of types that are laid out otherwise now.
pub(crate) fn changed(
    old: &Shapes,
    new: &Shapes,
    successors: &HashMap<TypeId, TypeId>,
    told: &[String],
) -> HashSet<TypeId> {
    let is_other = |shape: &&Shape| {
        let newest = successors.get(&shape.id).and_then(|id| new.get(*id));
        is_told(shape, told) || newest.is_none_or(|newest| differs(shape, newest, successors))
    };
    let mut changed: HashSet<TypeId> = old.iter().filter(is_other).map(|shape| shape.id).collect();
    loop {
        let is_made_of_changed =
            |shape: &&Shape| !changed.contains(&shape.id) && shape.parts().iter().any(|part| changed.contains(part));
        let more: Vec<TypeId> = old.iter().filter(is_made_of_changed).map(|shape| shape.id).collect();
        if more.is_empty() {
            return changed;
        }
        changed.extend(more);
    }
}

/// Of a type that tells nothing, whether it is generic over one that changed counts, too.
fn is_told(shape: &Shape, told: &[String]) -> bool {
    match shape.kind {
        Kind::Struct(_) | Kind::Enum(_) => told.iter().any(|path| path == base(shape.name)),
        Kind::Opaque => mentioned(shape.name, told).is_some(),
        _ => false,
    }
}

/// A path of these that a type's name has.
pub(crate) fn mentioned<'told>(name: &str, told: &'told [String]) -> Option<&'told str> {
    let is_of_path = |letter: char| letter.is_alphanumeric() || "_:#{}".contains(letter);
    let paths: HashSet<&str> = name.split(|letter| !is_of_path(letter)).collect();
    told.iter().map(String::as_str).find(|path| paths.contains(path))
}

/// A type's path, without what it is generic over.
pub(crate) fn base(name: &str) -> &str {
    name.split('<').next().unwrap_or(name)
}

fn differs(old: &Shape, new: &Shape, successors: &HashMap<TypeId, TypeId>) -> bool {
    let fields = |one: &[Field], other: &[Field]| {
        let same = |(one, other): (&Field, &Field)| {
            one.name == other.name && successors.get(&one.id) == Some(&other.id) && one.offset == other.offset
        };
        one.len() != other.len() || !one.iter().zip(other).all(same)
    };
    let kinds_differ = match (&old.kind, &new.kind) {
        (Kind::Struct(old), Kind::Struct(new)) => fields(&old.fields, &new.fields),
        (Kind::Enum(old), Kind::Enum(new)) => {
            let variants = || old.variants.iter().zip(&new.variants);
            old.variants.len() != new.variants.len()
                || variants().any(|(old, new)| old.name != new.name || fields(&old.fields, &new.fields))
        }
        // Of one type, they are of one kind, unless it tells of itself in one generation alone.
        (old, new) => std::mem::discriminant(old) != std::mem::discriminant(new),
    };
    kinds_differ || (old.size, old.align) != (new.size, new.align)
}

impl Shape {
    /// The types that a value holds others of.
    pub(crate) fn parts(&self) -> Vec<TypeId> {
        let ids = |fields: &[Field]| fields.iter().map(|field| field.id).collect::<Vec<_>>();
        match &self.kind {
            Kind::Opaque | Kind::Live { .. } | Kind::Number(_) => Vec::new(),
            Kind::Struct(found) => ids(&found.fields),
            Kind::Enum(found) => found.variants.iter().flat_map(|variant| ids(&variant.fields)).collect(),
            Kind::Bag { parts, .. } => parts.clone(),
            Kind::Array { element: inner, .. }
            | Kind::Buffer { element: inner, .. }
            | Kind::Cover { inner, .. }
            | Kind::Shared { inner, .. } => vec![*inner],
        }
    }
}
