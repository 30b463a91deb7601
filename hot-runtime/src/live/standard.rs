//! The shapes of the standard library's types.
//!
//! What they are generic over is named here, and described where its name is written out. A type that is missing here is moved
//! as it is, while nothing in its name changes.

use super::containers::{Buffer, Cover, Shared, Storage};
use super::number::{Number, for_each_number};
use super::shape::{Described, Enum, Field, Kind, Shapes, Struct, Variant};
use std::any::TypeId;
use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::marker::PhantomData;
use std::mem::{self, MaybeUninit};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, OnceLock, RwLock, TryLockError};
use std::{fmt, ptr, rc, sync};

macro_rules! numbers {
    ($($type:ident $name:ident),+) => {
        $(impl Described for $type {
            fn describe(shapes: &mut Shapes) {
                if shapes.begin::<Self>() {
                    shapes.add::<Self>(Kind::Number(Number::$name));
                }
            }
        })+

        /// Those that any type may be made of, whoever names them.
        pub(crate) fn describe_numbers(shapes: &mut Shapes) {
            $($type::describe(shapes);)+
            #[cfg(feature = "serde")]
            {
                $(shapes.keep::<$type>();)+
                shapes.keep::<String>();
            }
        }
    };
}
for_each_number!(numbers);

macro_rules! tuples {
    ($($name:ident $index:tt),+) => {
        impl<$($name: 'static),+> Described for ($($name,)+) {
            fn describe(shapes: &mut Shapes) {
                shapes.structure::<Self>(|shapes, told| {
                    $(
                        shapes.name::<$name>();
                        told.field(mem::offset_of!(Self, $index), Field::new::<$name>(stringify!($index), None));
                    )+
                });
            }
        }
    };
}
tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);

impl<T: 'static, const N: usize> Described for [T; N] {
    fn describe(shapes: &mut Shapes) {
        shapes.name::<T>();
        if shapes.begin::<Self>() {
            shapes.add::<Self>(Kind::Array { element: TypeId::of::<T>(), length: N });
        }
    }
}

impl<T: 'static> Described for PhantomData<T> {
    fn describe(shapes: &mut Shapes) {
        shapes.structure::<Self>(|_, _: &mut Struct| {});
    }
}

impl<T: 'static> Described for Option<T> {
    fn describe(shapes: &mut Shapes) {
        shapes.name::<T>();
        shapes.enumeration::<Self>(
            |value, view| match value {
                None => view.variant(0),
                Some(inner) => {
                    view.variant(1);
                    view.field(inner);
                }
            },
            |parts| if parts.variant() == 0 { None } else { Some(parts.take()) },
            |_, told| two_variants(told, Variant::new("None"), with_field::<T>("Some")),
        );
    }
}

impl<T: 'static, E: 'static> Described for Result<T, E> {
    fn describe(shapes: &mut Shapes) {
        shapes.name::<T>();
        shapes.name::<E>();
        shapes.enumeration::<Self>(
            |value, view| match value {
                Ok(inner) => {
                    view.variant(0);
                    view.field(inner);
                }
                Err(inner) => {
                    view.variant(1);
                    view.field(inner);
                }
            },
            |parts| if parts.variant() == 0 { Ok(parts.take()) } else { Err(parts.take()) },
            |_, told| two_variants(told, with_field::<T>("Ok"), with_field::<E>("Err")),
        );
    }
}

fn two_variants(told: &mut Enum, first: Variant, second: Variant) {
    told.variant(first);
    told.variant(second);
}

fn with_field<T: 'static>(name: &'static str) -> Variant {
    let mut variant = Variant::new(name);
    variant.field(Field::new::<T>("0", None));
    variant
}

/// What is known of a type through its name alone.
pub(super) struct Of<T>(PhantomData<fn() -> T>);

impl<T> Of<T> {
    pub(super) fn new() -> Box<Self> {
        Box::new(Self(PhantomData))
    }
}

impl<T> fmt::Debug for Of<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(std::any::type_name::<T>())
    }
}

/// # Safety
/// A `T` lies there, which is not used any more.
pub(super) unsafe fn take<T>(from: *const ()) -> T {
    // SAFETY: the caller says so.
    unsafe { from.cast::<T>().read() }
}

/// # Safety
/// There is room for a `T`.
pub(super) unsafe fn put<T>(value: T, out: *mut ()) {
    // SAFETY: the caller says so.
    unsafe { out.cast::<T>().write(value) };
}

/// # Safety
/// A `T` lies there, which nobody writes.
pub(super) unsafe fn see<'a, T>(value: *const ()) -> &'a T {
    // SAFETY: the caller says so.
    unsafe { &*value.cast::<T>() }
}

/// Where a value lies, for who moves it or writes it.
pub(super) fn at<T>(value: &T) -> *mut () {
    ptr::from_ref(value).cast_mut().cast()
}

