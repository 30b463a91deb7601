//! What values of a type are made of, as told by the code that was compiled with it.
//!
//! A generation of the program tells the shapes of its types in [`Shapes`]: `#[hot]` writes for each live type how
//! ([`Described`]), and `standard.rs` for those of the standard library. What is made of others names them by their [`TypeId`].
//! That is another one where a type has other fields: from one generation to another, types go by their names. Of a type that
//! nobody tells, only the size is known.

use super::containers::{Bag, Buffer, Cover, Shared};
use super::number::Number;
use super::old::Old;
use std::any::{TypeId, type_name};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::marker::PhantomData;
use std::mem;

/// A type that can tell what it is made of.
pub trait Described: 'static {
    /// Adds its shape, and those of all types that it names.
    fn describe(shapes: &mut Shapes);
}

/// The shapes of a generation.
#[derive(Debug, Default)]
pub struct Shapes {
    known: HashMap<TypeId, Shape>,
    /// Those that tell of themselves, or have begun to.
    told: HashSet<TypeId>,
    #[cfg(feature = "serde")]
    codes: HashMap<TypeId, super::kept::Code>,
}

/// Of one type.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) id: TypeId,
    /// As the compiler writes it: `alloc::vec::Vec<game::Enemy>`.
    pub(crate) name: &'static str,
    pub(crate) size: usize,
    pub(crate) align: usize,
    /// `None` where nothing is to be done.
    pub(crate) drop: Option<DropInPlace>,
    pub(crate) kind: Kind,
}

/// Drops the value that lies there, of the one type that it was made for.
pub(crate) type DropInPlace = unsafe fn(*mut ());

#[derive(Debug)]
pub(crate) enum Kind {
    /// Nobody tells.
    Opaque,
    /// A `Live`, whose value is carried over by itself.
    Live {
        #[cfg_attr(not(feature = "serde"), expect(dead_code, reason = "it is for values that serde writes"))]
        inner: TypeId,
    },
    Number(Number),
    Struct(Struct),
    Enum(Enum),
    /// `[T; N]`.
    Array {
        element: TypeId,
        length: usize,
    },
    /// `Vec<T>`, `Box<T>`, `Box<[T]>`.
    Buffer {
        element: TypeId,
        buffer: Box<dyn Buffer>,
    },
    /// Sets, queues, and maps, of which an entry has two parts.
    Bag {
        parts: Vec<TypeId>,
        bag: Box<dyn Bag>,
    },
    /// `Cell`, `RefCell`, `Mutex` and the like: one value, or none.
    Cover {
        inner: TypeId,
        cover: Box<dyn Cover>,
    },
    /// `Rc`, `Arc` and their `Weak`.
    Shared {
        inner: TypeId,
        shared: Box<dyn Shared>,
    },
}

/// Of a struct or tuple.
#[derive(Debug, Default)]
pub struct Struct {
    /// The last name of the path that the type had, if it had another one.
    pub(crate) was: Option<&'static str>,
    pub(crate) fields: Vec<Field>,
    pub(crate) migrate: Option<Maker>,
    /// Whether `#[serde(..)]` says something of it.
    pub(crate) is_serdes: bool,
}

/// Of a struct, a tuple or a variant.
#[derive(Debug)]
pub struct Field {
    /// Of a tuple, its number.
    pub(crate) name: &'static str,
    pub(crate) was: Option<&'static str>,
    pub(crate) id: TypeId,
    /// In a struct; of a variant, the compiler does not tell.
    pub(crate) offset: usize,
    pub(crate) default: Option<Maker>,
    pub(crate) migrate: Option<Maker>,
    /// Whether `#[serde(..)]` says something of it.
    pub(crate) is_serdes: bool,
}

/// Of an enum.
#[derive(Debug)]
pub struct Enum {
    pub(crate) was: Option<&'static str>,
    pub(crate) variants: Vec<Variant>,
    pub(crate) migrate: Option<Maker>,
    pub(crate) code: Box<dyn EnumCode>,
    /// Whether `#[serde(..)]` says something of it.
    pub(crate) is_serdes: bool,
}

/// Of an enum.
#[derive(Debug, Default)]
pub struct Variant {
    pub(crate) name: &'static str,
    pub(crate) was: Option<&'static str>,
    /// Whether values of variants that are gone become this one.
    pub(crate) is_other: bool,
    pub(crate) fields: Vec<Field>,
}

/// What only the compiler knows of an enum's layout.
pub(crate) trait EnumCode: fmt::Debug + Send + Sync {
    /// The variant of a value, and where its fields are.
    ///
    /// # Safety
    /// A value of the enum lies there.
    unsafe fn view(&self, value: *const ()) -> View;

    /// Makes a value of parts, which are moved.
    ///
    /// # Safety
    /// There is room for a value at `out`, and the parts are values of the types of the variant's fields.
    unsafe fn build(&self, parts: Parts<'_>, out: *mut ());
}

/// The variant of a value, by its index, and where the fields are, as the variant declares them.
#[derive(Debug, Default)]
pub struct View {
    pub(crate) variant: usize,
    pub(crate) fields: Vec<*const ()>,
}

/// The parts that a value is made of.
#[derive(Debug)]
pub struct Parts<'a> {
    pub(crate) variant: usize,
    /// Where they are; each is taken once.
    pub(crate) fields: std::slice::Iter<'a, *mut ()>,
}

