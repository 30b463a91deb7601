//! How serde writes and reads the values of a type, for who knows no more than where they are.

use super::super::shape::{Probe, Shapes};
use super::super::value::Live;
use super::Tree;
use super::claim::inside;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Of one type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code {
    write: unsafe fn(*const ()) -> Result<Tree, String>,
    read: unsafe fn(Tree, *mut ()) -> Result<(), String>,
}

impl Code {
    fn of<T: Serialize + DeserializeOwned>() -> Self {
        Self { write: write::<T>, read: read::<T> }
    }

    /// # Errors
    /// What the type's own code says.
    ///
    /// # Safety
    /// A value of the type lies there, and nobody writes it.
    pub(crate) unsafe fn write(self, value: *const ()) -> Result<Tree, String> {
        // SAFETY: the caller says so.
        unsafe { (self.write)(value) }
    }

    /// # Errors
    /// What the type's own code says.
    ///
    /// # Safety
    /// There is room at `out` for a value of the type.
    pub(crate) unsafe fn read(self, tree: Tree, out: *mut ()) -> Result<(), String> {
        // SAFETY: the caller says so.
        unsafe { (self.read)(tree, out) }
    }
}

/// # Safety
/// A `T` lies there, and nobody writes it.
unsafe fn write<T: Serialize>(value: *const ()) -> Result<Tree, String> {
    // SAFETY: the caller says so.
    let value = unsafe { &*value.cast::<T>() };
    // As texts are: what a type writes for people it reads from them, by names and not by numbers.
    let tree = serde_content::Serializer::new().human_readable().serialize(value);
    tree.map(Tree::into_owned).map_err(|error| error.to_string())
}

/// # Safety
/// There is room for a `T`.
unsafe fn read<T: DeserializeOwned>(tree: Tree, out: *mut ()) -> Result<(), String> {
    let read = serde_content::Deserializer::new(tree).human_readable().deserialize::<T>();
    let value = read.map_err(|error| error.to_string())?;
    // SAFETY: the caller says that there is room.
    unsafe { out.cast::<T>().write(value) };
    Ok(())
}

impl Shapes {
    /// Has values of the type written and read by serde.
    pub fn keep<T: Serialize + DeserializeOwned + 'static>(&mut self) {
        self.note_code::<T>(Code::of::<T>());
    }
}

impl<T: Serialize + DeserializeOwned + 'static> Probe<T> {
    /// Has values of the type written and read by serde.
    pub fn keep(&self, shapes: &mut Shapes) {
        shapes.keep::<T>();
    }
}

/// Of any type.
pub trait Keep {
    /// Serde does not know it.
    fn keep(&self, shapes: &mut Shapes);
}

impl<T> Keep for Probe<T> {
    fn keep(&self, _: &mut Shapes) {}
}

/// As its value.
impl<T: Serialize> Serialize for Live<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        inside(self);
        self.borrow().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Live<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = T::deserialize(deserializer)?;
        Ok(Self::new(|| value))
    }
}
