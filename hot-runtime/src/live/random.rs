//! Types and values by chance: what a migration makes of a value is what a model in plain data makes of it, or nothing where that
//! makes nothing; and whatever was made or lost on the way is dropped once.
//!
//! The types are laid out here and not by the compiler, which knows none at run time.

use super::build::{Builder, Room};
use super::changed::{changed, successors};
use super::containers::{Buffer, Storage};
use super::number::Number;
use super::old::Known;
use super::plan::Plans;
use super::shape::{DropInPlace, Enum, EnumCode, Field, Kind, Parts, Shape, Shapes, Struct, Variant, View};
use std::alloc::Layout;
use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;
use std::ptr;
use std::sync::{Mutex, PoisonError};

/// The names of fields and variants.
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

#[derive(Debug, Clone, PartialEq)]
enum Type {
    Number(Number),
    /// A pointer to memory of its own.
    Counted,
    /// Fields by name, with a seed of the order in which they lie.
    Struct(Vec<(usize, Type)>, usize),
    /// Variants by name, each with fields.
    Enum(Vec<(usize, Vec<(usize, Type)>)>),
    List(Box<Type>),
    Boxed(Box<Type>),
    Array(Box<Type>, usize),
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(i64),
    Counted(u32),
    Fields(Vec<Value>),
    Variant(usize, Vec<Value>),
    List(Vec<Value>),
}

/// Numbers that all fit into each other's ranges, or do not: from a byte to eight.
const NUMBERS: [Number; 4] = [Number::U8, Number::I16, Number::I32, Number::I64];

thread_local! {
    static ALIVE: Cell<i64> = const { Cell::new(0) };
    /// The types whose values are dropped by a function of their number.
    static TYPES: RefCell<Vec<Type>> = const { RefCell::new(Vec::new()) };
}

struct Marker<const N: usize>;

unsafe fn drop_numbered<const N: usize>(value: *mut ()) {
    let found = TYPES.with(|types| types.borrow()[N].clone());
    // SAFETY: the caller says that it is a value of this type.
    unsafe { found.drop_at(value) };
}

macro_rules! markers {
    ($($number:literal)*) => {
        [$((TypeId::of::<Marker<$number>>(), drop_numbered::<$number> as DropInPlace)),*]
    };
}

/// As many types as two values may be made of.
fn markers() -> [(TypeId, DropInPlace); 96] {
    markers!(
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
        32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
        64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95
    )
}

impl Type {
    fn layout(&self) -> Layout {
        match self {
            Self::Number(Number::U8) => Layout::new::<u8>(),
            Self::Number(Number::I16) => Layout::new::<i16>(),
            Self::Number(Number::I32) => Layout::new::<i32>(),
            Self::Number(_) => Layout::new::<i64>(),
            Self::Counted | Self::Boxed(_) => Layout::new::<*mut ()>(),
            Self::List(_) => Layout::new::<Storage>(),
            Self::Struct(..) | Self::Enum(_) => self.places().1,
            Self::Array(element, length) => {
                let element = element.layout();
                Layout::from_size_align(element.size() * length, element.align()).expect("a small array")
            }
        }
    }

    /// Where fields lie, of each variant; a struct has one, and an enum's lie behind its number.
    fn places(&self) -> (Vec<Vec<usize>>, Layout) {
        let (variants, head): (Vec<&[(usize, Type)]>, Layout) = match self {
            Self::Struct(fields, _) => (vec![fields], Layout::new::<()>()),
            Self::Enum(variants) => (variants.iter().map(|(_, fields)| &fields[..]).collect(), Layout::new::<u64>()),
            _ => return (Vec::new(), Layout::new::<()>()),
        };
        let mut whole = head;
        let places = variants.iter().map(|fields| {
            let mut order: Vec<usize> = (0..fields.len()).collect();
            if let Self::Struct(_, seed) = self {
                order.rotate_left(seed % fields.len().max(1));
            }
            let (mut places, mut layout) = (vec![0; fields.len()], head);
            for index in order {
                (layout, places[index]) = layout.extend(fields[index].1.layout()).expect("a small type");
            }
            let (size, align) = (whole.size().max(layout.size()), whole.align().max(layout.align()));
            whole = Layout::from_size_align(size, align).expect("a small type");
            places
        });
        (places.collect(), whole.pad_to_align())
    }

