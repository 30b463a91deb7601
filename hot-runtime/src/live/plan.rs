//! What becomes of the values of one type in another, as far as their types tell: the same for all of them.
//!
//! What cannot become anything is refused only where there is such a value.

use super::changed::{base, mentioned};
use super::containers::{Bag, Buffer, Cover, Shared};
use super::number::Number;
use super::old::Known;
use super::shape::{DropInPlace, Enum, EnumCode, Field, Kind, Maker, Shape, Shapes, Struct, Variant};
use std::alloc::Layout;
use std::any::TypeId;
use std::collections::HashMap;

/// The plans of a migration; those of types that are made of themselves lead back to themselves.
#[derive(Debug)]
pub(crate) struct Plans<'a> {
    known: &'a Known<'a>,
    new: &'a Shapes,
    /// As [`super::changed::changed`] is told them.
    told: &'a [String],
    all: Vec<Plan<'a>>,
    made: HashMap<(TypeId, TypeId), Index>,
}

/// Of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Index(usize);

/// From a value of one type to one of another.
#[derive(Debug)]
pub(crate) enum Plan<'a> {
    /// As many bytes are moved as they are.
    Bytes(usize),
    Number(Number, Number),
    Struct(Steps<'a>),
    Enum(EnumPlan<'a>),
    Array {
        part: Index,
        length: usize,
        old_size: usize,
        new_size: usize,
    },
    Buffer {
        part: Index,
        old: Elements<'a>,
        new: Elements<'a>,
    },
    Bag {
        parts: Vec<(Index, Layout)>,
        old: &'a dyn Bag,
        new: &'a dyn Bag,
    },
    Cover {
        part: Index,
        room: Layout,
        old: &'a dyn Cover,
        new: &'a dyn Cover,
    },
    Shared {
        part: Index,
        name: &'static str,
        old: &'a dyn Shared,
        new: &'a dyn Shared,
    },
    /// A function of the program makes the new value; the old one is dropped.
    Make {
        maker: &'a Maker,
        old: &'a Shape,
        drop_new: Option<DropInPlace>,
    },
    Refused(String),
}

#[derive(Debug)]
pub(crate) struct Elements<'a> {
    pub(crate) buffer: &'a dyn Buffer,
    pub(crate) element: Layout,
}

#[derive(Debug, Default)]
pub(crate) struct Steps<'a> {
    pub(crate) steps: Vec<Step<'a>>,
    /// What nothing becomes of is dropped.
    pub(crate) lost: Vec<(Source, DropInPlace)>,
}

/// Where a field of the old value is: its offset in a struct, its number in a variant.
pub(crate) type Source = usize;

/// What becomes a field of the new value, which has a place at `to`.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    pub(crate) name: &'static str,
    pub(crate) to: usize,
    pub(crate) from: From<'a>,
}

#[derive(Debug)]
pub(crate) enum From<'a> {
    Bytes(Source, usize),
    Part(Source, Index),
    /// A function of the program makes it, of the whole old value if it takes one.
    Made {
        maker: &'a Maker,
        old: &'a Shape,
        drop_new: Option<DropInPlace>,
    },
    Refused(String),
}

#[derive(Debug)]
pub(crate) struct EnumPlan<'a> {
    pub(crate) old: &'a dyn EnumCode,
    pub(crate) new: &'a dyn EnumCode,
    /// For each variant of the old type.
    pub(crate) arms: Vec<Result<Arm<'a>, String>>,
}

/// From a variant to another one.
#[derive(Debug)]
pub(crate) struct Arm<'a> {
    pub(crate) name: &'static str,
    pub(crate) to: usize,
    pub(crate) steps: Steps<'a>,
    /// For the fields of the new one, before they are put together.
    pub(crate) room: Layout,
}

impl<'a> Plans<'a> {
    pub(crate) fn new(known: &'a Known<'a>, new: &'a Shapes, told: &'a [String]) -> Self {
        Self { known, new, told, all: Vec::new(), made: HashMap::new() }
    }

