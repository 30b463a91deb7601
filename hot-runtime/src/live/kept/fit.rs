//! What becomes of a value that serde wrote in one program, in another: by the rules of a migration.
//!
//! Names of fields and variants, and the types that they had, decide as they do between generations ([`super::super::plan`]). Where
//! `#[serde(..)]` says something of a type or a field, and where a type writes itself in a way of its own, serde decides.

use super::super::build::{Problem, Room, guarded};
use super::super::changed::base;
use super::super::number::{Number, Value};
use super::super::old::Old;
use super::super::plan::{gone, name_is, new_field, no_successor, short};
use super::super::shape::{Enum, Field, Kind, Maker, Shape, Shapes, Struct};
use super::bytes::encoded;
use super::sketch::{Part, Sketch, Sketches, same, sketches};
use super::{Code, Tree};
use serde_content::{Data, Enum as EnumTree, Number as NumberTree};
use std::any::{Any, TypeId, type_name};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

/// Between the types of two programs.
pub(crate) struct Fitter<'a> {
    old: &'a Sketches,
    new: &'a Shapes,
    /// The names of the types that are the same in both.
    same: HashSet<String>,
    /// What functions of the program were shown.
    shown: RefCell<Vec<Box<dyn Any>>>,
}

impl fmt::Debug for Fitter<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Fitter").field("same", &self.same).finish_non_exhaustive()
    }
}