    fn fields(&self, variant: usize) -> &[(usize, Type)] {
        match self {
            Self::Struct(fields, _) => fields,
            Self::Enum(variants) => &variants[variant].1,
            _ => &[],
        }
    }

    /// # Safety
    /// There is room for the value, which is of this type.
    unsafe fn write(&self, value: &Value, to: *mut ()) {
        match (self, value) {
            (Self::Number(number), Value::Number(value)) => {
                let value = super::number::Value::Signed((*value).into());
                // SAFETY: the caller's word.
                let fits = unsafe { number.write(value, to) };
                assert!(fits, "it is of the type");
            }
            (Self::Counted, Value::Counted(number)) => {
                ALIVE.set(ALIVE.get() + 1);
                // SAFETY: the caller's word.
                unsafe { to.cast::<Box<u32>>().write(Box::new(*number)) };
            }
            (Self::Struct(..) | Self::Enum(_), Value::Fields(values) | Value::Variant(_, values)) => {
                let variant = if let Value::Variant(variant, _) = value { *variant } else { 0 };
                if let Self::Enum(_) = self {
                    // SAFETY: the number lies before the fields.
                    unsafe { to.cast::<u64>().write(variant as u64) };
                }
                let (places, _) = self.places();
                for (((_, field), value), place) in self.fields(variant).iter().zip(values).zip(&places[variant]) {
                    // SAFETY: the field lies there.
                    unsafe { field.write(value, to.wrapping_byte_add(*place)) };
                }
            }
            (Self::Array(element, _), Value::List(values)) => {
                for (index, value) in values.iter().enumerate() {
                    // SAFETY: the elements lie one after the other.
                    unsafe { element.write(value, to.wrapping_byte_add(index * element.layout().size())) };
                }
            }
            (Self::List(element) | Self::Boxed(element), Value::List(values)) => {
                let size = element.layout().size();
                let layout =
                    Layout::from_size_align(size * values.len(), element.layout().align()).expect("a small list");
                let first = Room::new(layout).keep();
                for (index, value) in values.iter().enumerate() {
                    // SAFETY: there is room for as many.
                    unsafe { element.write(value, first.wrapping_byte_add(index * size)) };
                }
                let storage = Storage { first, length: values.len(), capacity: values.len() };
                // SAFETY: the caller says that there is room.
                unsafe { self.buffer().make(storage, to) };
            }
            (found, value) => panic!("{value:?} is no {found:?}"),
        }
    }

    fn buffer(&self) -> Listed {
        Listed { is_one: matches!(self, Self::Boxed(_)) }
    }

    /// # Safety
    /// A value of this type lies there.
    unsafe fn read(&self, from: *const ()) -> Value {
        match self {
            // SAFETY: the caller's word.
            Self::Number(number) => match unsafe { number.read(from) } {
                super::number::Value::Signed(value) => Value::Number(value.try_into().expect("a small number")),
                super::number::Value::Unsigned(value) => Value::Number(value.try_into().expect("a small number")),
                other => panic!("{other:?} is no integer"),
            },
            // SAFETY: the caller's word.
            Self::Counted => Value::Counted(unsafe { **from.cast::<Box<u32>>() }),
            Self::Struct(..) | Self::Enum(_) => {
                // SAFETY: the number lies before the fields.
                let variant = if let Self::Enum(_) = self { unsafe { *from.cast::<u64>() as usize } } else { 0 };
                let (places, _) = self.places();
                let fields = self.fields(variant).iter().zip(&places[variant]);
                // SAFETY: the fields lie there.
                let values = fields.map(|((_, field), place)| unsafe { field.read(from.wrapping_byte_add(*place)) });
                let values = values.collect();
                if let Self::Enum(_) = self { Value::Variant(variant, values) } else { Value::Fields(values) }
            }
            Self::Array(element, length) => {
                let at = |index: usize| from.wrapping_byte_add(index * element.layout().size());
                // SAFETY: the elements lie one after the other.
                Value::List((0..*length).map(|index| unsafe { element.read(at(index)) }).collect())
            }
            Self::List(element) | Self::Boxed(element) => {
                // SAFETY: the caller's word.
                let storage = unsafe { self.buffer().storage(from) };
                let at = |index: usize| storage.first.wrapping_byte_add(index * element.layout().size());
                // SAFETY: the elements lie one after the other.
                Value::List((0..storage.length).map(|index| unsafe { element.read(at(index)) }).collect())
            }
        }
    }

