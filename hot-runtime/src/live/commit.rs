//! Carries all live values over from one generation to another, or none.

use super::build::{Builder, Problem, Room};
use super::changed::{changed, mentioned, successors};
use super::entries::{Entries, Entry, Made};
use super::old::Known;
use super::plan::{Index, Plans, short};
use super::shape::{Shape, Shapes};
use super::standard::describe_numbers;
use super::value::nobody_is_busy;
use std::alloc::Layout;
use std::panic::Location;
use std::path::Path;
use std::sync::atomic::Ordering;
#[cfg(feature = "serde")]
use std::{fs, io, io::Write as _, os::unix::fs::OpenOptionsExt as _};

/// Tells the shapes of a live type, as the newest code has them.
pub(crate) type Describe = fn(&mut Shapes);

/// The live types of a program, by what tells their shapes.
#[derive(Debug, Default)]
pub(crate) struct Types {
    describe: Vec<Describe>,
    /// As the generation has them that is published; nothing before they were needed.
    shapes: Option<Shapes>,
}

impl Types {
    /// Takes more of them in.
    pub(crate) fn add(&mut self, describe: impl IntoIterator<Item = Describe>) {
        for describe in describe {
            if !self.describe.iter().any(|known| std::ptr::fn_addr_eq(*known, describe)) {
                self.describe.push(describe);
                // What tells of it now was not asked.
                self.shapes = None;
            }
        }
    }

    /// Has the program go over to another generation, by `publish`, and all live values with it; `told` are the types that are laid
    /// out otherwise there. If one of them cannot, `take_back` has it go back, and an error says which one and why.
    ///
    /// The gate is closed ([`crate::gate`]).
    pub(crate) fn migrate(
        &mut self,
        generation: u32,
        told: &[String],
        publish: impl FnOnce(),
        take_back: impl FnOnce(),
    ) -> Result<(), String> {
        let old = self.shapes.take().unwrap_or_else(|| self.describe());
        publish();
        let new = self.describe();
        let migrated = carry_over(&old, &new, told, generation);
        match migrated {
            Ok(()) => self.shapes = Some(new),
            Err(_) => {
                take_back();
                self.shapes = Some(old);
            }
        }
        migrated
    }

    /// The values stay as they are, and are dropped by the newest code from now on.
    pub(crate) fn stay(&mut self) {
        if self.describe.is_empty() {
            return;
        }
        let new = self.describe();
        Entries::lock().iter().for_each(|entry| entry.settle(&new));
        self.shapes = Some(new);
    }

    /// Writes all values for the next process; the gate is closed ([`crate::gate`]).
    ///
    /// # Errors
    /// One of them cannot be written.
    pub(crate) fn keep(&self, path: &Path) -> Result<u64, String> {
        #[cfg(feature = "serde")]
        {
            let snapshot = super::kept::keep(&self.describe())?;
            write(path, &snapshot.encode())
                .map_err(|error| format!("failed to write `{}`: {error}", path.display()))?;
            Ok(snapshot.values.len() as u64)
        }
        #[cfg(not(feature = "serde"))]
        no_serde(path)
    }

    /// Has values that another process wrote wait for who makes them in this one.
    ///
    /// # Errors
    /// One of them does not fit its type; then none waits.
    pub(crate) fn restore(&self, path: &Path) -> Result<u64, String> {
        #[cfg(feature = "serde")]
        {
            let bytes = fs::read(path).map_err(|error| format!("failed to read `{}`: {error}", path.display()))?;
            let unreadable = "what the process before wrote is of another version of `hot-runtime`, or damaged";
            let snapshot = super::kept::Snapshot::decode(&bytes).map_err(|_| unreadable)?;
            super::kept::restore(snapshot, &self.describe())
        }
        #[cfg(not(feature = "serde"))]
        no_serde(path)
    }

    fn describe(&self) -> Shapes {
        let mut shapes = Shapes::default();
        describe_numbers(&mut shapes);
        self.describe.iter().for_each(|describe| describe(&mut shapes));
        shapes
    }
}

impl Entry {
    fn settle(&self, shapes: &Shapes) {
        let mut content = self.content();
        // A type may have another identity though nothing of its layout changed.
        let shape = shapes.get(content.id).or_else(|| shapes.named(content.name));
        if let Some(shape) = shape.filter(|shape| shape.layout() == content.layout) {
            (content.id, content.drop) = (shape.id, shape.drop);
        }
    }
}

