//! What must stay private in a crate's public copy, because the crate would mean something else with it.
//!
//! rustc passes over a field or method that is private where it is used, and takes the one behind `Deref` or the trait's
//! of the same name. That can only happen where another file asks for the name. All is seen from the text of the whole
//! crate: [`read`] takes it in, [`traits`] knows what the standard library adds.

mod read;
mod traits;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use read::Reader;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::visit::Visit as _;
use syn::{File, Type, Visibility};
use xxhash_rust::xxh3::xxh3_64;

/// Types and traits by their last names, whichever modules they are of: more than need be stays private, never less.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    /// Types that dereference to another, and whether that may have fields.
    derefs: BTreeMap<String, bool>,
    /// Types whose declaration was read: what traits they derive is known.
    declared: BTreeSet<String>,
    /// By type, the traits it has; those that any type may have are by [`ANY`].
    impls: BTreeMap<String, BTreeSet<String>>,
    /// Traits that are declared here, with their methods.
    traits: BTreeMap<String, BTreeSet<String>>,
    /// Methods of any trait, declared or implemented here.
    methods: BTreeSet<String>,
    /// Names in macros that write implementations.
    written: BTreeSet<String>,
    /// Private fields by name.
    fields: BTreeMap<String, BTreeSet<Member>>,
    /// Private methods likewise.
    private: BTreeMap<String, BTreeSet<Member>>,
    /// Files with inner modules.
    modular: BTreeSet<u64>,
    /// By name, the files that have it behind a dot or a path.
    asked: BTreeMap<String, BTreeSet<u64>>,
}

/// Stands for any type, as no type is called, and for any trait.
const ANY: &str = "";

/// A private member of a type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Member {
    file: u64,
    reach: Reach,
    of_type: String,
}

/// Where a name may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Reach {
    /// In its module and those below.
    Module,
    /// In the module above and all below that.
    Parent,
    /// In another part of the crate.
    Part,
    /// In all of the crate, or everywhere.
    Crate,
}

pub(super) fn reach(visibility: &Visibility) -> Reach {
    match visibility {
        Visibility::Inherited => Reach::Module,
        Visibility::Restricted(restricted) if restricted.path.is_ident("self") => Reach::Module,
        Visibility::Restricted(restricted) if restricted.path.is_ident("super") => Reach::Parent,
        Visibility::Restricted(restricted) if !restricted.path.is_ident("crate") => Reach::Part,
        Visibility::Restricted(_) | Visibility::Public(_) => Reach::Crate,
    }
}

impl Closed {
    /// Adds what a file says, and tells whether that may be news for other files.
    pub(crate) fn add(&mut self, path: &Path, file: &File) -> bool {
        let before = self.extent();
        let id = id_of(path);
        Reader::new(self, id).visit_file(file);
        if has_modules(file) {
            self.modular.insert(id);
        }
        for name in asked(file.to_token_stream()) {
            self.asked.entry(name).or_default().insert(id);
        }
        before != self.extent()
    }

    /// Grows with everything that can close something.
    fn extent(&self) -> [usize; 6] {
        let is_risky = |name: &String| self.fields.contains_key(name) || self.private.contains_key(name);
        let risky = self.asked.iter().filter(|(name, _)| is_risky(name));
        let impls = self.impls.values().map(BTreeSet::len).sum();
        let traits = self.traits.values().map(BTreeSet::len).sum();
        let asked = risky.map(|(_, files)| files.len().min(2)).sum();
        [self.derefs.len(), impls, traits, self.methods.len(), self.written.len(), asked]
    }

    /// Whether something of this name stays private that could be named in `scope`.
    pub(super) fn hides(&self, name: &str, scope: &Scope) -> bool {
        let files = self.asked.get(name);
        let is_asked = |member: &Member| {
            let is_own =
                files.is_some_and(|files| files.contains(&member.file)) && !self.modular.contains(&member.file);
            files.map_or(0, BTreeSet::len) > usize::from(is_own && member.reach == Reach::Module)
        };
        let is_meant = |member: &Member| scope.reaches(member) && is_asked(member);
        let mut fields = self.fields.get(name).into_iter().flatten();
        let mut methods = self.private.get(name).into_iter().flatten();
        fields.any(|member| self.has_fields(&member.of_type) && is_meant(member))
            || methods.any(|member| self.is_risky(&member.of_type, name) && is_meant(member))
    }

    fn has_fields(&self, of_type: &str) -> bool {
        self.derefs.get(of_type).is_some_and(|has_fields| *has_fields)
    }