    /// # Safety
    /// A value of this type lies there, which is not used any more.
    unsafe fn drop_at(&self, value: *mut ()) {
        match self {
            Self::Number(_) => {}
            Self::Counted => {
                ALIVE.set(ALIVE.get() - 1);
                // SAFETY: the caller's word.
                unsafe { value.cast::<Box<u32>>().drop_in_place() };
            }
            Self::Struct(..) | Self::Enum(_) => {
                // SAFETY: the number lies before the fields.
                let variant = if let Self::Enum(_) = self { unsafe { *value.cast::<u64>() as usize } } else { 0 };
                let (places, _) = self.places();
                for ((_, field), place) in self.fields(variant).iter().zip(&places[variant]) {
                    // SAFETY: the field lies there.
                    unsafe { field.drop_at(value.wrapping_byte_add(*place)) };
                }
            }
            Self::Array(element, length) => {
                for index in 0..*length {
                    // SAFETY: the elements lie one after the other.
                    unsafe { element.drop_at(value.wrapping_byte_add(index * element.layout().size())) };
                }
            }
            Self::List(element) | Self::Boxed(element) => {
                // SAFETY: the caller's word.
                let storage = unsafe { self.buffer().storage(value) };
                let size = element.layout().size();
                for index in 0..storage.length {
                    // SAFETY: the elements lie one after the other.
                    unsafe { element.drop_at(storage.first.wrapping_byte_add(index * size)) };
                }
                let layout = Layout::from_size_align(size * storage.capacity, element.layout().align());
                // SAFETY: it was allocated so.
                drop(unsafe { Room::of(storage.first, layout.expect("a small list")) });
            }
        }
    }

    /// As the compiler would write it: what holds others is told apart by them.
    fn name(&self) -> String {
        match self {
            Self::Number(number) => number.name(),
            Self::Counted => "Counted".into(),
            Self::Struct(..) => "Struct".into(),
            Self::Enum(_) => "Enum".into(),
            Self::List(element) => format!("List<{}>", element.name()),
            Self::Boxed(element) => format!("Boxed<{}>", element.name()),
            Self::Array(element, length) => format!("[{}; {length}]", element.name()),
        }
    }
}

/// A list, or a box, as `Vec` and `Box` are.
#[derive(Debug)]
struct Listed {
    is_one: bool,
}

impl Buffer for Listed {
    unsafe fn storage(&self, value: *const ()) -> Storage {
        if self.is_one {
            // SAFETY: the caller says that it is one.
            Storage { first: unsafe { *value.cast::<*mut ()>() }, length: 1, capacity: 1 }
        } else {
            // SAFETY: the caller says that it is one.
            unsafe { *value.cast::<Storage>() }
        }
    }

    unsafe fn make(&self, storage: Storage, out: *mut ()) {
        if self.is_one {
            // SAFETY: the caller says that there is room.
            unsafe { out.cast::<*mut ()>().write(storage.first) };
        } else {
            // SAFETY: the caller says that there is room.
            unsafe { out.cast::<Storage>().write(storage) };
        }
    }
}

struct Code(Type);

impl fmt::Debug for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Code")
    }
}