/// For the user alone.
#[cfg(feature = "serde")]
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.write_all(bytes)
}

#[cfg(not(feature = "serde"))]
fn no_serde(_: &Path) -> Result<u64, String> {
    Err("no live type is `#[hot(serde)]`, as `hot-runtime` is built without its feature `serde`".into())
}

/// A value and what it becomes.
struct Move<'a> {
    entry: &'static Entry,
    plan: Index,
    old: Made,
    new: *mut (),
    shape: &'a Shape,
}

fn carry_over(old: &Shapes, new: &Shapes, told: &[String], generation: u32) -> Result<(), String> {
    // The list is not held: code of the program that makes values may make and drop live ones.
    let entries = Entries::lock().all();
    let successors = successors(old, new);
    let known = Known { shapes: old, successors: &successors, changed: &changed(old, new, &successors, told) };
    let mut plans = Plans::new(&known, new, told);
    let mut found = Vec::new();
    for entry in entries {
        let content = *entry.content();
        let is_unknown = || old.get(content.id).is_none() && mentioned(content.name, told).is_some();
        if known.changed.contains(&content.id) || is_unknown() {
            let id = successors.get(&content.id).copied().unwrap_or(content.id);
            let plan = plans.plan(content.id, id);
            found.push((entry, plan, id, Made { value: entry.value.load(Ordering::Relaxed), content }));
        }
    }
    let builder = Builder::new(&plans);
    let mut moves: Vec<Move<'_>> = Vec::new();
    let mut problem = None;
    for (entry, plan, id, old) in found {
        let name = old.content.name;
        let Some(shape) = new.get(id) else {
            problem = Some(format!("`{}` is not `#[hot]` any more", short(name)));
            break;
        };
        let room = Room::new(Layout::from_size_align(shape.size, shape.align).unwrap_or(Layout::new::<()>()));
        // SAFETY: the plan is for values of this type, and nobody uses this one: the gate is closed, and its entry free.
        if let Err(found) = unsafe { builder.build(plan, old.value, room.start) } {
            problem = Some(sentence(name, &found));
            break;
        }
        moves.push(Move { entry, plan, old, new: room.keep(), shape });
    }
    let problem = problem.or_else(|| builder.check_shared().err().map(|found| sentence("", &found)));
    if let Some(problem) = problem {
        for Move { plan, new, shape, .. } in &moves {
            // SAFETY: it was built, and nobody has seen it.
            unsafe { builder.discard(*plan, *new) };
            // SAFETY: it is memory of the global allocator with this layout.
            drop(unsafe { Room::of(*new, shape.layout()) });
        }
        // SAFETY: as above.
        unsafe { builder.discard_shared() };
        return Err(problem);
    }
    for Move { entry, new, shape, .. } in &moves {
        entry.value.store(*new, Ordering::Relaxed);
        let mut content = entry.content();
        (content.id, content.layout, content.drop) = (shape.id, shape.layout(), shape.drop);
        content.generation = generation;
    }
    for Move { plan, old, .. } in &moves {
        // SAFETY: it was built from, and nobody finds it any more.
        unsafe { builder.release(*plan, old.value) };
        // SAFETY: it is memory of the global allocator with this layout.
        drop(unsafe { Room::of(old.value, old.content.layout) });
    }
    // SAFETY: as above.
    unsafe { builder.release_shared() };
    Ok(())
}

/// ``World.enemies[17].hp`: 300 has no place in a `u8``
pub(crate) fn sentence(name: &str, problem: &Problem) -> String {
    let (name, path) = (short(name), problem.path());
    if name.is_empty() { problem.reason.clone() } else { format!("`{name}{path}`: {}", problem.reason) }
}

impl Shape {
    pub(crate) fn layout(&self) -> Layout {
        Layout::from_size_align(self.size, self.align).unwrap_or(Layout::new::<()>())
    }
}

/// Whether nobody uses a live value.
pub(crate) fn is_quiet() -> bool {
    nobody_is_busy() && Entries::lock().iter().all(Entry::is_free)
}

/// A value that somebody uses: its type, and where the guard was taken.
pub(crate) fn in_use() -> Option<(&'static str, &'static Location<'static>)> {
    let entries = Entries::lock();
    let entry = entries.iter().find(|entry| !entry.is_free())?;
    let taken = entry.taken.load(Ordering::Relaxed);
    // SAFETY: it is a place in the program, which is there for good.
    let taken = unsafe { taken.as_ref() }?;
    let name = entry.content().name;
    Some((name, taken))
}
