//! Whose value is whose: what a process was left waits here until the program makes the value that it is the successor of.
//!
//! That is the one which the same function makes of the same type, called in the same file, and as the same one in a row. Where
//! the file calls it in several places, it is the one in the same place.

use super::super::entries::{self, Entry};
use super::super::value::Live;
use crate::wire::Values;
use std::any::TypeId;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::panic::Location;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How a value came to be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    /// The name of what made it.
    pub(crate) maker: String,
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// Which of those that were made there so, from 0.
    pub(crate) nth: u32,
}

/// A value that waits.
pub(crate) struct Waiting {
    pub(crate) name: &'static str,
    pub(crate) origin: Origin,
    /// Whether all others by its maker were made at the same place.
    is_alone: bool,
    entry: NonNull<Entry>,
}

// SAFETY: the entry is for any thread, and its value is for who asks for it.
unsafe impl Send for Waiting {}

static WAITING: Mutex<Vec<Waiting>> = Mutex::new(Vec::new());
static IS_ANY_WAITING: AtomicBool = AtomicBool::new(false);

/// How many values were made of a type by a maker at a place.
static COUNTS: Mutex<Option<HashMap<Made, u32>>> = Mutex::new(None);
type Made = (&'static str, &'static str, &'static Location<'static>);

fn lock<T>(mutex: &'static Mutex<T>) -> MutexGuard<'static, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts one more, and says how many there were.
pub(crate) fn count(name: &'static str, maker: &'static str, place: &'static Location<'static>) -> u32 {
    let mut counts = lock(&COUNTS);
    let count = counts.get_or_insert_default().entry((name, maker, place)).or_default();
    *count += 1;
    *count - 1
}

/// What was made so in the process before, of the type that this name and identity have.
pub(crate) fn claim((name, id): (&str, TypeId), made: entries::Origin) -> Option<NonNull<Entry>> {
    // Relaxed: it is written before the program begins.
    if !IS_ANY_WAITING.load(Ordering::Relaxed) {
        return None;
    }
    let is_it = |it: &Waiting| {
        let origin = &it.origin;
        let (place, maker) = (made.place, made.maker);
        let is_there = it.is_alone || (origin.line, origin.column) == (place.line(), place.column());
        let is_so = origin.maker == maker && origin.file == place.file() && origin.nth == made.nth;
        // SAFETY: what waits is there.
        is_so && is_there && it.name == name && unsafe { it.entry.as_ref() }.content().id == id
    };
    let mut waiting = lock(&WAITING);
    let index = waiting.iter().position(is_it)?;
    Some(waiting.swap_remove(index).entry)
}

/// Tells of each value that nobody has asked for.
pub(crate) fn waiting<T>(tell: impl FnMut(&Waiting) -> T) -> Vec<T> {
    lock(&WAITING).iter().map(tell).collect()
}

/// Values that are about to wait.
#[derive(Default)]
pub(crate) struct Claims(Vec<Waiting>);

impl Claims {
    pub(crate) fn add(&mut self, name: &'static str, origin: Origin, entry: NonNull<Entry>) {
        self.0.push(Waiting { name, origin, is_alone: true, entry });
    }

    /// From now on, they wait.
    pub(crate) fn wait(mut self) {
        let maker = |it: &Waiting| (it.name, it.origin.maker.clone(), it.origin.file.clone());
        let places: HashSet<_> = self.0.iter().map(|it| (maker(it), it.origin.line, it.origin.column)).collect();
        let mut counts: HashMap<_, u32> = HashMap::new();
        places.into_iter().for_each(|(maker, ..)| *counts.entry(maker).or_default() += 1);
        self.0.iter_mut().for_each(|it| it.is_alone = counts[&maker(it)] == 1);
        IS_ANY_WAITING.store(!self.0.is_empty(), Ordering::Relaxed);
        *lock(&WAITING) = self.0;
    }
}

impl Waiting {
    pub(crate) fn told(&self) -> Values {
        // SAFETY: what waits is there.
        let content = *unsafe { self.entry.as_ref() }.content();
        let (name, file, line) = (self.name.to_owned(), self.origin.file.clone(), self.origin.line);
        let (size, generation) = (content.layout.size() as u64, content.generation);
        Values { name, file, line, is_waiting: true, size, generation, count: 0 }
    }

    pub(in super::super) fn is(&self, entry: &Entry) -> bool {
        std::ptr::eq(self.entry.as_ptr(), entry)
    }
}

thread_local! {
    /// Where this thread writes values: the entries of those that are inside others.
    static INSIDE: RefCell<Option<HashSet<usize>>> = const { RefCell::new(None) };
}

/// Notes that a value is written as part of another one, or by itself.
pub(crate) fn inside<T>(live: &Live<T>) {
    INSIDE.with_borrow_mut(|inside| {
        inside.iter_mut().for_each(|inside| {
            inside.insert(live.address());
        });
    });
}

/// What `write` meets inside of what it writes, by the addresses of their entries.
pub(crate) fn met_inside<T>(write: impl FnOnce() -> T) -> (T, HashSet<usize>) {
    INSIDE.set(Some(HashSet::new()));
    let written = write();
    (written, INSIDE.take().unwrap_or_default())
}