impl View {
    /// Says which variant it is; its fields are to follow.
    pub fn variant(&mut self, index: usize) {
        self.variant = index;
    }

    /// Says where the next field is.
    pub fn field<F>(&mut self, field: &F) {
        self.fields.push(std::ptr::from_ref(field).cast());
    }
}

impl Parts<'_> {
    /// The index of the variant to make.
    #[must_use]
    pub fn variant(&self) -> usize {
        self.variant
    }

    /// The next field.
    ///
    /// # Panics
    /// There are no more.
    pub fn take<F: 'static>(&mut self) -> F {
        let part = *self.fields.next().expect("a variant has the fields that it was described with");
        // SAFETY:
        // - a value of this type lies there: `EnumCode::build` demands it, and the expansion of `#[hot]` takes the fields in
        //   the order in which it describes them.
        // - it is taken once, as the iterator has moved on.
        unsafe { part.cast::<F>().read() }
    }
}

/// A function of the program that makes a value, or says why it cannot.
pub(crate) struct Maker {
    make: Box<Make>,
}

/// Makes a value at a place with room for it.
type Make = dyn Fn(Option<&Old<'_>>, *mut ()) -> Result<(), String> + Send + Sync;

impl fmt::Debug for Maker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Maker")
    }
}

impl Maker {
    fn of_default<F: 'static>(default: fn() -> F) -> Self {
        let make = move |_: Option<&Old<'_>>, out: *mut ()| {
            let made = default();
            // SAFETY: `make` demands room for an `F`.
            unsafe { out.cast::<F>().write(made) };
            Ok(())
        };
        Self { make: Box::new(make) }
    }

    fn of_migration<F: 'static>(migrate: fn(&Old<'_>) -> Result<F, String>) -> Self {
        let make = move |old: Option<&Old<'_>>, out: *mut ()| {
            let old = old.ok_or("there is no value to migrate")?;
            let made = migrate(old)?;
            // SAFETY: `make` demands room for an `F`.
            unsafe { out.cast::<F>().write(made) };
            Ok(())
        };
        Self { make: Box::new(make) }
    }

    /// # Safety
    /// There is room at `out` for a value of the type that the maker was made for.
    pub(crate) unsafe fn make(&self, old: Option<&Old<'_>>, out: *mut ()) -> Result<(), String> {
        (self.make)(old, out)
    }
}

impl Shapes {
    /// Whether the type has not begun to tell of itself yet; now it has, and [`Self::add`] is to follow.
    pub(crate) fn begin<T: 'static>(&mut self) -> bool {
        self.told.insert(TypeId::of::<T>())
    }

    /// Adds what is known of any type, unless it tells more of itself.
    pub(crate) fn name<T: 'static>(&mut self) {
        if !self.known.contains_key(&TypeId::of::<T>()) {
            self.add::<T>(Kind::Opaque);
        }
    }

    pub(crate) fn add<T: 'static>(&mut self, kind: Kind) {
        let drop: Option<DropInPlace> = if mem::needs_drop::<T>() { Some(drop_in_place::<T>) } else { None };
        let id = TypeId::of::<T>();
        let shape = Shape { id, name: type_name::<T>(), size: size_of::<T>(), align: align_of::<T>(), drop, kind };
        self.known.insert(id, shape);
    }

    #[cfg(test)]
    pub(crate) fn insert(&mut self, shape: Shape) {
        self.known.insert(shape.id, shape);
    }

    pub(crate) fn get(&self, id: TypeId) -> Option<&Shape> {
        self.known.get(&id)
    }

    /// The only one of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Shape> {
        let mut found = self.known.values().filter(|shape| shape.name == name);
        found.next().filter(|_| found.next().is_none())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Shape> {
        self.known.values()
    }

    #[cfg(feature = "serde")]
    pub(super) fn note_code<T: 'static>(&mut self, code: super::kept::Code) {
        self.name::<T>();
        self.codes.insert(TypeId::of::<T>(), code);
    }

    /// How serde writes and reads values of a type, if it does.
    #[cfg(feature = "serde")]
    pub(super) fn code(&self, id: TypeId) -> Option<super::kept::Code> {
        self.codes.get(&id).copied()
    }

    /// Describes a struct, where it is not described yet.
    pub fn structure<T: 'static>(&mut self, tell: impl FnOnce(&mut Self, &mut Struct)) {
        if self.begin::<T>() {
            let mut told = Struct::default();
            tell(self, &mut told);
            self.add::<T>(Kind::Struct(told));
        }
    }

    /// Describes an enum, where it is not described yet: `view` tells of a value which variant it is, by its index, and where
    /// each field is; `build` makes a value of a variant.
    pub fn enumeration<T: 'static>(
        &mut self,
        view: fn(&T, &mut View),
        build: fn(&mut Parts<'_>) -> T,
        tell: impl FnOnce(&mut Self, &mut Enum),
    ) {
        if self.begin::<T>() {
            let code = Box::new(Typed { view, build });
            let mut told = Enum { was: None, variants: Vec::new(), migrate: None, code, is_serdes: false };
            tell(self, &mut told);
            self.add::<T>(Kind::Enum(told));
        }
    }
}

