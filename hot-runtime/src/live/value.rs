//! A value that stays when its type changes.

use super::entries::{Entry, Made, Origin};
#[cfg(feature = "serde")]
use super::kept::{self, count};
use super::shape::{Described, Kind, Shapes};
use crate::gate;
use crate::hooks::is_attended;
use crate::slot::{Slot, resolve};
use std::any::{TypeId, type_name};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU32, Ordering};

/// A value of a type that may change while the program runs.
///
/// Under `cargo hot run`, a struct or enum that is marked `#[hot]` can be given other fields or variants while values of it are
/// alive, if a `Live` holds them: when such an edit is saved, all of them are made anew from what they were, at a moment at which
/// nobody uses them. Code that is not hot can make, keep, lend and drop a `Live` without knowing how its value is laid out.
///
/// ```
/// use hot_runtime::{Live, hot};
///
/// #[hot]
/// struct World {
///     tick: u64,
/// }
///
/// #[hot]
/// fn start() -> World {
///     World { tick: 0 }
/// }
///
/// #[hot]
/// fn update(world: &mut World) {
///     world.tick += 1;
/// }
///
/// let mut world = Live::new(start);
/// update(&mut world.borrow_mut());
/// assert_eq!(world.borrow().tick, 1);
/// ```
///
/// It is one pointer. In ordinary builds, and where `cargo hot` did not start the program, it owns a value as a `Box` does.
pub struct Live<T: 'static> {
    entry: NonNull<Entry>,
    _owns: PhantomData<T>,
}

// SAFETY: it owns a `T`; the entry is for any thread.
unsafe impl<T: Send> Send for Live<T> {}
// SAFETY: a shared `Live` gives shared references to its `T` alone; the entry is for any thread.
unsafe impl<T: Sync> Sync for Live<T> {}

impl<T: 'static> Live<T> {
    /// Holds the value that `make` makes.
    #[track_caller]
    pub fn new<F: FnOnce() -> T>(make: F) -> Self {
        let origin = Origin::new::<T, F>(Location::caller());
        // It is of a generation as long as nobody migrates what is in the list, where it is not yet.
        let _inside = gate::is_watched().then(Inside::pass);
        #[cfg(feature = "serde")]
        if let Some(entry) = origin.claim::<T>() {
            return Self { entry, _owns: PhantomData };
        }
        let entry = Entry::new(construct::<T, F>(make), Some(origin), is_attended());
        // SAFETY: it was made by a box.
        Self { entry: unsafe { NonNull::new_unchecked(entry) }, _owns: PhantomData }
    }

    /// Lends the value.
    #[inline]
    #[track_caller]
    pub fn borrow(&self) -> Ref<'_, T> {
        let guard = Guard::<false>::new(self.entry());
        // SAFETY: as long as the guard is there, nobody migrates the value; nobody writes it, as this `Live` is borrowed.
        let value = unsafe { &*guard.value().cast::<T>() };
        Ref { value, _guard: guard }
    }

    /// Lends the value for changes.
    #[inline]
    #[track_caller]
    pub fn borrow_mut(&mut self) -> RefMut<'_, T> {
        let guard = Guard::<true>::new(self.entry());
        // SAFETY: as long as the guard is there, nobody migrates the value; nobody else uses it, as this `Live` is borrowed.
        let value = unsafe { &mut *guard.value().cast::<T>() };
        RefMut { value, _guard: guard }
    }

    /// Another one for each value.
    #[cfg(feature = "serde")]
    pub(super) fn address(&self) -> usize {
        self.entry().address()
    }

    #[inline]
    fn entry(&self) -> &Entry {
        // SAFETY: the entry is this one's own.
        unsafe { self.entry.as_ref() }
    }
}

/// Nobody asks.
#[cfg(not(feature = "serde"))]
fn count(_: &'static str, _: &'static str, _: &'static Location<'static>) -> u32 {
    0
}

impl Origin {
    fn new<T: 'static, F>(place: &'static Location<'static>) -> Self {
        let maker = type_name::<F>();
        let nth = if is_attended() { count(type_name::<T>(), maker, place) } else { 0 };
        Self { maker, place, nth }
    }

    /// The value that was made so in the process before this one, if there is one.
    #[cfg(feature = "serde")]
    fn claim<T: 'static>(self) -> Option<NonNull<Entry>> {
        let entry = kept::claim((type_name::<T>(), TypeId::of::<T>()), self)?;
        // SAFETY: it waited for this, and is there.
        unsafe { entry.as_ref() }.content().origin = Some(self);
        Some(entry)
    }
}

impl<T: 'static> Described for Live<T> {
    fn describe(shapes: &mut Shapes) {
        if shapes.begin::<Self>() {
            shapes.name::<T>();
            shapes.add::<Self>(Kind::Live { inner: TypeId::of::<T>() });
        }
    }
}

impl<T: 'static> Drop for Live<T> {
    fn drop(&mut self) {
        drop_entry(self.entry);
    }
}

