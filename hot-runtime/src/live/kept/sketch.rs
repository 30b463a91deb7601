//! What the types of a program are made of, by names alone: what another program can be told.

use super::super::shape::{Enum, Field, Kind, Shape, Shapes};
use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};

/// By the types' names, as [`std::any::type_name`] has them.
pub(crate) type Sketches = BTreeMap<String, Sketch>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sketch {
    /// Nothing is told.
    Opaque,
    Number,
    Struct(Vec<Part>),
    /// The variants.
    Enum(Vec<(String, Vec<Part>)>),
    /// What holds values of these types.
    Holder(Vec<String>),
}

/// A field, and the name of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) of: String,
}

/// Of all types that have a name of their own.
pub(crate) fn sketches(shapes: &Shapes) -> Sketches {
    let alone = shapes.iter().filter(|shape| shapes.named(shape.name).is_some());
    alone.map(|shape| (shape.name.to_owned(), sketch(shape, shapes))).collect()
}

/// The names of the types that are made of the same in both.
pub(crate) fn same(old: &Sketches, new: &Sketches) -> HashSet<String> {
    let alike = old.iter().filter(|(name, sketch)| new.get(*name) == Some(sketch));
    let mut same: HashSet<String> = alike.map(|(name, _)| name.clone()).collect();
    loop {
        let is_whole = |name: &&String| old[*name].parts().all(|part| same.contains(part));
        let others: HashSet<String> = same.iter().filter(|name| !is_whole(name)).cloned().collect();
        if others.is_empty() {
            return same;
        }
        same.retain(|name| !others.contains(name));
    }
}

fn sketch(shape: &Shape, shapes: &Shapes) -> Sketch {
    match &shape.kind {
        Kind::Opaque => Sketch::Opaque,
        Kind::Number(_) => Sketch::Number,
        Kind::Struct(found) => Sketch::Struct(parts(&found.fields, shapes)),
        Kind::Enum(Enum { variants, .. }) => {
            Sketch::Enum(variants.iter().map(|it| (it.name.to_owned(), parts(&it.fields, shapes))).collect())
        }
        Kind::Live { inner } => Sketch::Holder(vec![name_of(*inner, shapes)]),
        _ => Sketch::Holder(shape.parts().iter().map(|id| name_of(*id, shapes)).collect()),
    }
}

fn parts(fields: &[Field], shapes: &Shapes) -> Vec<Part> {
    fields.iter().map(|field| Part { name: field.name.to_owned(), of: name_of(field.id, shapes) }).collect()
}

fn name_of(id: TypeId, shapes: &Shapes) -> String {
    shapes.get(id).map(|shape| shape.name.to_owned()).unwrap_or_default()
}

impl Sketch {
    /// The names of the types that values of this one hold others of.
    fn parts(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Self::Opaque | Self::Number => Box::new(std::iter::empty()),
            Self::Struct(parts) => Box::new(parts.iter().map(|part| part.of.as_str())),
            Self::Enum(variants) => {
                Box::new(variants.iter().flat_map(|(_, parts)| parts.iter().map(|part| part.of.as_str())))
            }
            Self::Holder(parts) => Box::new(parts.iter().map(String::as_str)),
        }
    }
}
