//! Says when two sections mean the same: equal bytes, and equal references by name or, for constants, by content.
//!
//! Digests are compared within one session alone, so names enter them as numbers.

use crate::objects::code::{CallSite, Instructions, call_sites};
use crate::objects::names::{Item, Name, Names, is_anonymous};
use crate::objects::object::{Object, Reference, Section, SectionIndex, SectionKind, Target};
use object::elf::{R_X86_64_64, R_X86_64_PC32};
use rustc_hash::FxHashMap;
use std::hash::Hash;
use xxhash_rust::xxh3::Xxh3;

/// What a section is, in two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Digest {
    /// Equal if the program cannot tell the two apart.
    pub(crate) exact: u128,
    /// Equal if the two differ in what nobody wrote there: lines and columns of panic locations, the form of calls and
    /// branches, and whatever differs in symbols of one [`Item`].
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

    pub(crate) fn compute(object: &Object, names: &Names) -> Self {
        let tables = landing_pads(object);
        let mut computation = Computation { object, names, tables, done: Self::default() };
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
                    Referent::Named(definition.name, offset.wrapping_sub(definition.offset).cast_signed())
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

struct Computation<'object> {
    object: &'object Object,
    names: &'object Names,
    tables: FxHashMap<String, SectionIndex>,
    done: Digests,
}

/// Which of the two numbers is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    Exact,
    Loose,
}

impl<'object> Computation<'object> {
    fn section(&mut self, index: SectionIndex) -> Digest {
        if let Some(digest) = self.done.sections.get(&index) {
            return *digest;
        }
        // A constant that reaches itself finds this on its way round.
        self.done.sections.insert(index, Digest::default());
        let references = self.object.references(&self.object.sections[index]);
        let digest = Digest { exact: self.exact(index, &references), without_lines: self.loose(index, &references) };
        self.done.sections.insert(index, digest);
        digest
    }

    fn exact(&mut self, index: SectionIndex, references: &[Reference]) -> u128 {
        let section = &self.object.sections[index];
        let mut hasher = Hasher::default();
        hasher.add(&(section.kind, section.size));
        hasher.0.update(self.object.data(section));
        for reference in references {
            hasher.add(&(reference.offset, reference.kind.0));
            self.target(index, reference, Sense::Exact, &mut hasher);
        }
        if let Some(table) = self.landing_pads_of(section) {
            hasher.add(&self.section(table).exact);
        }
        hasher.0.digest128()
    }

    fn loose(&mut self, index: SectionIndex, references: &[Reference]) -> u128 {
        let section = &self.object.sections[index];
        let data = self.object.data(section);
        let mut hasher = Hasher::default();
        hasher.add(&section.kind);
        if section.kind == SectionKind::Code {
            let instructions = Instructions::of(data);
            for step in instructions.steps(references) {
                hasher.add(&step.operation);
                if let Some(reference) = step.reference {
                    self.target(index, reference, Sense::Loose, &mut hasher);
                }
            }
            if let Some(table) = self.landing_pads_of(section) {
                self.landing_pads(table, &instructions, &mut hasher);
            }
            return hasher.0.digest128();
        }
        hasher.add(&section.size);
        hasher.0.update(if self.is_location(data, references) { &data[..16] } else { data });
        let mut functions = FxHashMap::default();
        for reference in references {
            hasher.add(&(reference.offset, reference.kind.0));
            match self.instruction_meant(index, reference, &mut functions) {
                Some(number) => hasher.add(&number),
                None => self.target(index, reference, Sense::Loose, &mut hasher),
            }
        }
        hasher.0.digest128()
    }

    fn landing_pads_of(&self, function: &Section) -> Option<SectionIndex> {
        let name = function.name.strip_prefix(".text").filter(|_| function.kind == SectionKind::Code)?;
        self.tables.get(name).copied()
    }