type Parts = Vec<(Cow<'static, str>, Tree)>;

impl<'a> Fitter<'a> {
    pub(crate) fn new(old: &'a Sketches, new: &'a Shapes) -> Self {
        Self { old, new, same: same(old, &sketches(new)), shown: RefCell::default() }
    }

    /// Makes a value of the type that had this name one of a type of now.
    pub(crate) fn fit(&self, was: &str, tree: Tree, id: TypeId) -> Result<Tree, Problem> {
        let Some(new) = self.new.get(id) else { return Ok(tree) };
        if was == new.name && self.same.contains(was) {
            return Ok(tree);
        }
        let had_name = |name: Option<&str>| name_is(was, new.name) || name.is_some_and(|name| last(was) == name);
        match (self.old.get(was), &new.kind) {
            (Some(Sketch::Number), Kind::Number(number)) => fit_number(tree, *number),
            (Some(Sketch::Struct(from)), Kind::Struct(to)) if had_name(to.was) => {
                self.structure((was, from), tree, (new, to))
            }
            (Some(Sketch::Enum(from)), Kind::Enum(to)) if had_name(to.was) => {
                self.enumeration((was, from), tree, (new, to))
            }
            (Some(Sketch::Holder(from)), _) if name_is(was, new.name) => self.holder(from, tree, new),
            _ if was == new.name => Ok(tree),
            _ => Err(Problem::new(no_successor(was, new.name))),
        }
    }

    fn structure(
        &self,
        (was, from): (&str, &[Part]),
        tree: Tree,
        (new, to): (&Shape, &Struct),
    ) -> Result<Tree, Problem> {
        if to.is_serdes {
            return Ok(tree);
        }
        if let Some(maker) = &to.migrate
            && self.differ(from, &to.fields)
        {
            return self.make(maker, was, &tree, new.id);
        }
        match tree {
            Tree::Tuple(values) => {
                let parts = self.parts(was, &Tree::Tuple(values.clone()), numbered(values), from, &to.fields)?;
                Ok(Tree::Tuple(parts.into_iter().map(|(_, value)| value).collect()))
            }
            Tree::Struct(mut found) => {
                let whole = Tree::Struct(found.clone());
                let is_empty = matches!(found.data, Data::Unit);
                let parts = self.parts(was, &whole, taken_apart(found.data), from, &to.fields)?;
                found.data = put_together(parts, &to.fields, is_empty);
                Ok(Tree::Struct(found))
            }
            other => Ok(other),
        }
    }

    fn enumeration(
        &self,
        (was, from): (&str, &[(String, Vec<Part>)]),
        tree: Tree,
        (new, to): (&Shape, &Enum),
    ) -> Result<Tree, Problem> {
        if to.is_serdes {
            return Ok(tree);
        }
        let differs = || {
            from.len() != to.variants.len()
                || from.iter().zip(&to.variants).any(|(from, to)| from.0 != to.name || self.differ(&from.1, &to.fields))
        };
        if let Some(maker) = &to.migrate
            && differs()
        {
            return self.make(maker, was, &tree, new.id);
        }
        match tree {
            Tree::Option(Some(inner)) => {
                let (from, to) =
                    (from.iter().find(|it| it.0 == "Some"), to.variants.iter().find(|it| it.name == "Some"));
                let part = from.and_then(|(_, parts)| parts.first()).zip(to.and_then(|variant| variant.fields.first()));
                let Some((part, field)) = part else { return Ok(Tree::Option(Some(inner))) };
                let inner = self.fit(&part.of, *inner, field.id).map_err(|problem| problem.at("(Some)"))?;
                Ok(Tree::Option(Some(Box::new(inner))))
            }
            Tree::Enum(found) => self.variant(was, from, *found, to),
            other => Ok(other),
        }
    }

    fn variant(
        &self,
        was: &str,
        from: &[(String, Vec<Part>)],
        mut tree: EnumTree<'static>,
        to: &Enum,
    ) -> Result<Tree, Problem> {
        let whole = Tree::Enum(Box::new(tree.clone()));
        let find = |name: &str| {
            let by_name = to.variants.iter().position(|it| it.name == name);
            by_name.or_else(|| to.variants.iter().position(|it| it.was == Some(name)))
        };
        let (index, is_kept) = match find(&tree.variant) {
            Some(index) => (index, true),
            None => {
                let other = to.variants.iter().position(|it| it.is_other);
                (other.ok_or_else(|| Problem::new(gone(&tree.variant)))?, false)
            }
        };
        let target = &to.variants[index];
        let old = from.iter().find(|it| it.0 == tree.variant).map_or(&[][..], |it| &it.1);
        let (parts, old) = if is_kept { (taken_apart(tree.data), old) } else { (Vec::new(), &[][..]) };
        let parts = self.parts(was, &whole, parts, old, &target.fields);
        let parts = parts.map_err(|problem| problem.at(format!("({})", tree.variant)))?;
        tree.data = put_together(parts, &target.fields, true);
        tree.variant = Cow::Borrowed(target.name);
        tree.variant_index = u32::try_from(index).unwrap_or(u32::MAX);
        Ok(Tree::Enum(Box::new(tree)))
    }

    fn holder(&self, from: &[String], tree: Tree, new: &Shape) -> Result<Tree, Problem> {
        let to = if let Kind::Live { inner } = new.kind { vec![inner] } else { new.parts() };
        let part = |tree, index: usize| match from.get(index).zip(to.get(index)) {
            Some((was, id)) => self.fit(was, tree, *id),
            None => Ok(tree),
        };
        let is_map = matches!(&new.kind, Kind::Bag { parts, .. } if parts.len() == 2);
        let is_one = match &new.kind {
            Kind::Cover { .. } | Kind::Shared { .. } | Kind::Live { .. } => true,
            // What it holds may be a sequence, too.
            Kind::Buffer { .. } => new.name.starts_with("alloc::boxed::Box<") && !new.name.contains("Box<["),
            _ => false,
        };
        match tree {
            // Of a pointer that may lead nowhere.
            Tree::Option(Some(inner)) if new.name.contains("::Weak<") => {
                Ok(Tree::Option(Some(Box::new(part(*inner, 0)?))))
            }
            tree if is_one => part(tree, 0),
            Tree::Map(entries) if is_map => {
                let fit = |(index, (key, value))| {
                    let at = |problem: Problem| problem.at(format!("[{index}]"));
                    Ok((part(key, 0).map_err(at)?, part(value, 1).map_err(at)?))
                };
                let entries = entries.into_iter().enumerate().map(fit).collect::<Result<Vec<_>, _>>()?;
                all_differ(entries.iter().map(|(key, _)| key))?;
                Ok(Tree::Map(entries))
            }
            Tree::Seq(values) => {
                let values = each(values, |value| part(value, 0))?;
                if is_set(new.name) {
                    all_differ(values.iter())?;
                }
                Ok(Tree::Seq(values))
            }
            Tree::Tuple(values) => {
                if matches!(new.kind, Kind::Array { length, .. } if length != values.len()) {
                    return Err(Problem::new(format!("there are {} values for a `{}`", values.len(), short(new.name))));
                }
                each(values, |value| part(value, 0)).map(Tree::Tuple)
            }
            other => Ok(other),
        }
    }

    /// The fields of a new value, in their order, and what serde is left to decide on.
    fn parts(&self, was: &str, whole: &Tree, mut parts: Parts, from: &[Part], to: &[Field]) -> Result<Parts, Problem> {
        let is_tuple = to.iter().all(|field| is_number(field.name));
        if to.iter().any(|field| field.is_serdes) && is_tuple {
            return Ok(parts);
        }
        let mut fitted = Parts::new();
        for field in to {
            let mut take = |name: &str| {
                let index = parts.iter().position(|part| part.0 == name)?;
                let of = from.iter().find(|part| part.name == name).map_or("", |part| &part.of);
                Some((of, parts.remove(index).1))
            };
            let found = take(field.name).or_else(|| take(field.was.filter(|_| !field.is_serdes)?));
            let at = |problem: Problem| problem.at(format!(".{}", field.name));
            let value = match (found, &field.migrate, &field.default) {
                (None, _, _) if field.is_serdes => continue,
                (Some((_, value)), _, _) if field.is_serdes => value,
                (Some((of, value)), None, _) => self.fit(of, value, field.id).map_err(at)?,
                (Some((of, value)), Some(_), _) if self.is_same(of, field.id) => value,
                (_, Some(maker), _) | (None, None, Some(maker)) => {
                    self.make(maker, was, whole, field.id).map_err(at)?
                }
                (None, None, None) => return Err(at(Problem::new(new_field(field)))),
            };
            fitted.push((Cow::Borrowed(field.name), value));
        }
        if to.iter().any(|field| field.is_serdes) {
            fitted.append(&mut parts);
        }
        Ok(fitted)
    }

    fn is_same(&self, was: &str, id: TypeId) -> bool {
        self.same.contains(was) && self.new.get(id).is_some_and(|shape| shape.name == was)
    }

    /// Whether a definition is another one, whatever becomes of what it is made of.
    fn differ(&self, old: &[Part], new: &[Field]) -> bool {
        let is_other = |(old, new): (&Part, &Field)| {
            old.name != new.name || self.new.get(new.id).is_none_or(|shape| shape.name != old.of)
        };
        old.len() != new.len() || old.iter().zip(new).any(is_other)
    }

    /// Has a function of the program make a value, and serde write it.
    fn make(&self, maker: &Maker, was: &str, tree: &Tree, id: TypeId) -> Result<Tree, Problem> {
        let unknown = || Problem::new("serde does not know its type");
        let (shape, code) = self.new.get(id).zip(self.new.code(id)).ok_or_else(unknown)?;
        let old = Old::of_tree(was, tree, self);
        let room = Room::new(shape.layout());
        // SAFETY: there is room for a value of the field's type, which is the maker's.
        guarded(|| unsafe { maker.make(Some(&old), room.start) }).and_then(|made| made).map_err(Problem::new)?;
        // SAFETY: it was made.
        let written = guarded(|| unsafe { code.write(room.start) }).and_then(|written| written);
        if let Some(drop_in_place) = shape.drop {
            // SAFETY: it was made, and is not used any more.
            let _ = guarded(|| unsafe { drop_in_place(room.start) });
        }
        written.map_err(Problem::new)
    }

    /// A value as the program knows it, if its type is the one that it was.
    pub(crate) fn show<T: 'static>(&self, was: &str, tree: &Tree) -> Option<&T> {
        let is_it = was == type_name::<T>() && self.same.contains(was);
        let code: Code = self.new.code(TypeId::of::<T>()).filter(|_| is_it)?;
        let mut value = Box::<T>::new_uninit();
        // SAFETY: there is room for a `T`.
        guarded(|| unsafe { code.read(tree.clone(), value.as_mut_ptr().cast()) }).ok()?.ok()?;
        // SAFETY: it was read.
        let value: Box<dyn Any> = unsafe { value.assume_init() };
        let shown = value.downcast_ref::<T>().map(std::ptr::from_ref)?;
        self.shown.borrow_mut().push(value);
        // SAFETY: the value is in a box of its own, which stays until the fitter is dropped.
        Some(unsafe { &*shown })
    }

    /// The name of the type that a field had.
    pub(crate) fn type_of(&self, of: &str, variant: Option<&str>, field: &str) -> Option<&'a str> {
        let parts = match self.old.get(of)? {
            Sketch::Struct(parts) => parts,
            Sketch::Enum(variants) => {
                variants.iter().find(|(name, _)| Some(name.as_str()) == variant).map(|it| &it.1)?
            }
            _ => return None,
        };
        parts.iter().find(|part| part.name == field).map(|part| part.of.as_str())
    }
}