impl EnumCode for Code {
    unsafe fn view(&self, value: *const ()) -> View {
        // SAFETY: the caller says that it is one.
        let variant = unsafe { *value.cast::<u64>() as usize };
        let (places, _) = self.0.places();
        View { variant, fields: places[variant].iter().map(|place| value.wrapping_byte_add(*place)).collect() }
    }

    unsafe fn build(&self, parts: Parts<'_>, out: *mut ()) {
        // SAFETY: the caller says that there is room.
        unsafe { out.cast::<u64>().write(parts.variant as u64) };
        let (places, _) = self.0.places();
        let fields = self.0.fields(parts.variant).iter().zip(&places[parts.variant]);
        for (part, ((_, field), place)) in parts.fields.zip(fields) {
            let to = out.wrapping_byte_add(*place).cast::<u8>();
            // SAFETY: the field is so large.
            unsafe { ptr::copy_nonoverlapping(part.cast::<u8>(), to, field.layout().size()) };
        }
    }
}

/// A name for good, as the compiler's are.
fn kept(name: String) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name.as_str()) {
        return known;
    }
    let name: &'static str = Box::leak(name.into_boxed_str());
    names.insert(name);
    name
}

/// Describes a type in the place of the compiler; every one of them has an identity of its own, but for those that cannot change.
fn describe(found: &Type, shapes: &mut Shapes) -> TypeId {
    let is_fixed = |number: usize, known: &Type| *known == *found && (number < NUMBERS.len() + 1);
    let number = TYPES.with(|types| {
        let mut types = types.borrow_mut();
        let known = types.iter().enumerate().position(|(number, known)| is_fixed(number, known));
        known.unwrap_or_else(|| {
            types.push(found.clone());
            types.len() - 1
        })
    });
    let (id, drop_value) = markers()[number];
    let (places, layout) = found.places();
    let mut fields = |fields: &[(usize, Type)], places: &[usize]| -> Vec<Field> {
        let described = fields.iter().zip(places).map(|((name, of_field), place)| {
            let mut field = Field::new::<()>(NAMES[*name], None);
            (field.id, field.offset) = (describe(of_field, shapes), *place);
            field
        });
        described.collect()
    };
    let kind = match found {
        Type::Number(number) => Kind::Number(*number),
        Type::Counted => Kind::Opaque,
        Type::Struct(all, _) => Kind::Struct(Struct { fields: fields(all, &places[0]), ..Struct::default() }),
        Type::Enum(variants) => {
            let told = variants.iter().zip(&places).map(|((name, all), places)| {
                let mut variant = Variant::new(NAMES[*name]);
                variant.fields = fields(all, places);
                variant
            });
            let variants = told.collect();
            Kind::Enum(Enum {
                was: None,
                variants,
                migrate: None,
                code: Box::new(Code(found.clone())),
                is_serdes: false,
            })
        }
        Type::List(element) | Type::Boxed(element) => {
            Kind::Buffer { element: describe(element, shapes), buffer: Box::new(found.buffer()) }
        }
        Type::Array(element, length) => Kind::Array { element: describe(element, shapes), length: *length },
    };
    let layout = if matches!(found, Type::Struct(..) | Type::Enum(_)) { layout } else { found.layout() };
    let name = kept(found.name());
    shapes.insert(Shape { id, name, size: layout.size(), align: layout.align(), drop: Some(drop_value), kind });
    id
}

