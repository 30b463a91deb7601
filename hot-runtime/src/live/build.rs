//! Makes new values of old ones, by the plans for their types; and undoes that, or lets go of the old ones.
//!
//! While new values are made, the old ones stay as they are: what is moved is in both. Then either the old ones are *released*:
//! what nothing became of is dropped, and their memory is freed; or the new ones are *discarded*: what was made for them alone is
//! dropped, and their memory is freed. Code of the program that runs meanwhile (defaults, migrations, comparisons) may panic,
//! which is an error like any other.

use super::containers::{Entry, Shared, Storage};
use super::old::{Known, Old};
use super::plan::{Arm, From, Index, Plan, Plans, Source, Step, Steps, short};
use super::shape::{DropInPlace, Maker, Parts, Shape};
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// Why a value cannot be migrated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// From the value itself to the part that it is about, the last step first.
    path: Vec<String>,
    pub(crate) reason: String,
}

impl Problem {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { path: Vec::new(), reason: reason.into() }
    }

    pub(crate) fn at(mut self, step: impl Into<String>) -> Self {
        self.path.push(step.into());
        self
    }

    /// `.enemies[17].weapon`
    pub(crate) fn path(&self) -> String {
        self.path.iter().rev().map(String::as_str).collect()
    }
}

/// Makes values, all of one migration.
#[derive(Debug)]
pub(crate) struct Builder<'a> {
    plans: &'a Plans<'a>,
    /// What several pointers lead to, by where the old value is.
    shared: RefCell<HashMap<*mut (), Pointed<'a>>>,
}