macro_rules! buffer {
    ($type:ty, |$value:ident| $storage:expr, |$parts:ident| $make:expr) => {
        impl<T: 'static> Described for $type {
            fn describe(shapes: &mut Shapes) {
                shapes.name::<T>();
                if shapes.begin::<Self>() {
                    let (element, buffer) = (TypeId::of::<T>(), Of::<Self>::new());
                    shapes.add::<Self>(Kind::Buffer { element, buffer });
                }
            }
        }

        impl<T: 'static> Buffer for Of<$type> {
            unsafe fn storage(&self, value: *const ()) -> Storage {
                // SAFETY: the caller says that it is one.
                let $value = unsafe { see::<$type>(value) };
                $storage
            }

            unsafe fn make(&self, $parts: Storage, out: *mut ()) {
                // SAFETY: the storage is one of the type's elements, as the caller says.
                let value: $type = unsafe { $make };
                // SAFETY: the caller says that there is room.
                unsafe { put(value, out) };
            }
        }
    };
}

buffer!(
    Vec<T>,
    |value| Storage { first: value.as_ptr().cast_mut().cast(), length: value.len(), capacity: value.capacity() },
    |parts| Vec::from_raw_parts(parts.first.cast(), parts.length, parts.capacity)
);
buffer!(Box<T>, |value| Storage { first: at(&**value), length: 1, capacity: 1 }, |parts| Box::from_raw(
    parts.first.cast()
));
buffer!(
    Box<[T]>,
    |value| Storage { first: value.as_ptr().cast_mut().cast(), length: value.len(), capacity: value.len() },
    |parts| Box::from_raw(ptr::slice_from_raw_parts_mut(parts.first.cast(), parts.length))
);

/// `$borrow` gives where the value is, or says why nobody may look.
macro_rules! cover {
    ($type:ty, |$value:ident| $borrow:expr, |$poisoned:ident| $is_poisoned:expr, |$inner:ident, $to_poison:ident| $make:expr) => {
        impl<T: 'static> Described for $type {
            fn describe(shapes: &mut Shapes) {
                shapes.name::<T>();
                if shapes.begin::<Self>() {
                    shapes.add::<Self>(Kind::Cover { inner: TypeId::of::<T>(), cover: Of::<Self>::new() });
                }
            }
        }

        impl<T: 'static> Cover for Of<$type> {
            unsafe fn inner(&self, value: *const ()) -> Result<Option<*mut ()>, &'static str> {
                // SAFETY: the caller says that it is one.
                let $value = unsafe { see::<$type>(value) };
                $borrow
            }

            unsafe fn is_poisoned(&self, value: *const ()) -> bool {
                // SAFETY: the caller says that it is one.
                let $poisoned = unsafe { see::<$type>(value) };
                $is_poisoned
            }

            unsafe fn make(&self, inner: Option<*mut ()>, $to_poison: bool, out: *mut ()) {
                // SAFETY: the caller gives it away.
                let $inner = inner.map(|inner| unsafe { take::<T>(inner) });
                let value: $type = $make;
                // SAFETY: the caller says that there is room.
                unsafe { put(value, out) };
            }
        }
    };
}

/// Those that are never empty are made around a value.
const FULL: &str = "a value that is never empty has an inner one";

cover!(Cell<T>, |value| Ok(Some(value.as_ptr().cast())), |_value| false, |inner, _poison| Cell::new(
    inner.expect(FULL)
));
cover!(UnsafeCell<T>, |value| Ok(Some(value.get().cast())), |_value| false, |inner, _poison| UnsafeCell::new(
    inner.expect(FULL)
));
cover!(
    RefCell<T>,
    |value| match value.try_borrow_mut() {
        Ok(_) => Ok(Some(value.as_ptr().cast())),
        Err(_) => Err("it is borrowed"),
    },
    |_value| false,
    |inner, _poison| RefCell::new(inner.expect(FULL))
);
cover!(OnceCell<T>, |value| Ok(value.get().map(at)), |_value| false, |inner, _poison| inner
    .map_or_else(OnceCell::new, OnceCell::from));
cover!(OnceLock<T>, |value| Ok(value.get().map(at)), |_value| false, |inner, _poison| inner
    .map_or_else(OnceLock::new, OnceLock::from));
cover!(
    Mutex<T>,
    |value| match value.try_lock() {
        Ok(guard) => Ok(Some(at(&*guard))),
        Err(TryLockError::Poisoned(guard)) => Ok(Some(at(&**guard.get_ref()))),
        Err(TryLockError::WouldBlock) => Err("it is locked"),
    },
    |value| value.is_poisoned(),
    |inner, is_poisoned| {
        let mutex = Mutex::new(inner.expect(FULL));
        if is_poisoned {
            poison(|| mutex.lock());
        }
        mutex
    }
);
cover!(
    RwLock<T>,
    |value| match value.try_write() {
        Ok(guard) => Ok(Some(at(&*guard))),
        Err(TryLockError::Poisoned(guard)) => Ok(Some(at(&**guard.get_ref()))),
        Err(TryLockError::WouldBlock) => Err("it is locked"),
    },
    |value| value.is_poisoned(),
    |inner, is_poisoned| {
        let lock = RwLock::new(inner.expect(FULL));
        if is_poisoned {
            poison(|| lock.write());
        }
        lock
    }
);

