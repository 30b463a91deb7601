//! The shapes of the standard library's collections: sets, maps, queues.
//!
//! What arranges them is code of the program (`Hash`, `Eq`, `Ord`), which may panic, and which may find two keys equal that
//! were not.

use super::containers::{Bag, Entry};
use super::shape::{Described, Kind, Shapes};
use super::standard::{Of, at, put, see, take};
use std::any::TypeId;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;

/// Of entries with a key, and a value, which is `()` where there is none.
trait Collection: Sized + 'static {
    type Key: 'static;
    type Value: 'static;
    /// What decides on the arrangement.
    type Arranger: 'static;

    fn with_room(length: usize, arranger: Self::Arranger) -> Self;

    fn arranger(&self) -> &Self::Arranger;

    fn entries<'a>(&'a self) -> Box<dyn Iterator<Item = (&'a Self::Key, &'a Self::Value)> + 'a>;

    fn into_entries(self) -> Box<dyn Iterator<Item = (Self::Key, Self::Value)>>;

    /// Whether there is an equal key. What may panic, does so here and not in [`Self::insert`].
    fn has(&self, key: &Self::Key) -> bool;

    fn insert(&mut self, key: Self::Key, value: Self::Value);

    /// Adds entries, which are moved, one after the other; an error says why the last one was not. It may panic between two.
    ///
    /// # Safety
    /// They are of the types of the collection's parts.
    unsafe fn fill(&mut self, entries: &mut dyn Iterator<Item = Entry>) -> Result<(), String> {
        for [key, value] in entries {
            // SAFETY: the caller says that a key lies there.
            if self.has(unsafe { see(key) }) {
                return Err("two of its keys are equal now".to_owned());
            }
            // SAFETY: the caller gives it away.
            let key = unsafe { take(key) };
            // SAFETY: the caller gives it away; a value without bytes lies anywhere.
            let value = unsafe { take(value) };
            self.insert(key, value);
        }
        Ok(())
    }
}

/// Nothing: elements stay as they came.
const NOTHING: &() = &();

macro_rules! described {
    ([$($bounds:tt)*] $type:ty) => {
        impl<$($bounds)*> Described for $type {
            fn describe(shapes: &mut Shapes) {
                describe::<Self>(shapes);
            }
        }
    };
}

