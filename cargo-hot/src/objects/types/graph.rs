//! The types of an object, and how each is made of others.

use crate::objects::dwarf::{Bytes, Entry, Place, Units};
use gimli::{AttributeValue, Reader as _, Unit};
use rustc_hash::FxHashMap;
use std::hash::Hasher as _;

/// A type as it is laid out, without what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Layout {
    /// Of its fields, variants and discriminants: names, places and the names of their types.
    digest: u64,
    /// In bytes.
    pub(crate) size: u64,
}

/// Arrays have no names of their own, and are of arrays. What is deeper than this is an array of itself, and no compiler's.
pub(super) const MOST_ARRAYS: usize = 100;

/// The types of one object, by the places that describe them.
pub(super) struct Graph<'units, 'data> {
    units: &'units Units<'data>,
    scopes: Vec<Scope>,
    /// Types that have a name of their own, by their offsets.
    named: FxHashMap<usize, usize>,
    nodes: FxHashMap<usize, Node>,
    /// The named types by their names, once one was asked for.
    by_name: Option<FxHashMap<String, Vec<usize>>>,
}

/// A module, a type, or a function with items of its own.
struct Scope {
    around: Option<usize>,
    name: String,
}

/// What is known of a type.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) name: String,
    /// `None` of what has no layout to compare: it is described elsewhere, or a part of it has no name in Rust.
    pub(super) layout: Option<Layout>,
    /// What it holds, points to, or has for an argument; with the name of the field, where it is one.
    pub(super) parts: Vec<(Option<String>, usize)>,
}

/// The types of a function or static.
#[derive(Debug, Default)]
pub(super) struct Types {
    /// A static's, or what a function gives back.
    pub(super) own: Option<usize>,
    /// What a function takes.
    pub(super) arguments: Vec<usize>,
    /// What it is generic over.
    pub(super) others: Vec<usize>,
    /// Of its variables, and of what was inlined, where they are asked for.
    pub(super) variables: Vec<usize>,
}

/// An entry that the walk through an object comes by, with the names around it.
pub(super) struct Found<'walk, 'data> {
    pub(super) entry: &'walk Entry<'data>,
    pub(super) unit: &'walk Unit<Bytes<'data>>,
    scopes: &'walk [Scope],
    around: Option<usize>,
}

impl Layout {
    #[cfg(test)]
    pub(super) fn of_size(size: u64) -> Self {
        Self { digest: 0, size }
    }
}

impl Found<'_, '_> {
    pub(super) fn offset(&self) -> Option<usize> {
        offset((self.unit, self.entry.offset()))
    }

    /// `core::any::TypeId` for a function of it.
    pub(super) fn path_around(&self) -> String {
        path(self.scopes, self.around)
    }
}

impl<'units, 'data> Graph<'units, 'data> {
    /// Reads the names of all types; `visit` sees each function and static.
    ///
    /// # Errors
    /// Debug information cannot be read, or `visit` fails.
    pub(super) fn read(
        units: &'units Units<'data>,
        mut visit: impl FnMut(Found<'_, 'data>) -> Result<(), gimli::Error>,
    ) -> Result<Self, gimli::Error> {
        let (mut scopes, mut named) = (Vec::new(), FxHashMap::default());
        for unit in units.iter() {
            let mut entries = unit.entries();
            // The scopes around the current entry, by depth.
            let mut around: Vec<(isize, usize)> = Vec::new();
            while let Some(entry) = entries.next_dfs()? {
                let depth = entry.depth();
                while around.last().is_some_and(|(outer, _)| *outer >= depth) {
                    around.pop();
                }
                let outer = around.last().map(|(_, scope)| *scope);
                match entry.tag() {
                    gimli::DW_TAG_namespace
                    | gimli::DW_TAG_structure_type
                    | gimli::DW_TAG_union_type
                    | gimli::DW_TAG_enumeration_type => {
                        let Some(name) = units.text(unit, entry, gimli::DW_AT_name)? else { continue };
                        scopes.push(Scope { around: outer, name });
                        around.push((depth, scopes.len() - 1));
                        if entry.tag() != gimli::DW_TAG_namespace {
                            named.extend(offset((unit, entry.offset())).map(|at| (at, scopes.len() - 1)));
                        }
                    }
                    gimli::DW_TAG_subprogram | gimli::DW_TAG_variable => {
                        visit(Found { entry, unit, scopes: &scopes, around: outer })?;
                    }
                    _ => {}
                }
            }
        }
        Ok(Self { units, scopes, named, nodes: FxHashMap::default(), by_name: None })
    }