/// As a panic does that meets a lock held, but unseen: no hook is called.
fn poison<G>(lock: impl FnOnce() -> G) {
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let _guard = lock();
        resume_unwind(Box::new(()))
    }));
}

macro_rules! shared {
    ($pointer:ident, $weak:ident, $module:ident) => {
        impl<T: 'static> Described for $module::$pointer<T> {
            fn describe(shapes: &mut Shapes) {
                shapes.name::<T>();
                if shapes.begin::<Self>() {
                    shapes.add::<Self>(Kind::Shared { inner: TypeId::of::<T>(), shared: Of::<Self>::new() });
                }
            }
        }

        impl<T: 'static> Shared for Of<$module::$pointer<T>> {
            fn is_weak(&self) -> bool {
                false
            }

            unsafe fn inner(&self, value: *const ()) -> Option<*mut ()> {
                // SAFETY: the caller says that it is one.
                Some($module::$pointer::as_ptr(unsafe { see::<$module::$pointer<T>>(value) }).cast_mut().cast())
            }

            unsafe fn counts(&self, value: *const ()) -> (usize, usize) {
                // SAFETY: the caller says that it is one.
                let value = unsafe { see::<$module::$pointer<T>>(value) };
                ($module::$pointer::strong_count(value), $module::$pointer::weak_count(value))
            }

            fn allocate(&self) -> *mut () {
                $module::$pointer::into_raw($module::$pointer::<T>::new_uninit()).cast_mut().cast()
            }

            unsafe fn point(&self, inner: Option<*mut ()>, out: *mut ()) {
                let inner = inner.expect("such a pointer points to a value").cast::<T>();
                // SAFETY: the value is one that such a pointer points to; this is one more.
                unsafe { $module::$pointer::increment_strong_count(inner) };
                // SAFETY: as above.
                let pointer = unsafe { $module::$pointer::from_raw(inner) };
                // SAFETY: the caller says that there is room.
                unsafe { put(pointer, out) };
            }

            unsafe fn let_go(&self, inner: *mut (), strong: usize, weak: usize) {
                let inner = inner.cast::<MaybeUninit<T>>();
                for _ in 0..weak {
                    // SAFETY: the caller gives as many away; what is weak and what is not point to the same place.
                    drop(unsafe { $module::$weak::from_raw(inner) });
                }
                for _ in 0..strong {
                    // SAFETY: as above; of a value that may be none, nothing is dropped.
                    drop(unsafe { $module::$pointer::from_raw(inner) });
                }
            }

            unsafe fn free_dangling(&self, _value: *mut ()) {}
        }

        impl<T: 'static> Described for $module::$weak<T> {
            fn describe(shapes: &mut Shapes) {
                shapes.name::<T>();
                if shapes.begin::<Self>() {
                    shapes.add::<Self>(Kind::Shared { inner: TypeId::of::<T>(), shared: Of::<Self>::new() });
                }
            }
        }

        impl<T: 'static> Shared for Of<$module::$weak<T>> {
            fn is_weak(&self) -> bool {
                true
            }

            unsafe fn inner(&self, value: *const ()) -> Option<*mut ()> {
                // SAFETY: the caller says that it is one.
                let value = unsafe { see::<$module::$weak<T>>(value) };
                (value.strong_count() > 0).then(|| value.as_ptr().cast_mut().cast())
            }

            unsafe fn counts(&self, value: *const ()) -> (usize, usize) {
                // SAFETY: the caller says that it is one.
                let value = unsafe { see::<$module::$weak<T>>(value) };
                (value.strong_count(), value.weak_count())
            }

            fn allocate(&self) -> *mut () {
                Of::<$module::$pointer<T>>(PhantomData).allocate()
            }

            unsafe fn point(&self, inner: Option<*mut ()>, out: *mut ()) {
                let weak = inner.map_or_else($module::$weak::new, |inner| {
                    // SAFETY: the value is one that pointers of this kind point to, and it keeps the one it is made from.
                    let pointer = mem::ManuallyDrop::new(unsafe { $module::$pointer::from_raw(inner.cast::<T>()) });
                    $module::$pointer::downgrade(&pointer)
                });
                // SAFETY: the caller says that there is room.
                unsafe { put::<$module::$weak<T>>(weak, out) };
            }

            unsafe fn let_go(&self, inner: *mut (), strong: usize, weak: usize) {
                // SAFETY: the caller says what this asks for.
                unsafe { Of::<$module::$pointer<T>>(PhantomData).let_go(inner, strong, weak) };
            }

            unsafe fn free_dangling(&self, value: *mut ()) {
                // SAFETY: the caller gives it away.
                drop(unsafe { take::<$module::$weak<T>>(value) });
            }
        }
    };
}

shared!(Rc, Weak, rc);
shared!(Arc, Weak, sync);
