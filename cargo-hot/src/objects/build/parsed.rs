//! One object and all that is asked of it again and again.

use crate::objects::digest::{Digests, Referent, referent};
use crate::objects::hot::{HotPart, hot_parts, slot_of_runtime};
use crate::objects::names::{Name, Names};
use crate::objects::object::{Object, SectionIndex, SectionKind};
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;

#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) object: Object,
    pub(super) digests: Digests,
    /// The functions and statics that each section with a symbol refers to, through constants too.
    pub(super) uses: FxHashMap<SectionIndex, Vec<Name>>,
    pub(super) hot: Vec<HotPart>,
    /// What tables of methods lead to, once that was asked for.
    tables: OnceLock<FxHashSet<Name>>,
}

impl Parsed {
    pub(super) fn read(bytes: Vec<u8>, names: &mut Names) -> Result<Self> {
        let object = Object::parse(bytes, names)?;
        let digests = Digests::compute(&object, names);
        let named = object.sections.iter().enumerate().filter(|(_, section)| !section.definitions.is_empty());
        let uses: FxHashMap<_, _> = named.map(|(index, _)| (index, uses(&object, index))).collect();
        let mut hot = hot_parts(&object, names);
        hot.extend(slot_of_runtime(uses.values().flatten().copied(), names));
        Ok(Self { object, digests, uses, hot, tables: OnceLock::new() })
    }

    /// The functions that constants without a name lead to: tables of methods are such.
    pub(super) fn in_tables(&self) -> &FxHashSet<Name> {
        self.tables.get_or_init(|| {
            let sections = self.object.sections.iter().enumerate();
            let constants = sections.filter(|(_, section)| section.kind == SectionKind::ReadOnly);
            let references = constants.flat_map(|(index, section)| {
                let found = self.object.references(section).into_iter();
                found.map(move |reference| referent(&self.object, index, &reference))
            });
            let named = references.filter_map(|found| match found {
                Referent::Named(name, _) => Some(name),
                _ => None,
            });
            named.collect()
        })
    }

    pub(super) fn defined(&self) -> impl Iterator<Item = Name> {
        self.object.sections.iter().flat_map(|section| section.definitions.iter().map(|found| found.name))
    }
}

/// What a section refers to by name, itself or through the constants it refers to.
fn uses(object: &Object, section: SectionIndex) -> Vec<Name> {
    let mut found = Vec::new();
    let mut seen = vec![section];
    let mut next = 0;
    while let Some(section) = seen.get(next).copied() {
        next += 1;
        for reference in object.references(&object.sections[section]) {
            match referent(object, section, &reference) {
                Referent::Named(name, _) => found.push(name),
                Referent::Anonymous(constant, _) if !seen.contains(&constant) => seen.push(constant),
                _ => {}
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