/// A value that pointers lead to.
#[derive(Debug, Clone, Copy)]
struct Pointed<'a> {
    part: Index,
    name: &'static str,
    old: &'a dyn Shared,
    new: &'a dyn Shared,
    /// Where the new value is, or will be.
    to: *mut (),
    state: State,
    /// How many pointers there are, those that keep it and those that do not.
    counted: (usize, usize),
    /// How many of them were met.
    met: (usize, usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No pointer was met that keeps it.
    Reserved,
    /// It is being made, or that failed.
    Begun,
    Made,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(plans: &'a Plans<'a>) -> Self {
        Self { plans, shared: RefCell::default() }
    }

    /// Makes a value at `to` of the one at `from`; with an error, nothing of it is left.
    ///
    /// # Safety
    /// A value of the old type that the plan is for lies at `from`, and nobody uses it; at `to` there is room for one of the new.
    pub(crate) unsafe fn build(&self, plan: Index, from: *const (), to: *mut ()) -> Result<(), Problem> {
        match self.plans.get(plan) {
            Plan::Bytes(size) => {
                // SAFETY: both are of the one type, which is so large.
                unsafe { ptr::copy_nonoverlapping(from.cast::<u8>(), to.cast::<u8>(), *size) };
                Ok(())
            }
            Plan::Number(old, new) => {
                // SAFETY: the types of both are those of the plan.
                let value = unsafe { old.read(from) };
                // SAFETY: as above.
                let fits = unsafe { new.write(value, to) };
                fits.then_some(()).ok_or_else(|| Problem::new(format!("{value} has no place in a `{}`", new.name())))
            }
            Plan::Struct(steps) => {
                let source = |offset: Source| from.wrapping_byte_add(offset);
                // SAFETY: the steps are for structs like these.
                unsafe { self.take_steps(steps, from, &source, to) }
            }
            Plan::Enum(plan) => {
                // SAFETY: it is a value of the old type.
                let view = unsafe { plan.old.view(from) };
                let arm = plan.arms[view.variant].as_ref().map_err(|reason| Problem::new(reason.clone()))?;
                let room = Room::new(arm.room);
                // SAFETY: the arm is for this variant, and there is room for the fields of the new one.
                unsafe { self.take_steps(&arm.steps, from, &|index| view.fields[index], room.start) }
                    .map_err(|problem| problem.at(format!("({})", arm.name)))?;
                let fields: Vec<*mut ()> = arm.places(room.start).collect();
                // SAFETY: the fields are there, in their order.
                unsafe { plan.new.build(Parts { variant: arm.to, fields: fields.iter() }, to) };
                Ok(())
            }
            Plan::Array { part, length, old_size, new_size } => {
                // SAFETY: the elements lie one after the other.
                unsafe { self.build_all(*part, (from, *old_size), (to, *new_size), *length) }
            }
            Plan::Buffer { part, old, new } => {
                // SAFETY: it is a value of the old type.
                let storage = unsafe { old.buffer.storage(from) };
                // Elements without bytes have room for any number.
                let capacity = if old.element.size() == 0 { storage.length } else { storage.capacity };
                let room = Room::new(repeated(new.element, capacity));
                let (old_size, new_size) = (old.element.size(), new.element.size());
                // SAFETY: the elements lie one after the other, and there is room for as many.
                unsafe { self.build_all(*part, (storage.first, old_size), (room.start, new_size), storage.length) }?;
                let storage = Storage { first: room.keep(), length: storage.length, capacity };
                // SAFETY: the elements are made, in memory of the global allocator, of this layout.
                unsafe { new.buffer.make(storage, to) };
                Ok(())
            }
            // SAFETY: the caller's word.
            Plan::Bag { .. } => unsafe { self.build_bag(plan, from, to) },
            Plan::Cover { part, room, old, new } => {
                // SAFETY: it is a value of the old type.
                let inner = unsafe { old.inner(from) }.map_err(Problem::new)?;
                // SAFETY: as above.
                let is_poisoned = unsafe { old.is_poisoned(from) };
                let room = Room::new(*room);
                if let Some(inner) = inner {
                    // SAFETY: the plan is for the inner values.
                    unsafe { self.build(*part, inner, room.start) }?;
                }
                // SAFETY: the inner value was made.
                unsafe { new.make(inner.map(|_| room.start), is_poisoned, to) };
                Ok(())
            }
            // SAFETY: the caller's word.
            Plan::Shared { .. } => unsafe { self.build_shared(plan, from, to) },
            // SAFETY: the maker is for the new type, and takes a value of the old one.
            Plan::Make { maker, old, .. } => unsafe { self.make(maker, old, from, to) },
            Plan::Refused(reason) => Err(Problem::new(reason.clone())),
        }
    }

    /// # Safety
    /// The steps are for values like that at `from`, of which `source` gives the fields, and for room like that at `to`.
    unsafe fn take_steps(
        &self,
        steps: &Steps<'a>,
        from: *const (),
        source: &dyn Fn(Source) -> *const (),
        to: *mut (),
    ) -> Result<(), Problem> {
        for (index, step) in steps.steps.iter().enumerate() {
            let place = to.wrapping_byte_add(step.to);
            let taken = match &step.from {
                From::Bytes(field, size) => {
                    // SAFETY: the field is so large, and so is its place.
                    unsafe { ptr::copy_nonoverlapping(source(*field).cast::<u8>(), place.cast::<u8>(), *size) };
                    Ok(())
                }
                // SAFETY: the part's plan is for the field.
                From::Part(field, part) => unsafe { self.build(*part, source(*field), place) },
                // SAFETY: the maker is for the field.
                From::Made { maker, old, .. } => unsafe { self.make(maker, old, from, place) },
                From::Refused(reason) => Err(Problem::new(reason.clone())),
            };
            if let Err(problem) = taken {
                // SAFETY: these were taken.
                steps.steps[..index].iter().for_each(|step| unsafe { self.discard_step(step, to) });
                return Err(problem.at(format!(".{}", step.name)));
            }
        }
        Ok(())
    }

    /// Makes elements that lie one after the other, each with its size.
    ///
    /// # Safety
    /// As for [`Self::build`], for each of them.
    unsafe fn build_all(
        &self,
        part: Index,
        (from, old_size): (*const (), usize),
        (to, new_size): (*mut (), usize),
        length: usize,
    ) -> Result<(), Problem> {
        for index in 0..length {
            let (from, place) = (from.wrapping_byte_add(index * old_size), to.wrapping_byte_add(index * new_size));
            // SAFETY: the caller's word.
            if let Err(problem) = unsafe { self.build(part, from, place) } {
                // SAFETY: these were made.
                unsafe { self.discard_all(part, (to, new_size), index) };
                return Err(problem.at(format!("[{index}]")));
            }
        }
        Ok(())
    }

    /// # Safety
    /// As for [`Self::build`].
    unsafe fn build_bag(&self, plan: Index, from: *const (), to: *mut ()) -> Result<(), Problem> {
        let Plan::Bag { parts, old, new } = self.plans.get(plan) else { return Ok(()) };
        let mut entries: Vec<Entry> = Vec::new();
        // SAFETY: it is a value of the old type.
        unsafe {
            old.each(from, &mut |entry| {
                entries.push(entry);
                true
            });
        }
        let rooms: Vec<Room> = parts.iter().map(|(_, layout)| Room::new(repeated(*layout, entries.len()))).collect();
        let place = |part: usize, index: usize| match rooms.get(part) {
            Some(room) => room.start.wrapping_byte_add(index * parts[part].1.size()),
            None => ptr::dangling_mut::<()>(),
        };
        let discard = |count: usize| {
            for index in 0..count * parts.len() {
                let (index, part) = (index / parts.len(), index % parts.len());
                // SAFETY: these were made.
                unsafe { self.discard(parts[part].0, place(part, index)) };
            }
        };
        for (index, entry) in entries.iter().enumerate() {
            for (part, (plan, _)) in parts.iter().enumerate() {
                // SAFETY: the plan is for this part of the entry.
                if let Err(problem) = unsafe { self.build(*plan, entry[part], place(part, index)) } {
                    discard(index);
                    // SAFETY: these were made.
                    (0..part).for_each(|part| unsafe { self.discard(parts[part].0, place(part, index)) });
                    let what = if parts.len() == 2 { ["(key)", "(value)"][part] } else { "" };
                    return Err(problem.at(format!("[{index}]{what}")));
                }
            }
        }
        let filled = guarded(|| {
            // SAFETY: it is a value of the old type.
            let arranger = unsafe { old.arranger(from) };
            // SAFETY: both are of types that the same arranges.
            unsafe { new.make(entries.len(), arranger, to) };
            let mut made = (0..entries.len()).map(|index| [place(0, index), place(1, index)]);
            // SAFETY: the entries were made; they are given away.
            unsafe { new.fill(to, &mut made) }
        });
        filled.and_then(|filled| filled).map_err(|reason| {
            // SAFETY: it is empty.
            unsafe { new.take_apart(to, &mut |_| {}) };
            discard(entries.len());
            Problem::new(reason)
        })
    }

    /// # Safety
    /// As for [`Self::build`].
    unsafe fn build_shared(&self, plan: Index, from: *const (), to: *mut ()) -> Result<(), Problem> {
        let Plan::Shared { part, name, old, new } = self.plans.get(plan) else { return Ok(()) };
        // SAFETY: it is a value of the old type.
        let Some(inner) = (unsafe { old.inner(from) }) else {
            // SAFETY: there is room for one of the new type.
            unsafe { new.point(None, to) };
            return Ok(());
        };
        let mut shared = self.shared.borrow_mut();
        let pointed = shared.entry(inner).or_insert_with(|| {
            // SAFETY: it is a value of the old type, and points to one.
            let counted = unsafe { old.counts(from) };
            let (state, met) = (State::Reserved, (0, 0));
            Pointed { part: *part, name, old: *old, new: *new, to: new.allocate(), state, counted, met }
        });
        let is_to_be_made = !old.is_weak() && pointed.state == State::Reserved;
        if is_to_be_made {
            pointed.state = State::Begun;
        }
        if old.is_weak() {
            pointed.met.1 += 1;
        } else {
            pointed.met.0 += 1;
        }
        let place = pointed.to;
        // SAFETY: there is room for one of the new type, and what it points to was allocated for that.
        unsafe { new.point(Some(place), to) };
        drop(shared);
        if !is_to_be_made {
            return Ok(());
        }
        // SAFETY: the plan is for the inner values.
        unsafe { self.build(*part, inner, place) }?;
        self.shared.borrow_mut().entry(inner).and_modify(|pointed| pointed.state = State::Made);
        Ok(())
    }

    /// # Safety
    /// There is room at `to` for what the maker makes, and at `from` lies what it takes.
    unsafe fn make(&self, maker: &Maker, old: &'a Shape, from: *const (), to: *mut ()) -> Result<(), Problem> {
        let known: &'a Known<'a> = self.plans.known();
        // SAFETY: the caller says so; nobody writes it meanwhile.
        let view = unsafe { Old::new(old, known, from) };
        // SAFETY: the caller's word.
        guarded(|| unsafe { maker.make(Some(&view), to) }).and_then(|made| made).map_err(Problem::new)
    }

    /// Says what is wrong if what pointers lead to is not all there: something else holds it, or will come to.
    pub(crate) fn check_shared(&self) -> Result<(), Problem> {
        let shared = self.shared.borrow();
        let is_whole = |pointed: &&Pointed<'_>| pointed.state == State::Made && pointed.met == pointed.counted;
        shared.values().find(|pointed| !is_whole(pointed)).map_or(Ok(()), |pointed| {
            let (met, all) = (pointed.met.0 + pointed.met.1, pointed.counted.0 + pointed.counted.1);
            let name = short(pointed.name);
            Err(Problem::new(format!("a `{name}` has {all} pointers, of which {met} are in live values")))
        })
    }

    /// Lets go of an old value, of which a new one was made: what nothing became of is dropped.
    ///
    /// # Safety
    /// It was built from, and is not used any more, but as what its parts became.
    pub(crate) unsafe fn release(&self, plan: Index, from: *mut ()) {
        match self.plans.get(plan) {
            Plan::Bytes(_) | Plan::Number(..) | Plan::Refused(_) => {}
            Plan::Struct(steps) => {
                // SAFETY: fields lie at their offsets.
                unsafe { self.release_steps(steps, &|offset| from.wrapping_byte_add(offset)) };
            }
            Plan::Enum(plan) => {
                // SAFETY: what it is made of is still there.
                let view = unsafe { plan.old.view(from) };
                if let Ok(arm) = &plan.arms[view.variant] {
                    // SAFETY: the arm is for this variant.
                    unsafe { self.release_steps(&arm.steps, &|index| view.fields[index].cast_mut()) };
                }
            }
            Plan::Array { part, length, old_size, .. } => {
                // SAFETY: the elements lie one after the other.
                unsafe { self.release_all(*part, (from, *old_size), *length) };
            }
            Plan::Buffer { part, old, .. } => {
                // SAFETY: what it is made of is still there.
                let storage = unsafe { old.buffer.storage(from) };
                // SAFETY: the elements lie one after the other.
                unsafe { self.release_all(*part, (storage.first, old.element.size()), storage.length) };
                let layout =
                    if old.element.size() == 0 { old.element } else { repeated(old.element, storage.capacity) };
                drop(Room { start: storage.first, layout });
            }
            Plan::Bag { parts, old, .. } => {
                let mut release = |entry: Entry| {
                    // SAFETY: they were built from, and are given to us.
                    parts.iter().zip(entry).for_each(|((plan, _), part)| unsafe { self.release(*plan, part) });
                };
                // SAFETY: it is not used any more.
                unsafe { old.take_apart(from, &mut release) };
            }
            Plan::Cover { part, old, .. } => {
                // SAFETY: what it is made of is still there.
                if let Ok(Some(inner)) = unsafe { old.inner(from) } {
                    // SAFETY: it was built from.
                    unsafe { self.release(*part, inner) };
                }
            }
            Plan::Shared { old, .. } => {
                // SAFETY: what it is made of is still there.
                if unsafe { old.inner(from) }.is_none() {
                    // SAFETY: it is not used any more. What else it leads to, is released once, with `release_shared`.
                    unsafe { old.free_dangling(from) };
                }
            }
            // SAFETY: it is not used any more; nothing of it was moved.
            Plan::Make { old, .. } => unsafe { drop_guarded(old.drop, from) },
        }
    }

    /// # Safety
    /// As for [`Self::release`].
    unsafe fn release_steps(&self, steps: &Steps<'_>, source: &dyn Fn(Source) -> *mut ()) {
        for step in &steps.steps {
            if let From::Part(field, part) = &step.from {
                // SAFETY: the caller's word.
                unsafe { self.release(*part, source(*field)) };
            }
        }
        for (field, drop_old) in &steps.lost {
            // SAFETY: nothing became of it.
            unsafe { drop_guarded(Some(*drop_old), source(*field)) };
        }
    }

    /// # Safety
    /// As for [`Self::release`], for each of them.
    unsafe fn release_all(&self, part: Index, (from, size): (*mut (), usize), length: usize) {
        if self.plans.releases(part) {
            // SAFETY: the elements lie one after the other.
            (0..length).for_each(|index| unsafe { self.release(part, from.wrapping_byte_add(index * size)) });
        }
    }

    /// Lets go of what pointers of old values led to, when all of these were released.
    ///
    /// # Safety
    /// As for [`Self::release`].
    pub(crate) unsafe fn release_shared(&self) {
        let shared = std::mem::take(&mut *self.shared.borrow_mut());
        for (inner, pointed) in &shared {
            // SAFETY: it was built from.
            unsafe { self.release(pointed.part, *inner) };
        }
        for (inner, pointed) in shared {
            // SAFETY: these are all pointers that there were.
            unsafe { pointed.old.let_go(inner, pointed.met.0, pointed.met.1) };
            // SAFETY: the one that came with the memory.
            unsafe { pointed.new.let_go(pointed.to, 1, 0) };
        }
    }

    /// Undoes [`Self::build`].
    ///
    /// # Safety
    /// It was built, and is not used any more.
    pub(crate) unsafe fn discard(&self, plan: Index, to: *mut ()) {
        match self.plans.get(plan) {
            Plan::Bytes(_) | Plan::Number(..) | Plan::Refused(_) | Plan::Shared { .. } => {}
            // SAFETY: the steps were taken.
            Plan::Struct(steps) => steps.steps.iter().for_each(|step| unsafe { self.discard_step(step, to) }),
            Plan::Enum(plan) => {
                // SAFETY: it was built.
                let view = unsafe { plan.new.view(to) };
                let mut arms = plan.arms.iter().flatten().filter(|arm| arm.to == view.variant);
                // Where two variants became this one, nothing says which it was; what was made for it is not dropped then.
                if let (Some(arm), None) = (arms.next(), arms.next()) {
                    for (step, place) in arm.steps.steps.iter().zip(&view.fields) {
                        // SAFETY: the step was taken, and what it made is here now.
                        unsafe { self.discard_at(step, place.cast_mut()) };
                    }
                }
            }
            Plan::Array { part, length, new_size, .. } => {
                // SAFETY: the elements were made.
                unsafe { self.discard_all(*part, (to, *new_size), *length) };
            }
            Plan::Buffer { part, new, .. } => {
                // SAFETY: it was built.
                let storage = unsafe { new.buffer.storage(to) };
                // SAFETY: the elements were made.
                unsafe { self.discard_all(*part, (storage.first, new.element.size()), storage.length) };
                let layout =
                    if new.element.size() == 0 { new.element } else { repeated(new.element, storage.capacity) };
                drop(Room { start: storage.first, layout });
            }
            Plan::Bag { parts, new, .. } => {
                let mut discard = |entry: Entry| {
                    // SAFETY: they were made, and are given to us.
                    parts.iter().zip(entry).for_each(|((plan, _), part)| unsafe { self.discard(*plan, part) });
                };
                // SAFETY: it is not used any more.
                unsafe { new.take_apart(to, &mut discard) };
            }
            Plan::Cover { part, new, .. } => {
                // SAFETY: it was built.
                if let Ok(Some(inner)) = unsafe { new.inner(to) } {
                    // SAFETY: it was made.
                    unsafe { self.discard(*part, inner) };
                }
            }
            // SAFETY: it was made for this alone.
            Plan::Make { drop_new, .. } => unsafe { drop_guarded(*drop_new, to) },
        }
    }

    /// # Safety
    /// The step was taken, for the value at `to`.
    unsafe fn discard_step(&self, step: &Step<'_>, to: *mut ()) {
        // SAFETY: the step's place is inside the value.
        unsafe { self.discard_at(step, to.wrapping_byte_add(step.to)) };
    }

    /// # Safety
    /// The step was taken, and what it made lies there.
    unsafe fn discard_at(&self, step: &Step<'_>, place: *mut ()) {
        match &step.from {
            // SAFETY: it was made.
            From::Part(_, part) => unsafe { self.discard(*part, place) },
            // SAFETY: it was made for this alone.
            From::Made { drop_new, .. } => unsafe { drop_guarded(*drop_new, place) },
            From::Bytes(..) | From::Refused(_) => {}
        }
    }

    /// # Safety
    /// They were made, one after the other.
    unsafe fn discard_all(&self, part: Index, (to, size): (*mut (), usize), length: usize) {
        // SAFETY: the caller's word.
        (0..length).for_each(|index| unsafe { self.discard(part, to.wrapping_byte_add(index * size)) });
    }

    /// Undoes what was made for pointers to lead to, when all these were discarded.
    ///
    /// # Safety
    /// As for [`Self::discard`].
    pub(crate) unsafe fn discard_shared(&self) {
        let shared = std::mem::take(&mut *self.shared.borrow_mut());
        for pointed in shared.values().filter(|pointed| pointed.state == State::Made) {
            // SAFETY: it was made.
            unsafe { self.discard(pointed.part, pointed.to) };
        }
        for pointed in shared.values() {
            // SAFETY: these are all pointers that were made, and the one that came with the memory.
            unsafe { pointed.new.let_go(pointed.to, pointed.met.0 + 1, pointed.met.1) };
        }
    }
}

