//! The live values of a process, and what is known of each.

#[cfg(feature = "serde")]
use super::shape::Shape;
use super::shape::{DropInPlace, drop_in_place};
use std::alloc::{Layout, dealloc};
use std::any::{TypeId, type_name};
use std::mem;
use std::panic::Location;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a [`Live`](super::Live) points to; it stays where it is when the value moves.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) value: AtomicPtr<()>,
    /// How many guards there are.
    pub(super) guards: AtomicU32,
    /// Where the last of them was taken.
    pub(super) taken: AtomicPtr<Location<'static>>,
    /// Whether it is in the list.
    is_listed: bool,
    /// Held for a moment.
    content: Mutex<Content>,
}

/// Of an entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content {
    pub(super) id: TypeId,
    /// The type's.
    pub(super) name: &'static str,
    pub(super) layout: Layout,
    pub(super) drop: Option<DropInPlace>,
    /// The generation that its type is of.
    pub(super) generation: u32,
    /// `None` of a value that was kept of another process, and that nobody has asked for.
    pub(super) origin: Option<Origin>,
    /// In the list.
    index: usize,
}

/// How a value came to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// The name of what made it.
    #[cfg_attr(not(feature = "serde"), expect(dead_code, reason = "by it, a value is found in the next process"))]
    pub(super) maker: &'static str,
    pub(super) place: &'static Location<'static>,
    /// Which of those that were made of one type by one maker at one place.
    #[cfg_attr(not(feature = "serde"), expect(dead_code, reason = "by it, a value is found in the next process"))]
    pub(super) nth: u32,
}

/// A value, in memory of its own.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) value: *mut (),
    pub(super) content: Content,
}

impl Content {
    /// Of a value of this shape.
    #[cfg(feature = "serde")]
    pub(super) fn new(shape: &Shape, generation: u32) -> Self {
        let (id, name, layout, drop) = (shape.id, shape.name, shape.layout(), shape.drop);
        Self { id, name, layout, drop, generation, origin: None, index: 0 }
    }
}

impl Made {
    pub(super) fn new<T: 'static>(value: T, generation: u32) -> Self {
        let drop: Option<DropInPlace> = if mem::needs_drop::<T>() { Some(drop_in_place::<T>) } else { None };
        let (id, name, layout) = (TypeId::of::<T>(), type_name::<T>(), Layout::new::<T>());
        let content = Content { id, name, layout, drop, generation, origin: None, index: 0 };
        Self { value: Box::into_raw(Box::new(value)).cast(), content }
    }

    /// Drops a value and frees its memory.
    ///
    /// # Safety
    /// The content tells of it, and it is not used any more.
    pub(super) unsafe fn drop(value: *mut (), content: Content) {
        /// Freed even where a destructor panics.
        struct Memory(*mut (), Layout);

        impl Drop for Memory {
            fn drop(&mut self) {
                if self.1.size() > 0 {
                    // SAFETY: it was allocated so, by a box.
                    unsafe { dealloc(self.0.cast(), self.1) };
                }
            }
        }

        let _memory = Memory(value, content.layout);
        if let Some(drop_in_place) = content.drop {
            // SAFETY: the caller says that it is a value of this type.
            unsafe { drop_in_place(value) };
        }
    }
}

/// By their addresses; each belongs to its `Live`, which takes it out of the list before it is gone.
static ENTRIES: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Keeps entries from coming and going.
pub(super) struct Entries(MutexGuard<'static, Vec<usize>>);

impl Entries {
    pub(super) fn lock() -> Self {
        Self(ENTRIES.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// All of them, which are there as long as nobody may drop one: as long as the gate is closed, but for those that were made
    /// behind it.
    pub(super) fn all(&self) -> Vec<&'static Entry> {
        // SAFETY: they are in the list, and, as the caller knows, stay there.
        self.0.iter().map(|address| unsafe { &*std::ptr::with_exposed_provenance::<Entry>(*address) }).collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        // SAFETY: an entry is there as long as it is in the list.
        self.0.iter().map(|address| unsafe { &*std::ptr::with_exposed_provenance::<Entry>(*address) })
    }
}

impl Entry {
    /// Takes a value in; the list knows it, if that is wanted.
    pub(super) fn new(mut made: Made, origin: Option<Origin>, is_listed: bool) -> *mut Self {
        made.content.origin = origin;
        let entry = Box::into_raw(Box::new(Self {
            value: AtomicPtr::new(made.value),
            guards: AtomicU32::new(0),
            taken: AtomicPtr::default(),
            is_listed,
            content: Mutex::new(made.content),
        }));
        if is_listed {
            let mut entries = Entries::lock();
            // SAFETY: it was made above.
            unsafe { &*entry }.content().index = entries.0.len();
            entries.0.push(entry.expose_provenance());
        }
        entry
    }

    /// Another one for each.
    #[cfg(feature = "serde")]
    pub(super) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Whether nobody has a guard.
    pub(super) fn is_free(&self) -> bool {
        // Acquire: pairs with the Release where guards are dropped.
        self.guards.load(Ordering::Acquire) == 0
    }

    pub(super) fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes it out of the list.
    pub(super) fn leave(&self) {
        if self.is_listed {
            let mut entries = Entries::lock();
            let index = self.content().index;
            entries.0.swap_remove(index);
            if let Some(moved) = entries.0.get(index) {
                // SAFETY: it is in the list.
                unsafe { &*std::ptr::with_exposed_provenance::<Self>(*moved) }.content().index = index;
            }
        }
    }
}