    /// Whether where a method of a type is private, the name may mean another method.
    fn is_risky(&self, of_type: &str, name: &str) -> bool {
        if self.derefs.contains_key(of_type) || traits::OF_ALL.contains(&name) {
            return true;
        }
        if !self.declared.contains(of_type) {
            return self.is_of_any_trait(name);
        }
        let mut has = [of_type, ANY].into_iter().filter_map(|of_type| self.impls.get(of_type)).flatten();
        has.any(|of_trait| self.brings(of_trait, name)) || self.is_written(name)
    }

    /// Whether a trait has a method of this name.
    fn brings(&self, of_trait: &str, name: &str) -> bool {
        let declared = self.traits.get(of_trait);
        let known = traits::methods_of(of_trait);
        if declared.is_none() && known.is_none() {
            return self.is_of_any_trait(name);
        }
        declared.is_some_and(|methods| methods.contains(name)) || known.is_some_and(|methods| methods.contains(&name))
    }

    /// Whether a trait has it that a macro may implement for any type.
    fn is_written(&self, name: &str) -> bool {
        self.written.iter().any(|word| {
            let is_trait = self.traits.contains_key(word) || traits::methods_of(word).is_some();
            is_trait && self.brings(word, name)
        })
    }

    fn is_of_any_trait(&self, name: &str) -> bool {
        self.methods.contains(name) || traits::is_method_of_any(name)
    }

    /// Whether a private field of the type stays so; `own` are the names that its file asks for.
    pub(super) fn closes_field(&self, of_type: &str, name: &str, reach: Reach, own: &Own) -> bool {
        self.has_fields(of_type) && self.is_asked_outside(name, reach, own)
    }

    /// Whether a private method of the type stays so.
    pub(super) fn closes_method(&self, of_type: Option<&str>, name: &str, reach: Reach, own: &Own) -> bool {
        self.is_risky(of_type.unwrap_or(ANY), name) && self.is_asked_outside(name, reach, own)
    }

    fn is_asked_outside(&self, name: &str, reach: Reach, own: &Own) -> bool {
        let files = self.asked.get(name).map_or(0, BTreeSet::len);
        match reach {
            Reach::Crate => false,
            Reach::Parent | Reach::Part => files > 0,
            // In a file with inner modules, others are closer than another file.
            Reach::Module => files > usize::from(own.names.contains(name) && !own.has_modules),
        }
    }
}

/// A place in the tree of modules.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// The files of the modules around it.
    around: BTreeSet<u64>,
    /// Those of the modules that one of these declares.
    below: BTreeSet<u64>,
}

impl Scope {
    pub(crate) fn new<'path>(
        around: impl Iterator<Item = &'path Path>,
        below: impl Iterator<Item = &'path Path>,
    ) -> Self {
        Self { around: around.map(id_of).collect(), below: below.map(id_of).collect() }
    }

    fn reaches(&self, member: &Member) -> bool {
        match member.reach {
            Reach::Module => self.around.contains(&member.file),
            Reach::Parent => self.around.contains(&member.file) || self.below.contains(&member.file),
            Reach::Part | Reach::Crate => true,
        }
    }
}

/// What a file asks for itself.
#[derive(Debug)]
pub(super) struct Own {
    names: BTreeSet<String>,
    has_modules: bool,
}

impl Own {
    pub(super) fn of(file: &File) -> Self {
        Self { names: asked(file.to_token_stream()), has_modules: has_modules(file) }
    }
}

fn has_modules(file: &File) -> bool {
    file.items.iter().any(|item| matches!(item, syn::Item::Mod(item) if item.content.is_some()))
}

fn id_of(path: &Path) -> u64 {
    xxh3_64(path.as_os_str().as_encoded_bytes())
}

/// Names behind a dot or a path, in macros too.
pub(crate) fn asked(tokens: TokenStream) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(tokens, &mut names);
    names
}

fn collect(tokens: TokenStream, names: &mut BTreeSet<String>) {
    let mut is_behind = false;
    for token in tokens {
        match &token {
            TokenTree::Group(group) => collect(group.stream(), names),
            TokenTree::Ident(_) | TokenTree::Literal(_) if is_behind => {
                // `.0.1` may be one number.
                names.extend(token.to_string().split('.').map(str::to_owned));
            }
            _ => {}
        }
        is_behind = matches!(&token, TokenTree::Punct(punct) if matches!(punct.as_char(), '.' | ':'));
    }
}

/// `World` of `game::World<'a>`.
pub(crate) fn type_name(of_type: &Type) -> Option<String> {
    match of_type {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