fn each(values: Vec<Tree>, fit: impl Fn(Tree) -> Result<Tree, Problem>) -> Result<Vec<Tree>, Problem> {
    let fit = |(index, value)| fit(value).map_err(|problem| problem.at(format!("[{index}]")));
    values.into_iter().enumerate().map(fit).collect()
}

/// Whether it holds nothing twice; of the standard library's, as for all others nobody takes apart what is in them.
fn is_set(name: &str) -> bool {
    ["HashSet", "BTreeSet"].iter().any(|set| last(name) == *set)
}

/// As serde would put one in the place of the other.
fn all_differ<'a>(mut keys: impl Iterator<Item = &'a Tree>) -> Result<(), Problem> {
    let mut seen = HashSet::new();
    let is_new = keys.all(|key| seen.insert(encoded(key)));
    if is_new { Ok(()) } else { Err(Problem::new("two of its keys are equal now")) }
}

fn last(name: &str) -> &str {
    base(name).rsplit("::").next().unwrap_or_default()
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|letter| letter.is_ascii_digit())
}

fn numbered(values: Vec<Tree>) -> Parts {
    values.into_iter().enumerate().map(|(index, value)| (Cow::Owned(index.to_string()), value)).collect()
}

fn taken_apart(data: Data<'static>) -> Parts {
    match data {
        Data::Unit => Vec::new(),
        Data::NewType { value } => numbered(vec![value]),
        Data::Tuple { values } => numbered(values),
        Data::Struct { fields } => fields,
    }
}