/// # Safety
/// A value of type `T` lies there, which is not used any more.
pub(super) unsafe fn drop_in_place<T>(value: *mut ()) {
    // SAFETY: the caller says so.
    unsafe { value.cast::<T>().drop_in_place() };
}

struct Typed<T> {
    view: fn(&T, &mut View),
    build: fn(&mut Parts<'_>) -> T,
}

impl<T> fmt::Debug for Typed<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Typed")
    }
}

impl<T> EnumCode for Typed<T> {
    unsafe fn view(&self, value: *const ()) -> View {
        let mut view = View::default();
        // SAFETY: the caller says that a value of the enum lies there.
        (self.view)(unsafe { &*value.cast::<T>() }, &mut view);
        view
    }

    unsafe fn build(&self, mut parts: Parts<'_>, out: *mut ()) {
        let value = (self.build)(&mut parts);
        // SAFETY: the caller says that there is room.
        unsafe { out.cast::<T>().write(value) };
    }
}

impl Struct {
    /// The name that the struct had.
    pub fn was(&mut self, name: &'static str) {
        self.was = Some(name);
    }

    /// Makes values of what other fields there were.
    pub fn migrate<T: 'static>(&mut self, migrate: fn(&Old<'_>) -> Result<T, String>) {
        self.migrate = Some(Maker::of_migration(migrate));
    }

    /// `#[serde(..)]` says something of it.
    pub fn is_serdes(&mut self) {
        self.is_serdes = true;
    }

    /// Adds the next field, by its offset.
    pub fn field(&mut self, offset: usize, mut field: Field) {
        field.offset = offset;
        self.fields.push(field);
    }
}

impl Enum {
    /// The name that the enum had.
    pub fn was(&mut self, name: &'static str) {
        self.was = Some(name);
    }

    /// Makes values of what other variants there were.
    pub fn migrate<T: 'static>(&mut self, migrate: fn(&Old<'_>) -> Result<T, String>) {
        self.migrate = Some(Maker::of_migration(migrate));
    }

    /// `#[serde(..)]` says something of it.
    pub fn is_serdes(&mut self) {
        self.is_serdes = true;
    }

    /// Adds the next variant.
    pub fn variant(&mut self, variant: Variant) {
        self.variants.push(variant);
    }
}

impl Variant {
    /// A variant without fields.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    /// The name that it had.
    pub fn was(&mut self, name: &'static str) {
        self.was = Some(name);
    }

    /// Values of variants that are gone become this one.
    pub fn other(&mut self) {
        self.is_other = true;
    }

    /// Adds the next field.
    pub fn field(&mut self, field: Field) {
        self.fields.push(field);
    }
}

impl Field {
    /// A field of type `F`, which `default` makes where there was none.
    #[must_use]
    pub fn new<F: 'static>(name: &'static str, default: Option<fn() -> F>) -> Self {
        let default = default.map(Maker::of_default);
        Self { name, was: None, id: TypeId::of::<F>(), offset: 0, default, migrate: None, is_serdes: false }
    }

    /// The name that it had.
    #[must_use]
    pub fn was(mut self, name: &'static str) -> Self {
        self.was = Some(name);
        self
    }

    /// `#[serde(..)]` says something of it.
    #[must_use]
    pub fn is_serdes(mut self) -> Self {
        self.is_serdes = true;
        self
    }

    /// Makes the field where it cannot be moved as it is.
    #[must_use]
    pub fn migrate<F: 'static>(mut self, migrate: fn(&Old<'_>) -> Result<F, String>) -> Self {
        self.migrate = Some(Maker::of_migration(migrate));
        self
    }
}

/// Asks a type what it can do; the compiler finds the method that fits. Of a type parameter, that is the one that asks for
/// nothing.
#[derive(Debug)]
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T> Probe<T> {
    /// A type to ask.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for Probe<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Described> Probe<T> {
    /// Adds the type's shape.
    pub fn mention(&self, shapes: &mut Shapes) {
        T::describe(shapes);
    }
}

/// Of any type.
pub trait Mention {
    /// Adds what is known of any type; where it tells of itself is for others to mention it.
    fn mention(&self, shapes: &mut Shapes);
}

impl<T: 'static> Mention for Probe<T> {
    fn mention(&self, shapes: &mut Shapes) {
        shapes.name::<T>();
    }
}

impl<T: Default> Probe<T> {
    /// What makes a value out of nothing.
    #[must_use]
    pub fn default_value(&self) -> Option<fn() -> T> {
        Some(T::default)
    }
}

/// Of any type.
pub trait DefaultValue<T> {
    /// There is none.
    fn default_value(&self) -> Option<fn() -> T>;
}

impl<T> DefaultValue<T> for Probe<T> {
    fn default_value(&self) -> Option<fn() -> T> {
        None
    }
}