described!([T: 'static] VecDeque<T>);
described!([T: 'static] LinkedList<T>);
described!([T: Ord + 'static] BinaryHeap<T>);
described!([T: Ord + 'static] BTreeSet<T>);
described!([K: Ord + 'static, V: 'static] BTreeMap<K, V>);
described!([T: Eq + Hash + 'static, S: BuildHasher + 'static] HashSet<T, S>);
described!([K: Eq + Hash + 'static, V: 'static, S: BuildHasher + 'static] HashMap<K, V, S>);

fn describe<C: Collection>(shapes: &mut Shapes) {
    shapes.name::<C::Key>();
    shapes.name::<C::Arranger>();
    let mut parts = vec![TypeId::of::<C::Key>()];
    if TypeId::of::<C::Value>() != TypeId::of::<()>() {
        shapes.name::<C::Value>();
        parts.push(TypeId::of::<C::Value>());
    }
    if shapes.begin::<C>() {
        // Two have it for a moment, which it must not mind.
        let is_plain = !mem::needs_drop::<C::Arranger>();
        shapes.add::<C>(if is_plain { Kind::Bag { parts, bag: Of::<C>::new() } } else { Kind::Opaque });
    }
}

impl<C: Collection> Bag for Of<C> {
    unsafe fn each(&self, value: *const (), visit: &mut dyn FnMut(Entry) -> bool) {
        // SAFETY: the caller says that it is one.
        let _ = unsafe { see::<C>(value) }.entries().all(|(key, value)| visit([at(key), at(value)]));
    }

    fn arranger_type(&self) -> TypeId {
        TypeId::of::<C::Arranger>()
    }

    unsafe fn arranger(&self, value: *const ()) -> *const () {
        // SAFETY: the caller says that it is one.
        ptr::from_ref(unsafe { see::<C>(value) }.arranger()).cast()
    }

    unsafe fn make(&self, length: usize, arranger: *const (), out: *mut ()) {
        // SAFETY: the caller says that it is one; it has no destructor.
        let arranger = unsafe { take::<C::Arranger>(arranger) };
        // SAFETY: the caller says that there is room.
        unsafe { put(C::with_room(length, arranger), out) };
    }

    unsafe fn fill(&self, value: *mut (), entries: &mut dyn Iterator<Item = Entry>) -> Result<(), String> {
        // SAFETY: the caller says that it is one.
        let collection = unsafe { &mut *value.cast::<C>() };
        // SAFETY: the caller says that they are.
        let filled = catch_unwind(AssertUnwindSafe(|| unsafe { collection.fill(entries) }));
        if !matches!(filled, Ok(Ok(()))) {
            // SAFETY: what was moved in is the caller's again; the arranger stays with what is empty now.
            let gone = unsafe { value.cast::<C>().read() };
            gone.into_entries().for_each(mem::forget);
            // SAFETY: as above.
            let arranger = unsafe { self.arranger(value) };
            // SAFETY: as above.
            unsafe { self.make(0, arranger, value) };
        }
        filled.unwrap_or_else(|panic| resume_unwind(panic))
    }

    unsafe fn take_apart(&self, value: *mut (), visit: &mut dyn FnMut(Entry)) {
        // SAFETY: the caller gives it away.
        for (key, value) in unsafe { take::<C>(value) }.into_entries() {
            let (key, value) = (ManuallyDrop::new(key), ManuallyDrop::new(value));
            visit([at(&*key), at(&*value)]);
        }
    }
}

macro_rules! map {
    ([$($bounds:tt)*] $type:ty, $arranger:ty, |$length:ident, $by:ident| $new:expr, |$map:ident| $arranger_of:expr) => {
        impl<$($bounds)*> Collection for $type {
            type Key = K;
            type Value = V;
            type Arranger = $arranger;

            fn with_room($length: usize, $by: $arranger) -> Self {
                $new
            }

            fn arranger(&self) -> &$arranger {
                let $map = self;
                $arranger_of
            }

            fn entries<'a>(&'a self) -> Box<dyn Iterator<Item = (&'a K, &'a V)> + 'a> {
                Box::new(self.iter())
            }

            fn into_entries(self) -> Box<dyn Iterator<Item = (K, V)>> {
                Box::new(self.into_iter())
            }

            fn has(&self, key: &K) -> bool {
                self.contains_key(key)
            }

            fn insert(&mut self, key: K, value: V) {
                let _: Option<V> = self.insert(key, value);
            }
        }
    };
}

map!(
    [K: Eq + Hash + 'static, V: 'static, S: BuildHasher + 'static] HashMap<K, V, S>,
    S,
    |length, by| Self::with_capacity_and_hasher(length, by),
    |map| map.hasher()
);
map!([K: Ord + 'static, V: 'static] BTreeMap<K, V>, (), |_length, _by| Self::new(), |_map| NOTHING);

macro_rules! list {
    (
        [$($bounds:tt)*] $type:ty, $arranger:ty,
        |$length:ident, $by:ident| $new:expr,
        |$list:ident| $arranger_of:expr,
        |$whole:ident, $key:ident| $has:expr,
        |$part:ident, $element:ident| $insert:expr
        $(, $fill:item)?
    ) => {
        impl<$($bounds)*> Collection for $type {
            type Key = T;
            type Value = ();
            type Arranger = $arranger;

            fn with_room($length: usize, $by: $arranger) -> Self {
                $new
            }

            fn arranger(&self) -> &$arranger {
                let $list = self;
                $arranger_of
            }

            fn entries<'a>(&'a self) -> Box<dyn Iterator<Item = (&'a T, &'a ())> + 'a> {
                Box::new(self.iter().map(|element| (element, NOTHING)))
            }

            fn into_entries(self) -> Box<dyn Iterator<Item = (T, ())>> {
                Box::new(self.into_iter().map(|element| (element, ())))
            }

            fn has(&self, $key: &T) -> bool {
                let $whole = self;
                $has
            }

            fn insert(&mut self, $element: T, (): ()) {
                let $part = self;
                $insert;
            }

            $($fill)?
        }
    };
}

list!(
    [T: Eq + Hash + 'static, S: BuildHasher + 'static] HashSet<T, S>, S,
    |length, by| Self::with_capacity_and_hasher(length, by),
    |set| set.hasher(),
    |set, element| set.contains(element),
    |set, element| set.insert(element)
);
list!(
    [T: Ord + 'static] BTreeSet<T>, (),
    |_length, _by| Self::new(),
    |_set| NOTHING,
    |set, element| set.contains(element),
    |set, element| set.insert(element)
);
list!(
    [T: 'static] VecDeque<T>, (),
    |length, _by| Self::with_capacity(length),
    |_queue| NOTHING,
    |_queue, _element| false,
    |queue, element| queue.push_back(element)
);
list!(
    [T: 'static] LinkedList<T>, (),
    |_length, _by| Self::new(),
    |_queue| NOTHING,
    |_queue, _element| false,
    |queue, element| queue.push_back(element)
);
list!(
    [T: Ord + 'static] BinaryHeap<T>, (),
    |length, _by| Self::with_capacity(length),
    |_heap| NOTHING,
    |_heap, _element| false,
    |heap, element| heap.push(element),
    // Every push compares what has been moved already.
    unsafe fn fill(&mut self, entries: &mut dyn Iterator<Item = Entry>) -> Result<(), String> {
        // SAFETY: the caller gives them away.
        let elements: Vec<Kept<T>> = entries.map(|[element, _]| Kept(ManuallyDrop::new(unsafe { take(element) }))).collect();
        let arranged = ManuallyDrop::new(BinaryHeap::from(elements).into_vec());
        // SAFETY: `Kept<T>` is laid out as `T` is.
        let arranged = unsafe { Vec::from_raw_parts(arranged.as_ptr().cast_mut().cast(), arranged.len(), arranged.capacity()) };
        // It is a heap already: what did not panic before does not now.
        *self = BinaryHeap::from(arranged);
        Ok(())
    }
);

/// What is compared, and not dropped if that panics.
#[repr(transparent)]
struct Kept<T>(ManuallyDrop<T>);

impl<T: Ord> PartialEq for Kept<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T: Ord> Eq for Kept<T> {}

impl<T: Ord> PartialOrd for Kept<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord> Ord for Kept<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