/// As a struct or a variant with these fields is written.
fn put_together(mut parts: Parts, fields: &[Field], is_empty: bool) -> Data<'static> {
    if fields.is_empty() && is_empty {
        return Data::Unit;
    }
    if fields.is_empty() || !fields.iter().all(|field| is_number(field.name)) {
        return Data::Struct { fields: parts };
    }
    match parts.len() {
        1 => Data::NewType { value: parts.remove(0).1 },
        _ => Data::Tuple { values: parts.into_iter().map(|(_, value)| value).collect() },
    }
}

/// The parts of a value, by their names.
pub(crate) fn parts_of(tree: &Tree) -> Vec<(Cow<'_, str>, &Tree)> {
    let data = match tree {
        Tree::Struct(found) => &found.data,
        Tree::Enum(found) => &found.data,
        Tree::Option(Some(value)) => return vec![(Cow::Borrowed("0"), value)],
        Tree::Tuple(values) => return by_number(values),
        _ => return Vec::new(),
    };
    match data {
        Data::Unit => Vec::new(),
        Data::NewType { value } => vec![(Cow::Borrowed("0"), value)],
        Data::Tuple { values } => by_number(values),
        Data::Struct { fields } => fields.iter().map(|(name, value)| (Cow::Borrowed(&**name), value)).collect(),
    }
}

fn by_number(values: &[Tree]) -> Vec<(Cow<'_, str>, &Tree)> {
    values.iter().enumerate().map(|(index, value)| (Cow::Owned(index.to_string()), value)).collect()
}

fn fit_number(tree: Tree, number: Number) -> Result<Tree, Problem> {
    let Some(value) = value_of(&tree) else { return Ok(tree) };
    write_number(value, number).ok_or_else(|| Problem::new(format!("{value} has no place in a `{}`", number.name())))
}

/// Of a number.
pub(crate) fn value_of(tree: &Tree) -> Option<Value> {
    Some(match tree {
        Tree::Bool(value) => Value::Unsigned((*value).into()),
        Tree::Char(value) => Value::Char(*value),
        Tree::Number(number) => match *number {
            NumberTree::I8(value) => Value::Signed(value.into()),
            NumberTree::I16(value) => Value::Signed(value.into()),
            NumberTree::I32(value) => Value::Signed(value.into()),
            NumberTree::I64(value) => Value::Signed(value.into()),
            NumberTree::I128(value) => Value::Signed(value),
            NumberTree::U8(value) => Value::Unsigned(value.into()),
            NumberTree::U16(value) => Value::Unsigned(value.into()),
            NumberTree::U32(value) => Value::Unsigned(value.into()),
            NumberTree::U64(value) => Value::Unsigned(value.into()),
            NumberTree::U128(value) => Value::Unsigned(value),
            NumberTree::F32(value) => Value::Float(value.into()),
            NumberTree::F64(value) => Value::Float(value),
            _ => return None,
        },
        _ => return None,
    })
}

fn write_number(value: Value, number: Number) -> Option<Tree> {
    let number = match number {
        Number::I8 => NumberTree::I8(value.integer()?),
        Number::I16 => NumberTree::I16(value.integer()?),
        Number::I32 => NumberTree::I32(value.integer()?),
        // As serde writes it.
        Number::I64 | Number::Isize => NumberTree::I64(value.integer()?),
        Number::I128 => NumberTree::I128(value.integer()?),
        Number::U8 => NumberTree::U8(value.integer()?),
        Number::U16 => NumberTree::U16(value.integer()?),
        Number::U32 => NumberTree::U32(value.integer()?),
        Number::U64 | Number::Usize => NumberTree::U64(value.integer()?),
        Number::U128 => NumberTree::U128(value.integer()?),
        Number::F32 => NumberTree::F32(value.single()?),
        Number::F64 => NumberTree::F64(value.double()?),
        Number::Bool => return value.integer::<u8>().filter(|value| *value < 2).map(|value| Tree::Bool(value == 1)),
        Number::Char => return value.character().map(Tree::Char),
    };
    Some(Tree::Number(number))
}