    /// The types whose names are wanted.
    pub(super) fn named(&self, mut is_wanted: impl FnMut(&str) -> bool) -> Vec<(usize, String)> {
        let all = self.named.iter().map(|(at, scope)| (*at, path(&self.scopes, Some(*scope))));
        all.filter(|(_, name)| is_wanted(name)).collect()
    }

    /// The types of the crates that a name speaks of: `dyn Fn(&game::Event)`.
    pub(super) fn types_in(&mut self, name: &str, crates: &[String]) -> Vec<usize> {
        let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
        let is_of = |word: &&str| word.split_once("::").is_some_and(|(first, _)| crates.iter().any(|it| it == first));
        let mut found = Vec::new();
        for word in name.split(|letter| !is_part(letter)).filter(is_of) {
            if self.by_name.is_none() {
                let mut by_name: FxHashMap<String, Vec<usize>> = FxHashMap::default();
                self.named(|_| true).into_iter().for_each(|(at, name)| by_name.entry(name).or_default().push(at));
                self.by_name = Some(by_name);
            }
            found.extend(self.by_name.iter().filter_map(|by_name| by_name.get(word)).flatten());
        }
        found
    }

    /// Where the type of an entry is described.
    pub(super) fn type_of(&self, unit: &'units Unit<Bytes<'data>>, entry: &Entry<'data>) -> Option<usize> {
        offset(self.units.type_of(unit, entry)?)
    }

    /// What a function or static is made of.
    ///
    /// # Errors
    /// Debug information cannot be read.
    pub(super) fn types_around(&self, at: usize, with_variables: bool) -> Result<Types, gimli::Error> {
        let Some((unit, offset)) = self.place(at) else { return Ok(Types::default()) };
        let mut entries = unit.entries_at_offset(offset)?;
        let Some(entry) = entries.next_dfs()? else { return Ok(Types::default()) };
        let depth = entry.depth();
        let mut types = Types { own: self.type_of(unit, entry), ..Types::default() };
        while let Some(inner) = entries.next_dfs()?.filter(|inner| inner.depth() > depth) {
            let is_own = inner.depth() == depth + 1;
            let part = match inner.tag() {
                gimli::DW_TAG_formal_parameter if is_own => &mut types.arguments,
                gimli::DW_TAG_template_type_parameter if is_own => &mut types.others,
                gimli::DW_TAG_variable | gimli::DW_TAG_formal_parameter if with_variables => &mut types.variables,
                _ => continue,
            };
            part.extend(self.type_of(unit, inner));
        }
        Ok(types)
    }

    /// # Errors
    /// Debug information cannot be read.
    pub(super) fn node(&mut self, at: usize) -> Result<&Node, gimli::Error> {
        if !self.nodes.contains_key(&at) {
            let node = self.describe(at)?;
            self.nodes.insert(at, node);
        }
        Ok(&self.nodes[&at])
    }

    fn place(&self, at: usize) -> Option<Place<'units, 'data>> {
        let at = gimli::DebugInfoOffset(at);
        self.units.iter().find_map(|unit| Some((unit, at.to_unit_offset(&unit.header)?)))
    }

    fn describe(&self, at: usize) -> Result<Node, gimli::Error> {
        let Some((unit, offset)) = self.place(at) else { return Ok(Node::default()) };
        let mut entries = unit.entries_at_offset(offset)?;
        let Some(entry) = entries.next_dfs()? else { return Ok(Node::default()) };
        let (depth, tag) = (entry.depth(), entry.tag());
        let mut node = Node { name: self.name(at)?, ..Node::default() };
        let is_whole = entry.attr_value(gimli::DW_AT_declaration).is_none();
        let mut digest = Digest::default();
        let size = number(entry, gimli::DW_AT_byte_size).unwrap_or(0);
        digest.add(&(tag.0, size, number(entry, gimli::DW_AT_alignment)));
        if let Some(target) = self.type_of(unit, entry) {
            digest.add(&self.name(target)?);
            node.parts.push((None, target));
        }
        // What stands in a type and is no part of it: methods, and the types of its variants.
        let mut skipped: Option<isize> = None;
        while let Some(inner) = entries.next_dfs()?.filter(|inner| inner.depth() > depth) {
            if skipped.is_some_and(|outer| inner.depth() > outer) {
                continue;
            }
            skipped = None;
            match inner.tag() {
                gimli::DW_TAG_member => {
                    let label = self.units.text(unit, inner, gimli::DW_AT_name)?;
                    digest.add(&(&label, number(inner, gimli::DW_AT_data_member_location)));
                    if let Some(target) = self.type_of(unit, inner) {
                        digest.add(&self.name(target)?);
                        node.parts.push((label, target));
                    }
                }
                gimli::DW_TAG_variant => digest.add(&(1, inner.attr_value(gimli::DW_AT_discr_value).map(constant))),
                gimli::DW_TAG_enumerator => {
                    let label = self.units.text(unit, inner, gimli::DW_AT_name)?;
                    digest.add(&(label, inner.attr_value(gimli::DW_AT_const_value).map(constant)));
                }
                gimli::DW_TAG_subrange_type => {
                    let count = number(inner, gimli::DW_AT_count).or(number(inner, gimli::DW_AT_upper_bound));
                    digest.add(&(2, count));
                }
                gimli::DW_TAG_template_type_parameter | gimli::DW_TAG_formal_parameter => {
                    node.parts.extend(self.type_of(unit, inner).map(|target| (None, target)));
                }
                gimli::DW_TAG_variant_part => {}
                _ => skipped = Some(inner.depth()),
            }
        }
        node.layout = (is_whole && !is_unnamed(&node.name)).then(|| Layout { digest: digest.0.finish(), size });
        Ok(node)
    }

