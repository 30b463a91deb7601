//! What must stay private in a crate's public copy, because the crate would mean something else with it.
//!
//! rustc passes over a field or method that is private where it is used, and takes the one behind `Deref` or the trait's
//! of the same name. Which names that may happen to is seen from the text of the whole crate.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use syn::visit::{self, Visit};
use syn::{File, ItemImpl, ItemTrait, Type};

/// Names, wherever in the crate they are: more than need be stay private, never less.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    /// Types that dereference to another.
    types: BTreeSet<String>,
    /// Methods of traits, declared or implemented here.
    methods: BTreeSet<String>,
}

impl Closed {
    /// Adds what a file says, and tells whether that was news.
    pub(crate) fn add(&mut self, file: &File) -> bool {
        let before = (self.types.len(), self.methods.len());
        self.visit_file(file);
        before != (self.types.len(), self.methods.len())
    }

    pub(super) fn closes_type(&self, name: &str) -> bool {
        self.types.contains(name)
    }

    pub(super) fn closes_method(&self, name: &str) -> bool {
        self.methods.contains(name) || PROVIDED.contains(&name)
    }
}

impl<'file> Visit<'file> for Closed {
    fn visit_item_trait(&mut self, item: &'file ItemTrait) {
        self.methods.extend(item.items.iter().filter_map(|item| match item {
            syn::TraitItem::Fn(method) => Some(method.sig.ident.to_string()),
            _ => None,
        }));
        visit::visit_item_trait(self, item);
    }

    fn visit_item_impl(&mut self, item: &'file ItemImpl) {
        if let Some((of_trait, _)) = &item.trait_ {
            self.methods.extend(item.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            }));
            if of_trait.segments.last().is_some_and(|segment| segment.ident == "Deref") {
                self.types.extend(type_name(&item.self_ty));
            }
        }
        visit::visit_item_impl(self, item);
    }
}

/// `World` of `game::World<'a>`.
pub(super) fn type_name(of_type: &Type) -> Option<String> {
    match of_type {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// Methods that the standard library's traits bring to types that implement something else of theirs.
const PROVIDED: &[&str] = &[
    "all",
    "any",
    "borrow",
    "borrow_mut",
    "by_ref",
    "bytes",
    "chain",
    "clamp",
    "clone_from",
    "clone_into",
    "cloned",
    "cmp",
    "collect",
    "copied",
    "count",
    "cycle",
    "enumerate",
    "eq",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "flat_map",
    "flatten",
    "fold",
    "for_each",
    "fuse",
    "ge",
    "gt",
    "inspect",
    "into",
    "into_iter",
    "is_sorted",
    "last",
    "le",
    "lines",
    "lt",
    "map",
    "map_while",
    "max",
    "max_by",
    "max_by_key",
    "min",
    "min_by",
    "min_by_key",
    "ne",
    "nth",
    "partition",
    "peekable",
    "position",
    "product",
    "read_exact",
    "read_line",
    "read_to_end",
    "read_to_string",
    "read_until",
    "reduce",
    "rev",
    "rewind",
    "scan",
    "skip",
    "skip_while",
    "split",
    "step_by",
    "sum",
    "take",
    "take_while",
    "to_owned",
    "to_string",
    "try_fold",
    "try_for_each",
    "try_into",
    "type_id",
    "unzip",
    "write_all",
    "write_fmt",
    "zip",
];