    /// Which calls land where, by the numbers of instructions.
    fn landing_pads(&mut self, table: SectionIndex, instructions: &Instructions<'_>, hasher: &mut Hasher) {
        let section = &self.object.sections[table];
        let Some((sites, behind)) = call_sites(self.object.data(section)) else {
            hasher.add(&self.section(table).without_lines);
            return;
        };
        for CallSite { start, end, pad, action } in sites {
            let pad = (pad != 0).then(|| instructions.number_at(pad));
            hasher.add(&(instructions.number_at(start), instructions.number_at(end), pad, action));
        }
        // Zeros pad what follows to a multiple of four from the start of the table.
        behind.iter().filter(|byte| **byte != 0).for_each(|byte| hasher.add(byte));
        for reference in self.object.references(section) {
            self.target(table, &reference, Sense::Loose, hasher);
        }
    }

    /// Of an entry of a jump table, which instruction it leads to: by its function and number.
    fn instruction_meant(
        &self,
        index: SectionIndex,
        reference: &Reference,
        functions: &mut FxHashMap<SectionIndex, Switching<'object>>,
    ) -> Option<(Option<Item>, usize)> {
        let Target::Here { section, offset } = reference.target else { return None };
        let function = &self.object.sections[section];
        if function.kind != SectionKind::Code || reference.kind != R_X86_64_PC32 {
            return None;
        }
        let Switching { instructions, tables } =
            functions.entry(section).or_insert_with(|| Switching::of(self.object, function, index));
        let table = tables.iter().filter(|table| **table <= reference.offset).max()?;
        let meant = offset.wrapping_add_signed(reference.addend).wrapping_sub(reference.offset - table);
        let name = function.named().map(|definition| self.names.item(definition.name));
        Some((name, instructions.number_at(meant)))
    }

    fn target(&mut self, index: SectionIndex, reference: &Reference, sense: Sense, hasher: &mut Hasher) {
        match referent(self.object, index, reference) {
            Referent::Own | Referent::Nothing => hasher.add(&(own_offset(reference), reference.addend)),
            Referent::Named(name, distance) => {
                hasher.add(&(distance, reference.addend));
                if is_anonymous(self.names.text(name)) {
                    if sense == Sense::Exact {
                        self.done.borrowed.entry(index).or_default().push(name);
                    }
                    return;
                }
                match sense {
                    Sense::Exact => hasher.add(&name),
                    Sense::Loose => hasher.add(&self.names.item(name)),
                }
            }
            Referent::Anonymous(target, offset) => self.anonymous(index, target, offset, reference, sense, hasher),
        }
    }

    /// Constants that share a section are hashed by themselves, wherever in it they stand.
    fn anonymous(
        &mut self,
        index: SectionIndex,
        target: SectionIndex,
        offset: u64,
        reference: &Reference,
        sense: Sense,
        hasher: &mut Hasher,
    ) {
        let section = &self.object.sections[target];
        if is_shared(section) {
            let (bytes, into) = shared_constant(self.object, section, offset, reference);
            hasher.0.update(bytes);
            hasher.add(&into);
            return;
        }
        let digest = self.section(target);
        hasher.add(&match sense {
            Sense::Exact => digest.exact,
            Sense::Loose => digest.without_lines,
        });
        hasher.add(&(offset, reference.addend));
        if sense == Sense::Exact
            && let Some(borrowed) = self.done.borrowed.get(&target).cloned()
        {
            self.done.borrowed.entry(index).or_default().extend(borrowed);
        }
    }

    /// `core::panic::Location`: a pointer to the file's name, its length, the line, the column.
    fn is_location(&self, data: &[u8], references: &[Reference]) -> bool {
        let [Reference { offset: 0, kind: R_X86_64_64, addend, target: Target::Here { section, offset }, .. }] =
            references
        else {
            return false;
        };
        let (Some(length), 24) = (data.get(8..16).and_then(|bytes| bytes.try_into().ok()), data.len()) else {
            return false;
        };
        // Names of files may share a section with other texts.
        let names = self.object.data(&self.object.sections[*section]);
        let name = names.get(to_index(offset.wrapping_add_signed(*addend))..);
        let name = name.and_then(|name| name.get(..to_index(u64::from_le_bytes(length))));
        name.is_some_and(|name| name.ends_with(b".rs"))
    }
}