    /// With all that leads to it, and alike wherever among others an `impl` stands.
    fn name(&self, at: usize) -> Result<String, gimli::Error> {
        self.name_inside(at, 0)
    }

    fn name_inside(&self, at: usize, depth: usize) -> Result<String, gimli::Error> {
        if depth > MOST_ARRAYS {
            return Err(gimli::Error::TooManyIterations);
        }
        if let Some(scope) = self.named.get(&at) {
            return Ok(path(&self.scopes, Some(*scope)));
        }
        let Some((unit, offset)) = self.place(at) else { return Ok(String::new()) };
        let mut entries = unit.entries_at_offset(offset)?;
        let Some(entry) = entries.next_dfs()? else { return Ok(String::new()) };
        if let Some(name) = self.units.text(unit, entry, gimli::DW_AT_name)? {
            return Ok(without_numbers(&name));
        }
        let target = self.type_of(unit, entry).map(|target| self.name_inside(target, depth + 1));
        let target = target.transpose()?.unwrap_or_default();
        let depth = entry.depth();
        let mut name = format!("[{target}");
        while let Some(inner) = entries.next_dfs()?.filter(|inner| inner.depth() > depth) {
            let count = number(inner, gimli::DW_AT_count).or(number(inner, gimli::DW_AT_upper_bound));
            name.extend(count.map(|count| format!("; {count}")));
        }
        Ok(name + "]")
    }
}

#[derive(Default)]
struct Digest(xxhash_rust::xxh3::Xxh3);

impl Digest {
    fn add(&mut self, part: &impl std::hash::Hash) {
        part.hash(&mut self.0);
    }
}

fn offset((unit, offset): Place<'_, '_>) -> Option<usize> {
    Some(offset.to_debug_info_offset(&unit.header)?.0)
}

fn number(entry: &Entry<'_>, attribute: gimli::DwAt) -> Option<u64> {
    entry.attr_value(attribute).and_then(|value| value.udata_value())
}

/// Of a discriminant, which may be negative or as large as 16 bytes.
fn constant(value: AttributeValue<Bytes<'_>>) -> Option<i128> {
    let small = || value.udata_value().map(i128::from).or_else(|| value.sdata_value().map(i128::from));
    match &value {
        AttributeValue::Data16(large) => Some(large.cast_signed()),
        AttributeValue::Block(bytes) => {
            let bytes = bytes.to_slice().ok()?;
            Some(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | i128::from(*byte)))
        }
        _ => small(),
    }
}

fn path(scopes: &[Scope], scope: Option<usize>) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut next = scope;
    while let Some(scope) = next {
        names.push(&scopes[scope].name);
        next = scopes[scope].around;
    }
    names.reverse();
    without_numbers(&names.join("::"))
}

/// `{impl#2}` is the third of its module, which an edit of another one makes the fourth.
pub(super) fn without_numbers(name: &str) -> String {
    if !name.contains('#') {
        return name.to_owned();
    }
    let mut parts = name.split('#');
    let mut bare = parts.next().unwrap_or_default().to_owned();
    parts.for_each(|part| bare.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_digit())));
    bare
}

/// Whether a closure or a future is in a name: what those capture is a matter of their function alone.
pub(super) fn is_unnamed(name: &str) -> bool {
    ["{closure_env", "{async_", "{coroutine_", "{gen_"].iter().any(|start| name.contains(start))
}