    pub(crate) fn get(&self, index: Index) -> &Plan<'a> {
        &self.all[index.0]
    }

    pub(crate) fn known(&self) -> &'a Known<'a> {
        self.known
    }

    /// Whether there is anything to release of old values, as far as it is not plain that there is nothing.
    pub(crate) fn releases(&self, index: Index) -> bool {
        match self.get(index) {
            Plan::Bytes(_) | Plan::Number(..) | Plan::Refused(_) => false,
            Plan::Struct(Steps { steps, lost }) => {
                let releases = |step: &Step<'_>| match step.from {
                    // One that leads back here is behind a pointer, of which there is something to release.
                    From::Part(_, part) => self.releases(part),
                    _ => false,
                };
                !lost.is_empty() || steps.iter().any(releases)
            }
            Plan::Array { part, .. } => self.releases(*part),
            _ => true,
        }
    }

    /// From a type of before to one of now.
    pub(crate) fn plan(&mut self, old: TypeId, new: TypeId) -> Index {
        if let Some(made) = self.made.get(&(old, new)) {
            return *made;
        }
        let index = Index(self.all.len());
        self.made.insert((old, new), index);
        self.all.push(Plan::Refused(String::new()));
        let plan = match (self.known.shapes.get(old), self.new.get(new)) {
            (Some(old), Some(new)) => self.between(old, new),
            (Some(old), None) => Plan::Refused(format!("nothing is known of `{}` any more", short(old.name))),
            (None, _) => Plan::Refused("it is not `#[hot]`, and is made of what changed".to_owned()),
        };
        self.all[index.0] = plan;
        index
    }

    fn is_same(&self, old: TypeId, new: TypeId) -> bool {
        self.known.successors.get(&old) == Some(&new) && !self.known.changed.contains(&old)
    }

    fn between(&mut self, old: &'a Shape, new: &'a Shape) -> Plan<'a> {
        if self.is_same(old.id, new.id) {
            return Plan::Bytes(old.size);
        }
        let is_of_name = name_is(old.name, new.name);
        let had_name = |was: Option<&str>| was.is_some_and(|was| base(old.name).rsplit("::").next() == Some(was));
        match (&old.kind, &new.kind) {
            (Kind::Number(old), Kind::Number(new)) => Plan::Number(*old, *new),
            (Kind::Struct(from), Kind::Struct(to)) if is_of_name || had_name(to.was) => {
                self.structs(old, from, new, to)
            }
            (Kind::Enum(from), Kind::Enum(to)) if is_of_name || had_name(to.was) => self.enums(old, from, new, to),
            (Kind::Array { element: from, length }, Kind::Array { element: to, length: other }) if length == other => {
                let (old_size, new_size) = (self.layout_of_old(*from).size(), self.layout(*to).size());
                Plan::Array { part: self.plan(*from, *to), length: *length, old_size, new_size }
            }
            (Kind::Buffer { element: from, buffer: old }, Kind::Buffer { element: to, buffer: new }) if is_of_name => {
                let old = Elements { buffer: &**old, element: self.layout_of_old(*from) };
                let new = Elements { buffer: &**new, element: self.layout(*to) };
                Plan::Buffer { part: self.plan(*from, *to), old, new }
            }
            (Kind::Bag { parts: from, bag: old }, Kind::Bag { parts: to, bag: new })
                if is_of_name && self.is_same(old.arranger_type(), new.arranger_type()) =>
            {
                let parts = from.iter().zip(to).map(|(from, to)| (self.plan(*from, *to), self.layout(*to))).collect();
                Plan::Bag { parts, old: &**old, new: &**new }
            }
            (Kind::Cover { inner: from, cover: old }, Kind::Cover { inner: to, cover: new }) if is_of_name => {
                Plan::Cover { part: self.plan(*from, *to), room: self.layout(*to), old: &**old, new: &**new }
            }
            (Kind::Shared { inner: from, shared: a }, Kind::Shared { inner: to, shared: b }) if is_of_name => {
                Plan::Shared { part: self.plan(*from, *to), name: old.name, old: &**a, new: &**b }
            }
            _ => Plan::Refused(self.why_not(old, new)),
        }
    }

    /// Whether a definition is another one, whatever becomes of what it is made of.
    fn differ(&self, old: &[Field], new: &[Field]) -> bool {
        let is_other =
            |(old, new): (&Field, &Field)| old.name != new.name || self.known.successors.get(&old.id) != Some(&new.id);
        old.len() != new.len() || old.iter().zip(new).any(is_other)
    }

    fn why_not(&self, old: &Shape, new: &Shape) -> String {
        if self.known.successors.get(&old.id) != Some(&new.id) {
            return no_successor(old.name, new.name);
        }
        match mentioned(base(old.name), self.told).is_none().then(|| mentioned(old.name, self.told)).flatten() {
            Some(path) => {
                format!("a `{}` is nothing that could be taken apart, and `{}` changed", short(old.name), short(path))
            }
            None => format!("the type `{}` changed, and is not `#[hot]`", short(old.name)),
        }
    }

    fn layout(&self, new: TypeId) -> Layout {
        layout(self.new.get(new))
    }

    fn layout_of_old(&self, old: TypeId) -> Layout {
        layout(self.known.shapes.get(old))
    }

    fn structs(&mut self, old: &'a Shape, from: &'a Struct, new: &'a Shape, to: &'a Struct) -> Plan<'a> {
        if let Some(maker) = &to.migrate
            && self.differ(&from.fields, &to.fields)
        {
            return Plan::Make { maker, old, drop_new: new.drop };
        }
        let places = to.fields.iter().map(|field| field.offset).collect::<Vec<_>>();
        let mut steps = self.steps(old, &from.fields, &to.fields, &places, |index| from.fields[index].offset);
        steps.join();
        Plan::Struct(steps)
    }

    fn enums(&mut self, old: &'a Shape, from: &'a Enum, new: &'a Shape, to: &'a Enum) -> Plan<'a> {
        let differs = |(from, to): (&Variant, &Variant)| from.name != to.name || self.differ(&from.fields, &to.fields);
        if let Some(maker) = &to.migrate
            && (from.variants.len() != to.variants.len() || from.variants.iter().zip(&to.variants).any(differs))
        {
            return Plan::Make { maker, old, drop_new: new.drop };
        }
        let arms = from.variants.iter().map(|variant| self.arm(old, variant, to)).collect();
        Plan::Enum(EnumPlan { old: &*from.code, new: &*to.code, arms })
    }

    fn arm(&mut self, old: &'a Shape, variant: &'a Variant, to: &'a Enum) -> Result<Arm<'a>, String> {
        let find = |is_it: &dyn Fn(&Variant) -> bool| to.variants.iter().position(is_it);
        let by_name = find(&|it| it.name == variant.name).or_else(|| find(&|it| it.was == Some(variant.name)));
        let (index, is_kept) = match by_name {
            Some(index) => (index, true),
            None => (find(&|it| it.is_other).ok_or_else(|| gone(variant.name))?, false),
        };
        let target = &to.variants[index];
        let mut room = Layout::new::<()>();
        let mut places = Vec::new();
        for field in &target.fields {
            let (longer, place) = room.extend(self.layout(field.id)).unwrap_or((room, 0));
            room = longer;
            places.push(place);
        }
        let fields: &[Field] = if is_kept { &variant.fields } else { &[] };
        let mut steps = self.steps(old, fields, &target.fields, &places, |index| index);
        if !is_kept {
            let lost = variant.fields.iter().enumerate();
            steps.lost =
                lost.filter_map(|(index, field)| Some((index, self.known.shapes.get(field.id)?.drop?))).collect();
        }
        Ok(Arm { name: variant.name, to: index, steps, room })
    }

    /// Field by field; `source` tells where one is.
    fn steps(
        &mut self,
        old: &'a Shape,
        from: &'a [Field],
        to: &'a [Field],
        places: &[usize],
        source: impl Fn(usize) -> Source,
    ) -> Steps<'a> {
        let mut is_used = vec![false; from.len()];
        let mut steps = Steps::default();
        for (field, place) in to.iter().zip(places) {
            let named = |name: &str| from.iter().position(|field| field.name == name);
            let found = named(field.name).or_else(|| named(field.was?));
            let drop_new = self.new.get(field.id).and_then(|shape| shape.drop);
            let from = match (found, &field.migrate, &field.default) {
                (Some(index), _, _) if self.is_same(from[index].id, field.id) => {
                    is_used[index] = true;
                    From::Bytes(source(index), self.layout(field.id).size())
                }
                (_, Some(maker), _) => From::Made { maker, old, drop_new },
                (Some(index), None, _) => {
                    is_used[index] = true;
                    From::Part(source(index), self.plan(from[index].id, field.id))
                }
                (None, None, Some(maker)) => From::Made { maker, old, drop_new },
                (None, None, None) => From::Refused(new_field(field)),
            };
            steps.steps.push(Step { name: field.name, to: *place, from });
        }
        let lost = from.iter().enumerate().filter(|(index, _)| !is_used[*index]);
        let drop_old = |id| self.known.shapes.get(id).and_then(|shape| shape.drop);
        steps.lost = lost.filter_map(|(index, field)| Some((source(index), drop_old(field.id)?))).collect();
        steps
    }
}