/// Without knowledge of the type, which may be another one than the caller was compiled with.
fn drop_entry(entry: NonNull<Entry>) {
    let inside = gate::is_watched().then(Inside::pass);
    // SAFETY: it is its `Live`'s own, which is gone.
    let entry = unsafe { Box::from_raw(entry.as_ptr()) };
    entry.leave();
    let (value, content) = (entry.value.load(Ordering::Relaxed), *entry.content());
    // SAFETY: the value is the entry's own, and its content tells of it.
    unsafe { Made::drop(value, content) };
    drop(inside);
}

impl<T: fmt::Debug + 'static> fmt::Debug for Live<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Live").field(&*self.borrow()).finish()
    }
}

impl<T: Default + 'static> Default for Live<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default)
    }
}

#[unsafe(no_mangle)]
#[used]
static __cargo_hot_live_slot: Slot = Slot::new();

/// A hot function, as `#[hot]` would write it: the value is made by the newest code, whoever asks for it.
fn construct<T: 'static, F: FnOnce() -> T>(make: F) -> Made {
    #[inline(never)]
    fn __hot_construct<T: 'static, F: FnOnce() -> T>(make: F) -> Made {
        Made::new(make(), crate::commit::generation())
    }
    resolve::<fn(F) -> Made>(&__cargo_hot_live_slot, __hot_construct::<T, F>)(make)
}

/// The value of a [`Live`], lent.
pub struct Ref<'a, T: 'static> {
    value: &'a T,
    _guard: Guard<'a, false>,
}

/// The value of a [`Live`], lent for changes.
pub struct RefMut<'a, T: 'static> {
    value: &'a mut T,
    _guard: Guard<'a, true>,
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.value
    }
}

impl<T> Deref for RefMut<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.value
    }
}

impl<T> DerefMut for RefMut<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Ref<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(formatter)
    }
}

impl<T: fmt::Debug> fmt::Debug for RefMut<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(formatter)
    }
}

impl<T: fmt::Display> fmt::Display for Ref<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(formatter)
    }
}

impl<T: fmt::Display> fmt::Display for RefMut<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(formatter)
    }
}

/// As long as it is there, the value stays where it is. It stays on its thread.
struct Guard<'a, const IS_ALONE: bool> {
    entry: &'a Entry,
    is_watched: bool,
    _of_thread: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives nothing but where the value is, to which its owner gives access.
unsafe impl<const IS_ALONE: bool> Sync for Guard<'_, IS_ALONE> {}

impl<'a, const IS_ALONE: bool> Guard<'a, IS_ALONE> {
    #[inline]
    #[track_caller]
    fn new(entry: &'a Entry) -> Self {
        let is_watched = gate::is_watched();
        if is_watched {
            let place = ptr::from_ref(Location::caller()).cast_mut();
            let note = || {
                entry.taken.store(place, Ordering::Relaxed);
                Self::count(entry);
            };
            gate::pass(note, || Self::uncount(entry));
        }
        Self { entry, is_watched, _of_thread: PhantomData }
    }

    /// Who has a `Live` to itself, needs no step that nobody comes between.
    #[inline]
    fn count(entry: &Entry) {
        if IS_ALONE {
            entry.guards.store(1, Ordering::Relaxed);
        } else {
            entry.guards.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[inline]
    fn uncount(entry: &Entry) {
        // Release: pairs with the Acquire in `Entry::is_free`, so that who migrates sees what was done to the value.
        if IS_ALONE {
            entry.guards.store(0, Ordering::Release);
        } else {
            entry.guards.fetch_sub(1, Ordering::Release);
        }
    }

    #[inline]
    fn value(&self) -> *mut () {
        // Relaxed: it is written while the gate is closed, and this thread has passed.
        self.entry.value.load(Ordering::Relaxed)
    }
}

impl<const IS_ALONE: bool> Drop for Guard<'_, IS_ALONE> {
    #[inline]
    fn drop(&mut self) {
        if self.is_watched {
            Self::uncount(self.entry);
            gate::leave();
        }
    }
}

/// How many threads make or drop live values.
static BUSY: AtomicU32 = AtomicU32::new(0);

/// Whether nobody makes or drops a live value.
pub(super) fn nobody_is_busy() -> bool {
    // Acquire: pairs with the Release in `Inside::uncount`.
    BUSY.load(Ordering::Acquire) == 0
}

/// As long as it is there, its thread makes or drops a value, and nobody migrates any.
struct Inside(PhantomData<*const ()>);

impl Inside {
    fn pass() -> Self {
        let count = || {
            BUSY.fetch_add(1, Ordering::Relaxed);
        };
        gate::pass(count, Self::uncount);
        Self(PhantomData)
    }

    fn uncount() {
        // Release: pairs with the Acquire in `nobody_is_busy`.
        BUSY.fetch_sub(1, Ordering::Release);
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        Self::uncount();
        gate::leave();
    }
}
