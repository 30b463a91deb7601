//! Says when two sections mean the same: equal bytes, and equal references by name or, for constants, by content.
//!
//! Digests are compared within one session alone, so names enter them as numbers.

use crate::objects::names::Name;
use crate::objects::object::{Object, Reference, Section, SectionIndex, SectionKind, Target};
use object::elf::R_X86_64_64;
use rustc_hash::FxHashMap;
use std::hash::Hash;
use xxhash_rust::xxh3::Xxh3;

/// What a section is, in two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Digest {
    /// Equal if the program cannot tell the two apart.
    pub(crate) exact: u128,
    /// Equal if only the lines and columns of panic locations differ.
    pub(crate) without_lines: u128,
}

/// What a reference means, whichever way the compiler spelled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Referent {
    /// A place in the same section.
    Own,
    /// A function or static, and a distance into it.
    Named(Name, i64),
    /// A constant without a name: its section, and where in it.
    Anonymous(SectionIndex, u64),
    Nothing,
}

/// The digests of all sections of one object that can be linked.
#[derive(Debug, Default)]
pub(crate) struct Digests {
    sections: FxHashMap<SectionIndex, Digest>,
    /// Constants that stand in other objects, where an optimization put them; their content must be added.
    pub(crate) borrowed: FxHashMap<SectionIndex, Vec<Name>>,
}

impl Digests {
    pub(crate) fn of(&self, section: SectionIndex) -> Digest {
        self.sections.get(&section).copied().unwrap_or_default()
    }

    pub(crate) fn compute(object: &Object, is_constant: impl Fn(Name) -> bool) -> Self {
        let tables = landing_pads(object);
        let mut computation = Computation { object, tables, is_constant, done: Self::default() };
        for (index, section) in object.sections.iter().enumerate() {
            if is_linkable(section) {
                computation.section(index);
            }
        }
        computation.done
    }
}

/// What the reference means in its object; `section` is where it stands.
pub(crate) fn referent(object: &Object, section: SectionIndex, reference: &Reference) -> Referent {
    match reference.target {
        Target::Nothing => Referent::Nothing,
        Target::Elsewhere(name) => Referent::Named(name, 0),
        Target::Here { section: target, .. } if target == section => Referent::Own,
        Target::Here { section: target, offset } => {
            let held = &object.sections[target];
            match held.named_at(offset).or(held.named()) {
                Some(definition) => {
                    Referent::Named(definition.name, offset.cast_signed() - definition.offset.cast_signed())
                }
                None => Referent::Anonymous(target, offset),
            }
        }
    }
}

/// The tables of landing pads by the section of their function; part of what the function does.
pub(crate) fn landing_pads(object: &Object) -> FxHashMap<String, SectionIndex> {
    let tables = object.sections.iter().enumerate();
    tables
        .filter_map(|(index, section)| Some((section.name.strip_prefix(".gcc_except_table")?.to_owned(), index)))
        .collect()
}

fn is_linkable(section: &Section) -> bool {
    use SectionKind::{Code, ReadOnly, ThreadLocal, Writable};
    matches!(section.kind, Code | ReadOnly | Writable | ThreadLocal) && section.size > 0
}

struct Computation<'object, F> {
    object: &'object Object,
    tables: FxHashMap<String, SectionIndex>,
    is_constant: F,
    done: Digests,
}

