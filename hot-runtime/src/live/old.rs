//! A value as it was before a migration, for functions of the program that know what is to become of it.

#[cfg(feature = "serde")]
use super::kept::{Fitter, Tree, parts_of, value_of};
use super::number::Value;
use super::shape::{Kind, Shape, Shapes};
use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;

/// A value of the type that was, or of a part of it.
///
/// ```
/// use hot_runtime::Old;
///
/// struct Enemy {
///     hp: u32,
/// }
///
/// // For `#[hot(migrate = upgrade)] struct Enemy`.
/// fn upgrade(old: &Old<'_>) -> Result<Enemy, String> {
///     let health: f32 = *old.get("health").ok_or("an enemy had a health")?;
///     Ok(Enemy { hp: health.round() as u32 })
/// }
/// # let _ = (upgrade, |enemy: Enemy| enemy.hp);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Old<'a>(Found<'a>);

/// Where the value is found.
#[derive(Debug, Clone, Copy)]
enum Found<'a> {
    Memory(InMemory<'a>),
    /// As serde wrote it in another process, with its type's name.
    #[cfg(feature = "serde")]
    Written(&'a str, &'a Tree, &'a Fitter<'a>),
}

#[derive(Debug, Clone, Copy)]
struct InMemory<'a> {
    shape: &'a Shape,
    known: &'a Known<'a>,
    value: *const (),
    _lives: PhantomData<&'a ()>,
}

/// What is known of the types that were.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    pub(crate) shapes: &'a Shapes,
    /// What each of them is now.
    pub(crate) successors: &'a HashMap<TypeId, TypeId>,
    /// Those of which values do not stay as they are.
    pub(crate) changed: &'a HashSet<TypeId>,
}

impl<'a> Old<'a> {
    /// # Safety
    /// A value of the shape lies there, and nobody writes it while the view is there.
    pub(crate) unsafe fn new(shape: &'a Shape, known: &'a Known<'a>, value: *const ()) -> Self {
        Self(Found::Memory(InMemory { shape, known, value, _lives: PhantomData }))
    }

    #[cfg(feature = "serde")]
    pub(super) fn of_tree(name: &'a str, tree: &'a Tree, fitter: &'a Fitter<'a>) -> Self {
        Self(Found::Written(name, tree, fitter))
    }

    /// The type's path, as [`std::any::type_name`] has it.
    #[must_use]
    pub fn type_name(&self) -> &'a str {
        match self.0 {
            Found::Memory(found) => found.shape.name,
            #[cfg(feature = "serde")]
            Found::Written(name, ..) => name,
        }
    }

    /// Of an enum, the name of the variant.
    #[must_use]
    pub fn variant(&self) -> Option<&'a str> {
        match self.0 {
            Found::Memory(found) => found.variant(),
            #[cfg(feature = "serde")]
            Found::Written(_, tree, _) => variant_of(tree),
        }
    }

    /// A field by its name, or by its number in a tuple; `None` where there was none.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Self> {
        match self.0 {
            Found::Memory(found) => found.field(name).map(|field| Self(Found::Memory(field))),
            #[cfg(feature = "serde")]
            Found::Written(of, tree, fitter) => {
                let (_, field) = parts_of(tree).into_iter().find(|part| part.0 == name)?;
                Some(Self::of_tree(fitter.type_of(of, variant_of(tree), name)?, field, fitter))
            }
        }
    }

    /// A field by its name; `None` where there was none, where it was of another type, and where `T` has changed.
    #[must_use]
    pub fn get<T: 'static>(&self, name: &str) -> Option<&'a T> {
        self.field(name)?.value()
    }

    /// The value itself; `None` where it was of another type, where `T` has changed, and where it is packed too tightly for a
    /// reference. At a restart that keeps values, also where serde does not know `T`.
    #[must_use]
    pub fn value<T: 'static>(&self) -> Option<&'a T> {
        match self.0 {
            Found::Memory(found) => found.value(),
            #[cfg(feature = "serde")]
            Found::Written(name, tree, fitter) => fitter.show(name, tree),
        }
    }

    /// A number of whatever type, or a `bool`; `None` where it is none.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        let value = match self.0 {
            Found::Memory(found) => found.number()?,
            #[cfg(feature = "serde")]
            Found::Written(_, tree, _) => value_of(tree)?,
        };
        match value {
            Value::Signed(value) => Some(value as f64),
            Value::Unsigned(value) => Some(value as f64),
            Value::Float(value) => Some(value),
            Value::Char(_) => None,
        }
    }
}

#[cfg(feature = "serde")]
fn variant_of(tree: &Tree) -> Option<&str> {
    match tree {
        Tree::Enum(found) => Some(&found.variant),
        Tree::Option(None) => Some("None"),
        Tree::Option(Some(_)) => Some("Some"),
        _ => None,
    }
}

impl<'a> InMemory<'a> {
    fn variant(&self) -> Option<&'a str> {
        let Kind::Enum(found) = &self.shape.kind else { return None };
        // SAFETY: a value of the shape lies there.
        let view = unsafe { found.code.view(self.value) };
        Some(found.variants[view.variant].name)
    }

    fn field(&self, name: &str) -> Option<Self> {
        let (id, value) = match &self.shape.kind {
            Kind::Struct(found) => {
                let field = found.fields.iter().find(|field| field.name == name)?;
                // SAFETY: the field is inside the value.
                (field.id, unsafe { self.value.byte_add(field.offset) })
            }
            Kind::Enum(found) => {
                // SAFETY: a value of the shape lies there.
                let view = unsafe { found.code.view(self.value) };
                let index = found.variants[view.variant].fields.iter().position(|field| field.name == name)?;
                (found.variants[view.variant].fields[index].id, view.fields[index])
            }
            _ => return None,
        };
        Some(Self { shape: self.known.shapes.get(id)?, value, ..*self })
    }

    fn value<T: 'static>(&self) -> Option<&'a T> {
        let is_it = self.known.successors.get(&self.shape.id) == Some(&TypeId::of::<T>());
        if !is_it || self.known.changed.contains(&self.shape.id) || !self.value.cast::<T>().is_aligned() {
            return None;
        }
        // SAFETY: a `T` lies there, with the layout that it has now, and nobody writes it meanwhile.
        Some(unsafe { &*self.value.cast::<T>() })
    }

    fn number(&self) -> Option<Value> {
        let Kind::Number(number) = &self.shape.kind else { return None };
        // SAFETY: a number of this type lies there.
        Some(unsafe { number.read(self.value) })
    }
}