impl Arm<'_> {
    /// Where the fields of the new variant are, in their order.
    fn places(&self, start: *mut ()) -> impl Iterator<Item = *mut ()> {
        self.steps.steps.iter().map(move |step| start.wrapping_byte_add(step.to))
    }
}

/// Memory of the global allocator, without values.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) start: *mut (),
    layout: Layout,
}

impl Room {
    pub(crate) fn new(layout: Layout) -> Self {
        if layout.size() == 0 {
            return Self { start: ptr::without_provenance_mut(layout.align()), layout };
        }
        // SAFETY: it is not empty.
        let start = unsafe { alloc(layout) }.cast::<()>();
        if start.is_null() {
            handle_alloc_error(layout);
        }
        Self { start, layout }
    }

    /// # Safety
    /// It is memory of the global allocator with this layout, which nobody else frees.
    pub(crate) unsafe fn of(start: *mut (), layout: Layout) -> Self {
        Self { start, layout }
    }

    /// For another owner.
    pub(crate) fn keep(self) -> *mut () {
        std::mem::ManuallyDrop::new(self).start
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if self.layout.size() > 0 {
            // SAFETY: it was allocated so.
            unsafe { dealloc(self.start.cast(), self.layout) };
        }
    }
}

/// # Panics
/// There is no such amount of memory; nor was there for the old elements.
fn repeated(element: Layout, count: usize) -> Layout {
    let size = element.size().checked_mul(count).expect("elements that fit into memory");
    Layout::from_size_align(size, element.align()).expect("elements that fit into memory")
}

/// Runs code of the program, whose panics are errors.
pub(crate) fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| format!("it panicked: {}", message(&*panic)))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}

/// # Safety
/// It is a value that the function drops, and is not used any more.
unsafe fn drop_guarded(drop_in_place: Option<DropInPlace>, value: *mut ()) {
    if let Some(drop_in_place) = drop_in_place {
        // SAFETY: the caller's word. A destructor that panics has been called, and is not called again.
        let _ = guarded(|| unsafe { drop_in_place(value) });
    }
}