impl Steps<'_> {
    /// Makes one step of what is moved side by side.
    fn join(&mut self) {
        self.steps.sort_by_key(|step| step.to);
        self.steps.dedup_by(|next, step| match (&next.from, &mut step.from) {
            (From::Bytes(next_from, next_size), From::Bytes(from, size))
                if *from + *size == *next_from && step.to + *size == next.to =>
            {
                *size += next_size;
                true
            }
            _ => false,
        });
    }
}

fn layout(shape: Option<&Shape>) -> Layout {
    let found = shape.and_then(|shape| Layout::from_size_align(shape.size, shape.align).ok());
    found.unwrap_or(Layout::new::<()>())
}

/// Whether two types have one name, whatever they are generic over; all tuples and arrays do.
pub(crate) fn name_is(old: &str, new: &str) -> bool {
    let both = |start| old.starts_with(start) && new.starts_with(start);
    base(old) == base(new) || both('(') || both('[')
}

pub(crate) fn no_successor(old: &str, new: &str) -> String {
    let (old, new) = (short(old), short(new));
    format!("a `{old}` does not become a `{new}` by itself: say how, with `#[hot(migrate = ..)]`")
}

pub(crate) fn gone(variant: &str) -> String {
    format!(
        "the variant `{variant}` is gone: say which one it is now, with `#[hot(was = \"{variant}\")]`, or which one all that are \
         gone become, with `#[hot(other)]`"
    )
}

pub(crate) fn new_field(field: &Field) -> String {
    format!("`{}` is new, and its type has no `Default`: give it a value, with `#[hot(default = ..)]`", field.name)
}

/// A type's name without the paths: `Vec<Enemy>`.
pub(crate) fn short(name: &str) -> String {
    let mut short = String::new();
    let mut word = String::new();
    for letter in name.chars() {
        if letter.is_alphanumeric() || letter == '_' {
            word.push(letter);
        } else if letter == ':' {
            word.clear();
        } else {
            short.push_str(&word);
            word.clear();
            short.push(letter);
        }
    }
    short + &word
}