/// A function with jump tables. Their entries are distances from the start of the table, which only the code knows.
struct Switching<'object> {
    instructions: Instructions<'object>,
    tables: Vec<u64>,
}

impl<'object> Switching<'object> {
    fn of(object: &'object Object, function: &Section, tables: SectionIndex) -> Self {
        let start = |reference: Reference| match reference.target {
            Target::Here { section, offset } if section == tables => {
                Some(offset.wrapping_add_signed(reference.addend + 4))
            }
            _ => None,
        };
        let tables = object.references(function).into_iter().filter_map(start).collect();
        Self { instructions: Instructions::of(object.data(function)), tables }
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
    // Where relative, counted from behind the 4 bytes that the reference stands in.
    let relative = if reference.kind == R_X86_64_64 { 0 } else { 4 };
    let meant = to_index(offset.wrapping_add_signed(reference.addend + relative));
    if section.name.contains(".str") {
        let text = data.get(meant..).unwrap_or_default();
        let end = text.iter().position(|byte| *byte == 0).map_or(text.len(), |end| end + 1);
        return (&text[..end], 0);
    }
    if let Some(size) = size_of_each(section) {
        let (start, into) = within(meant, size);
        return (bytes_at(data, start, size), into);
    }
    let (start, into) = if reference.by_section { (meant, -relative) } else { (to_index(offset), reference.addend) };
    let labels = || section.definitions.iter().map(|definition| to_index(definition.offset));
    let end = labels().filter(|label| *label > start).min().unwrap_or(to_index(section.size));
    (data.get(start..end).unwrap_or_default(), into)
}

/// Nothing, where they are not all there.
fn bytes_at(data: &[u8], start: usize, size: usize) -> &[u8] {
    start.checked_add(size).and_then(|end| data.get(start..end)).unwrap_or_default()
}

/// Of a section of constants that are all of one size: `.rodata.cst16`.
fn size_of_each(section: &Section) -> Option<usize> {
    let (_, size) = section.name.rsplit_once(".cst")?;
    size.parse().ok().filter(|size| *size > 0)
}

/// Where the constant begins that an offset is of, and how far behind that it lies. Before it lies what an instruction refers to
/// that ends in a byte of its own; nobody reads the last byte of a constant alone.
fn within(offset: usize, size: usize) -> (usize, i64) {
    let into = offset % size;
    if size > 1 && into == size - 1 {
        return (offset.wrapping_add(1), -1);
    }
    (offset - into, i64::try_from(into).unwrap_or(0))
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

#[derive(Default)]
struct Hasher(Xxh3);

impl Hasher {
    fn add(&mut self, value: &impl Hash) {
        value.hash(&mut self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_of_one_constant_among_many() {
        assert_eq!(within(32, 16), (32, 0));
        assert_eq!(within(40, 16), (32, 8));
        assert_eq!(within(31, 16), (32, -1));
        assert_eq!(within(0_usize.wrapping_sub(1), 16), (0, -1));
        assert_eq!(within(3, 1), (3, 0));
    }

    #[test]
    fn of_a_constant_that_is_nowhere_nothing_is_taken() {
        let data = [1, 2, 3, 4];
        for (start, size, expected) in [
            (0, 4, &data[..]),
            (2, 2, &data[2..]),
            (2, 3, &[]),
            (5, 1, &[]),
            (0_usize.wrapping_sub(16), 16, &[]),
            (4, usize::MAX, &[]),
        ] {
            assert_eq!(bytes_at(&data, start, size), expected, "{size} bytes at {start}");
        }
    }
}