impl<F: Fn(Name) -> bool> Computation<'_, F> {
    fn section(&mut self, index: SectionIndex) -> Digest {
        if let Some(digest) = self.done.sections.get(&index) {
            return *digest;
        }
        // A constant that reaches itself finds this on its way round.
        self.done.sections.insert(index, Digest::default());
        let section = &self.object.sections[index];
        let mut exact = Hasher::new(section);
        let data = self.object.data(section);
        exact.0.update(data);
        let mut without_lines = Hasher::new(section);
        let references = self.object.references(section);
        without_lines.0.update(if self.is_location(data, &references) { &data[..16] } else { data });
        for reference in &references {
            self.reference(index, reference, &mut exact, &mut without_lines);
        }
        if section.kind == SectionKind::Code
            && let Some(table) = section.name.strip_prefix(".text").and_then(|name| self.tables.get(name).copied())
        {
            self.merge(table, &mut exact, &mut without_lines);
        }
        let digest = Digest { exact: exact.0.digest128(), without_lines: without_lines.0.digest128() };
        self.done.sections.insert(index, digest);
        digest
    }

    fn reference(&mut self, index: SectionIndex, reference: &Reference, exact: &mut Hasher, loose: &mut Hasher) {
        for hasher in [&mut *exact, &mut *loose] {
            hasher.add(&(reference.offset, reference.kind.0));
        }
        match referent(self.object, index, reference) {
            Referent::Own | Referent::Nothing => {
                for hasher in [exact, loose] {
                    hasher.add(&(own_offset(reference), reference.addend));
                }
            }
            Referent::Named(name, distance) => {
                for hasher in [&mut *exact, &mut *loose] {
                    hasher.add(&(distance, reference.addend));
                }
                if (self.is_constant)(name) {
                    self.done.borrowed.entry(index).or_default().push(name);
                    return;
                }
                for hasher in [exact, loose] {
                    hasher.add(&name);
                }
            }
            Referent::Anonymous(target, offset) => self.anonymous(index, target, offset, reference, exact, loose),
        }
    }

    /// Constants that share a section are hashed by themselves, wherever in it they stand.
    fn anonymous(
        &mut self,
        index: SectionIndex,
        target: SectionIndex,
        offset: u64,
        reference: &Reference,
        exact: &mut Hasher,
        loose: &mut Hasher,
    ) {
        let section = &self.object.sections[target];
        if is_shared(section) {
            let (bytes, into) = shared_constant(self.object, section, offset, reference);
            for hasher in [exact, loose] {
                hasher.0.update(bytes);
                hasher.add(&into);
            }
            return;
        }
        self.merge(target, exact, loose);
        for hasher in [exact, loose] {
            hasher.add(&(offset, reference.addend));
        }
        if let Some(borrowed) = self.done.borrowed.get(&target).cloned() {
            self.done.borrowed.entry(index).or_default().extend(borrowed);
        }
    }

    fn merge(&mut self, target: SectionIndex, exact: &mut Hasher, loose: &mut Hasher) {
        let digest = self.section(target);
        exact.add(&digest.exact);
        loose.add(&digest.without_lines);
    }

    /// `core::panic::Location`: a pointer to the file's name, its length, the line, the column.
    fn is_location(&self, data: &[u8], references: &[Reference]) -> bool {
        let [reference @ Reference { offset: 0, kind: R_X86_64_64, target: Target::Here { section, offset }, .. }] =
            references
        else {
            return false;
        };
        let (Some(length), 24) = (data.get(8..16).and_then(|bytes| bytes.try_into().ok()), data.len()) else {
            return false;
        };
        let section = &self.object.sections[*section];
        let name = if is_shared(section) {
            shared_constant(self.object, section, *offset, reference).0
        } else {
            self.object.data(section)
        };
        name.get(..to_index(u64::from_le_bytes(length))).is_some_and(|name| name.ends_with(b".rs"))
    }
}

/// Whether a section holds many constants, told apart by their offsets.
pub(crate) fn is_shared(section: &Section) -> bool {
    section.is_merged || section.definitions.len() > 1 && !section.is_zero
}

/// The bytes of one constant among many, and what the reference adds to its start.
pub(crate) fn shared_constant<'object>(
    object: &'object Object,
    section: &Section,
    offset: u64,
    reference: &Reference,
) -> (&'object [u8], i64) {
    let data = object.data(section);
    let starts = || section.definitions.iter().map(|definition| definition.offset);
    // Counted from behind the 4 bytes that it stands in, where it is relative.
    let relative = if reference.kind == R_X86_64_64 { 0 } else { 4 };
    let (start, into) = if reference.by_section {
        (offset.wrapping_add_signed(reference.addend + relative), -relative)
    } else {
        (offset, reference.addend)
    };
    let next = starts().filter(|other| *other > start).min().unwrap_or(section.size);
    let bytes = data.get(to_index(start)..to_index(next)).unwrap_or_default();
    let is_text = section.name.contains(".str");
    let end = bytes.iter().position(|byte| *byte == 0 && is_text).map_or(bytes.len(), |end| end + 1);
    (&bytes[..end], into)
}

fn own_offset(reference: &Reference) -> Option<u64> {
    match reference.target {
        Target::Here { offset, .. } => Some(offset),
        _ => None,
    }
}

fn to_index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

struct Hasher(Xxh3);

impl Hasher {
    fn new(section: &Section) -> Self {
        let mut hasher = Self(Xxh3::new());
        hasher.add(&(section.kind, section.size));
        hasher
    }

    fn add(&mut self, value: &impl Hash) {
        value.hash(&mut self.0);
    }
}