/// What becomes of a value, in plain data.
fn model(old: &Type, new: &Type, value: &Value) -> Option<Value> {
    let fields = |old: &[(usize, Type)], new: &[(usize, Type)], values: &[Value]| -> Option<Vec<Value>> {
        let become_field = |(name, new): &(usize, Type)| {
            let index = old.iter().position(|(old, _)| old == name)?;
            model(&old[index].1, new, &values[index])
        };
        new.iter().map(become_field).collect()
    };
    let all = |old: &Type, new: &Type, values: &[Value]| -> Option<Value> {
        Some(Value::List(values.iter().map(|value| model(old, new, value)).collect::<Option<_>>()?))
    };
    match (old, new, value) {
        (Type::Counted, Type::Counted, _) => Some(value.clone()),
        (Type::Number(_), Type::Number(new), Value::Number(value)) => {
            let fits = match new {
                Number::U8 => u8::try_from(*value).is_ok(),
                Number::I16 => i16::try_from(*value).is_ok(),
                Number::I32 => i32::try_from(*value).is_ok(),
                _ => true,
            };
            fits.then_some(Value::Number(*value))
        }
        (Type::Struct(old, _), Type::Struct(new, _), Value::Fields(values)) => {
            Some(Value::Fields(fields(old, new, values)?))
        }
        (Type::Enum(old), Type::Enum(new), Value::Variant(variant, values)) => {
            let (name, of_old) = &old[*variant];
            let index = new.iter().position(|(new, _)| new == name)?;
            Some(Value::Variant(index, fields(of_old, &new[index].1, values)?))
        }
        (Type::List(old), Type::List(new), Value::List(values))
        | (Type::Boxed(old), Type::Boxed(new), Value::List(values)) => all(old, new, values),
        (Type::Array(old, length), Type::Array(new, other), Value::List(values)) if length == other => {
            all(old, new, values)
        }
        _ => None,
    }
}

/// Numbers by chance, the same ones for a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn is_one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// Some of the names, in any order.
    fn names(&mut self, least: usize) -> Vec<usize> {
        let mut names: Vec<usize> = (0..NAMES.len()).collect();
        self.shuffle(&mut names);
        names.truncate(least + self.below(NAMES.len() - least));
        names
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        (1..all.len()).rev().for_each(|index| all.swap(index, self.below(index + 1)));
    }

    fn leaf(&mut self) -> Type {
        if self.is_one_in(3) { Type::Counted } else { Type::Number(NUMBERS[self.below(NUMBERS.len())]) }
    }

    fn fields(&mut self, depth: usize) -> Vec<(usize, Type)> {
        self.names(0).into_iter().map(|name| (name, self.any_type(depth))).collect()
    }

    fn any_type(&mut self, depth: usize) -> Type {
        if depth == 0 {
            return self.leaf();
        }
        match self.below(8) {
            0 | 1 => self.leaf(),
            2 | 3 => Type::Struct(self.fields(depth - 1), self.below(4)),
            4 => Type::Enum(self.names(1).into_iter().map(|name| (name, self.fields(depth - 1))).collect()),
            5 => Type::List(Box::new(self.any_type(depth - 1))),
            6 => Type::Boxed(Box::new(self.any_type(depth - 1))),
            _ => Type::Array(Box::new(self.any_type(depth - 1)), self.below(3)),
        }
    }

    /// What an edit could make of a type.
    fn edited(&mut self, found: &Type) -> Type {
        if self.is_one_in(40) {
            return self.any_type(2);
        }
        match found {
            Type::Number(_) if self.is_one_in(3) => Type::Number(NUMBERS[self.below(NUMBERS.len())]),
            Type::Number(_) | Type::Counted => found.clone(),
            Type::Struct(fields, _) => Type::Struct(self.edited_fields(fields), self.below(4)),
            Type::Enum(variants) => {
                let all = variants.iter().map(|(name, fields)| (*name, self.edited_fields(fields)));
                let mut variants: Vec<_> = all.collect();
                self.shuffle(&mut variants);
                if self.is_one_in(8) && variants.len() > 1 {
                    variants.pop();
                }
                Type::Enum(variants)
            }
            Type::List(element) => Type::List(Box::new(self.edited(element))),
            Type::Boxed(element) => Type::Boxed(Box::new(self.edited(element))),
            Type::Array(element, length) => Type::Array(Box::new(self.edited(element)), *length),
        }
    }

    fn edited_fields(&mut self, fields: &[(usize, Type)]) -> Vec<(usize, Type)> {
        let mut fields: Vec<_> = fields.iter().map(|(name, of_field)| (*name, self.edited(of_field))).collect();
        self.shuffle(&mut fields);
        if self.is_one_in(3) {
            fields.pop();
        }
        if self.is_one_in(12)
            && let Some(name) = (0..NAMES.len()).find(|name| !fields.iter().any(|(used, _)| used == name))
        {
            fields.push((name, self.leaf()));
        }
        fields
    }

    fn value(&mut self, found: &Type) -> Value {
        match found {
            Type::Number(number) => {
                let most = if self.is_one_in(20) { i64::MAX } else { 100 };
                let most = match number {
                    Number::U8 => most.min(u8::MAX.into()),
                    Number::I16 => most.min(i16::MAX.into()),
                    Number::I32 => most.min(i32::MAX.into()),
                    _ => most,
                };
                Value::Number(self.below(most as usize) as i64)
            }
            Type::Counted => Value::Counted(self.below(1000) as u32),
            Type::Struct(fields, _) => Value::Fields(fields.iter().map(|(_, field)| self.value(field)).collect()),
            Type::Enum(variants) => {
                let variant = self.below(variants.len());
                Value::Variant(variant, variants[variant].1.iter().map(|(_, field)| self.value(field)).collect())
            }
            Type::List(element) => {
                let length = self.below(4);
                Value::List((0..length).map(|_| self.value(element)).collect())
            }
            Type::Boxed(element) => Value::List(vec![self.value(element)]),
            Type::Array(element, length) => Value::List((0..*length).map(|_| self.value(element)).collect()),
        }
    }
}

