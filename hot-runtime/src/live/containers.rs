//! What a migration asks of types that hold others: of the standard library, each in the code that was compiled with it.

use std::fmt;

/// Elements one after the other, in memory of the global allocator: `Vec<T>`, `Box<T>`, `Box<[T]>`.
pub(crate) trait Buffer: fmt::Debug + Send + Sync {
    /// # Safety
    /// A value of the type lies there.
    unsafe fn storage(&self, value: *const ()) -> Storage;

    /// Makes a value.
    ///
    /// # Safety
    /// There is room for it at `out`, and the storage is that of its elements, which nobody else owns.
    unsafe fn make(&self, storage: Storage, out: *mut ());
}

/// Of so many elements, with room for more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Storage {
    pub(crate) first: *mut (),
    pub(crate) length: usize,
    pub(crate) capacity: usize,
}

/// The parts of an entry: of a map the key and the value, of all else the element, and null.
pub(crate) type Entry = [*mut (); 2];

/// Entries that only the type itself knows to arrange.
pub(crate) trait Bag: fmt::Debug + Send + Sync {
    /// Gives each entry to `visit`, until that fails.
    ///
    /// # Safety
    /// A value of the type lies there.
    unsafe fn each(&self, value: *const (), visit: &mut dyn FnMut(Entry) -> bool);

    /// The type of what decides on the arrangement.
    fn arranger_type(&self) -> std::any::TypeId;

    /// What decides on the arrangement, and has no destructor.
    ///
    /// # Safety
    /// A value of the type lies there.
    unsafe fn arranger(&self, value: *const ()) -> *const ();

    /// Makes one without entries.
    ///
    /// # Safety
    /// There is room for it at `out`, and `arranger` is that of another one of the same type, or of one of which the entries
    /// alone are of other types.
    unsafe fn make(&self, length: usize, arranger: *const (), out: *mut ());

    /// Adds entries, which are moved; all of them or, with an error that says why, none. It may panic, before it has moved any.
    ///
    /// # Safety
    /// A value of the type without entries lies there, and `entries` are values of the types of its parts.
    unsafe fn fill(&self, value: *mut (), entries: &mut dyn Iterator<Item = Entry>) -> Result<(), String>;

    /// Gives each entry to `visit`, to which it belongs then, and frees all else.
    ///
    /// # Safety
    /// A value of the type lies there, which is not used any more.
    unsafe fn take_apart(&self, value: *mut (), visit: &mut dyn FnMut(Entry));
}

/// One value, or none, behind what watches its use.
pub(crate) trait Cover: fmt::Debug + Send + Sync {
    /// Where it is; an error where it is in use.
    ///
    /// # Safety
    /// A value of the type lies there.
    unsafe fn inner(&self, value: *const ()) -> Result<Option<*mut ()>, &'static str>;

    /// Whether a panic met it in use.
    ///
    /// # Safety
    /// A value of the type lies there.
    unsafe fn is_poisoned(&self, value: *const ()) -> bool;

    /// Makes one around `inner`, which is moved.
    ///
    /// # Safety
    /// There is room for it at `out`, and `inner` is of the right type.
    unsafe fn make(&self, inner: Option<*mut ()>, is_poisoned: bool, out: *mut ());
}

/// A pointer to a value that others may point to.
pub(crate) trait Shared: fmt::Debug + Send + Sync {
    /// Whether it does not keep the value alive.
    fn is_weak(&self) -> bool;

    /// Where the value is; `None` if it is gone, or never was.
    ///
    /// # Safety
    /// A value of the type lies there.
    unsafe fn inner(&self, value: *const ()) -> Option<*mut ()>;

    /// How many pointers there are to a value that is alive, those that keep it and those that do not.
    ///
    /// # Safety
    /// A value of the type lies there, and it points to one.
    unsafe fn counts(&self, value: *const ()) -> (usize, usize);

    /// Room for a value, with one pointer to it that keeps it.
    fn allocate(&self) -> *mut ();

    /// Makes one more pointer to a value, or, without one, to nothing.
    ///
    /// # Safety
    /// There is room for it at `out`, and the value is one that [`Self::inner`] or [`Self::allocate`] gave.
    unsafe fn point(&self, inner: Option<*mut ()>, out: *mut ());

    /// There are so many pointers fewer; the value is not dropped with the last one.
    ///
    /// # Safety
    /// There are as many at least, and they are not used any more; with the last that keeps it goes the value.
    unsafe fn let_go(&self, inner: *mut (), strong: usize, weak: usize);

    /// Frees the memory of one that points to a value which is gone.
    ///
    /// # Safety
    /// A value of the type lies there, which is not used any more.
    unsafe fn free_dangling(&self, value: *mut ());
}
