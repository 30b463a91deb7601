//! What must stay private in a crate's public copy, because the crate would mean something else with it.
//!
//! rustc passes over a field or method that is private where it is used, and takes the one behind `Deref` or the trait's
//! of the same name. That can only happen where another file asks for the name. All is seen from the text of the whole
//! crate.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::visit::{self, Visit};
use syn::{File, ImplItem, ItemImpl, ItemStruct, ItemTrait, Type, Visibility};
use xxhash_rust::xxh3::xxh3_64;

/// Names, whichever types they are of: more than need be stay private, never less.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    /// Types that dereference to another, and whether that may have fields.
    types: BTreeMap<String, bool>,
    /// Methods of traits, declared or implemented here.
    methods: BTreeSet<String>,
    /// Private fields, with the files and types that have them.
    fields: BTreeMap<String, BTreeSet<(u64, String)>>,
    /// Private methods, likewise.
    private: BTreeMap<String, BTreeSet<(u64, String)>>,
    /// Files with inner modules.
    modular: BTreeSet<u64>,
    /// By name, the files that have it behind a dot or a path.
    asked: BTreeMap<String, BTreeSet<u64>>,
}

impl Closed {
    /// Adds what a file says, and tells whether that may be news for other files.
    pub(crate) fn add(&mut self, path: &Path, file: &File) -> bool {
        let before = self.extent();
        let id = id_of(path);
        Reader { closed: self, id }.visit_file(file);
        if has_modules(file) {
            self.modular.insert(id);
        }
        for name in asked(file.to_token_stream()) {
            self.asked.entry(name).or_default().insert(id);
        }
        before != self.extent()
    }

    /// Grows with everything that can close something.
    fn extent(&self) -> (usize, usize, usize) {
        let is_risky = |name: &String| self.fields.contains_key(name) || self.private.contains_key(name);
        let risky = self.asked.iter().filter(|(name, _)| is_risky(name));
        (self.types.len(), self.methods.len(), risky.map(|(_, files)| files.len().min(2)).sum())
    }

    /// Whether something of this name stays private that one of these files, the modules around it, has.
    pub(super) fn hides(&self, name: &str, around: &BTreeSet<u64>) -> bool {
        let is_asked = |file: &u64| {
            let files = self.asked.get(name);
            let is_own = files.is_some_and(|files| files.contains(file)) && !self.modular.contains(file);
            files.map_or(0, BTreeSet::len) > usize::from(is_own)
        };
        let is_meant = |file: &u64| around.contains(file) && is_asked(file);
        let mut fields = self.fields.get(name).into_iter().flatten();
        let mut methods = self.private.get(name).into_iter().flatten();
        fields.any(|(file, of_type)| self.has_fields(of_type) && is_meant(file))
            || methods.any(|(file, of_type)| self.is_risky(Some(of_type), name) && is_meant(file))
    }

    fn has_fields(&self, of_type: &str) -> bool {
        self.types.get(of_type).is_some_and(|has_fields| *has_fields)
    }

    fn is_risky(&self, of_type: Option<&str>, name: &str) -> bool {
        of_type.is_some_and(|of_type| self.types.contains_key(of_type))
            || self.methods.contains(name)
            || PROVIDED.contains(&name)
    }

    /// Whether a private field of the type stays so; `own` are the names that its file asks for.
    pub(super) fn closes_field(&self, of_type: &str, name: &str, own: &Own) -> bool {
        self.has_fields(of_type) && self.is_asked_elsewhere(name, own)
    }

    /// Whether a private method of the type stays so.
    pub(super) fn closes_method(&self, of_type: Option<&str>, name: &str, own: &Own) -> bool {
        self.is_risky(of_type, name) && self.is_asked_elsewhere(name, own)
    }

    fn is_asked_elsewhere(&self, name: &str, own: &Own) -> bool {
        let files = self.asked.get(name).map_or(0, BTreeSet::len);
        // In a file with inner modules, others are closer than another file.
        files > usize::from(own.names.contains(name) && !own.has_modules)
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

pub(super) fn id_of(path: &Path) -> u64 {
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

/// Reads one file.
struct Reader<'closed> {
    closed: &'closed mut Closed,
    id: u64,
}

impl<'file> Visit<'file> for Reader<'_> {
    fn visit_item_struct(&mut self, item: &'file ItemStruct) {
        for (number, field) in item.fields.iter().enumerate() {
            if !matches!(field.vis, Visibility::Public(_)) {
                let name = field.ident.as_ref().map_or_else(|| number.to_string(), ToString::to_string);
                self.closed.fields.entry(name).or_default().insert((self.id, item.ident.to_string()));
            }
        }
        visit::visit_item_struct(self, item);
    }

    fn visit_item_trait(&mut self, item: &'file ItemTrait) {
        self.closed.methods.extend(item.items.iter().filter_map(|item| match item {
            syn::TraitItem::Fn(method) => Some(method.sig.ident.to_string()),
            _ => None,
        }));
        visit::visit_item_trait(self, item);
    }

    fn visit_item_impl(&mut self, item: &'file ItemImpl) {
        if let Some((of_trait, _)) = &item.trait_ {
            self.closed.methods.extend(item.items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            }));
            if of_trait.segments.last().is_some_and(|segment| segment.ident == "Deref") {
                let has_fields = !target(item).is_some_and(|target| WITHOUT_FIELDS.contains(&target.as_str()));
                self.closed.types.extend(type_name(&item.self_ty).map(|name| (name, has_fields)));
            }
        } else {
            let of_type = type_name(&item.self_ty).unwrap_or_default();
            for member in &item.items {
                if let ImplItem::Fn(method) = member
                    && !matches!(method.vis, Visibility::Public(_))
                {
                    let name = method.sig.ident.to_string();
                    self.closed.private.entry(name).or_default().insert((self.id, of_type.clone()));
                }
            }
        }
        visit::visit_item_impl(self, item);
    }
}

/// What an implementation of `Deref` leads to, by its last name.
fn target(item: &ItemImpl) -> Option<String> {
    item.items.iter().find_map(|item| match item {
        ImplItem::Type(item) if item.ident == "Target" => match &item.ty {
            Type::Slice(_) => Some("[]".into()),
            of_type => type_name(of_type),
        },
        _ => None,
    })
}

/// Types of the standard library that nobody else sees a field of, and that lead to none with a field.
const WITHOUT_FIELDS: &[&str] = &[
    "[]", "str", "String", "Vec", "VecDeque", "HashMap", "HashSet", "BTreeMap", "BTreeSet", "Path", "PathBuf", "OsStr",
    "OsString", "CStr", "CString", "File",
];

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