/// True if something became of it.
fn check(old: &Type, new: &Type, value: &Value) -> bool {
    // Those that cannot change have one identity in both.
    let fixed = NUMBERS.map(Type::Number).into_iter().chain([Type::Counted]).collect();
    TYPES.set(fixed);
    let (mut before, mut after) = (Shapes::default(), Shapes::default());
    let (old_id, new_id) = (describe(old, &mut before), describe(new, &mut after));
    let successors = successors(&before, &after);
    let changed = changed(&before, &after, &successors, &[]);
    let known = Known { shapes: &before, successors: &successors, changed: &changed };
    let mut plans = Plans::new(&known, &after, &[]);
    let plan = plans.plan(old_id, new_id);
    let builder = Builder::new(&plans);
    let (from, to) = (Room::new(old.layout()), Room::new(new.layout()));
    // SAFETY: there is room.
    unsafe { old.write(value, from.start) };
    // SAFETY: the plan is for these types, and nobody uses the value.
    let built = unsafe { builder.build(plan, from.start, to.start) };
    match (&built, model(old, new, value)) {
        (Ok(()), Some(expected)) => {
            // SAFETY: it was built from.
            unsafe { builder.release(plan, from.start) };
            // SAFETY: it was built.
            assert_eq!(unsafe { new.read(to.start) }, expected);
            // SAFETY: as above.
            unsafe { new.drop_at(to.start) };
        }
        (Err(_), None) => {
            // SAFETY: it is as it was.
            assert_eq!(&unsafe { old.read(from.start) }, value);
            // SAFETY: as above.
            unsafe { old.drop_at(from.start) };
        }
        (built, expected) => panic!("{built:?}, but {expected:?}"),
    }
    assert_eq!(ALIVE.get(), 0, "something is lost, or dropped twice");
    built.is_ok()
}

#[test]
fn values_become_what_a_model_says() {
    let mut became = 0;
    for seed in 0..3000 {
        let mut chance = Chance(seed);
        let old = chance.any_type(3);
        let new = chance.edited(&old);
        let value = chance.value(&old);
        let checked = std::panic::catch_unwind(|| check(&old, &new, &value));
        let is_fine = checked.unwrap_or_else(|_| panic!("seed {seed}: {value:?} of {old:?} for {new:?}"));
        became += u32::from(is_fine);
    }
    assert!((500..2900).contains(&became), "{became} of 3000 became something");
}
