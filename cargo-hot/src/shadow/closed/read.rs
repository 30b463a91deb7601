//! Takes in one file: its private members, its types and traits, and who has which.

use super::{ANY, Closed, Member, Reach, reach, type_name};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Generics, Ident, ImplItem, ItemEnum, ItemImpl, ItemMacro, ItemMod, ItemStruct, ItemTrait, ItemUnion,
    Meta, MetaList, Path, Token, Type, TypeParamBound, Visibility,
};

pub(super) struct Reader<'closed> {
    closed: &'closed mut Closed,
    id: u64,
    /// How many inner modules of the file are open.
    depth: usize,
}

impl<'closed> Reader<'closed> {
    pub(super) fn new(closed: &'closed mut Closed, id: u64) -> Self {
        Self { closed, id, depth: 0 }
    }

    /// A type as its declaration says: the traits that it derives, and those that another attribute may write for it.
    fn declare(&mut self, ident: &Ident, attributes: &[Attribute]) {
        let has = self.closed.impls.entry(ident.to_string()).or_default();
        attributes.iter().for_each(|attribute| derived(&attribute.meta, has));
        self.closed.declared.insert(ident.to_string());
    }

    /// A member with this visibility, if that is less than the crate's.
    fn member(&self, visibility: &Visibility, of_type: String) -> Option<Member> {
        // What is above an inner module is in the same file.
        let reach = match reach(visibility) {
            Reach::Parent if self.depth > 0 => Reach::Module,
            reach => reach,
        };
        (reach != Reach::Crate).then_some(Member { file: self.id, reach, of_type })
    }

    fn has(&mut self, of_type: &Type, generics: &Generics, of_trait: &Path) {
        let Some(last) = of_trait.segments.last() else { return };
        let bare = bare(of_type);
        let parameter = bare.as_ref().and_then(|name| generics.type_params().find(|found| found.ident == name));
        // References to whatever has it.
        if parameter.is_some_and(|found| is_bound_by(&found.bounds, of_trait)) {
            return;
        }
        let is_any = bare.is_none() || parameter.is_some();
        let of_type = bare.filter(|_| !is_any).unwrap_or_else(|| ANY.into());
        self.closed.impls.entry(of_type).or_default().insert(last.ident.to_string());
    }
}

impl<'file> Visit<'file> for Reader<'_> {
    fn visit_item_mod(&mut self, item: &'file ItemMod) {
        self.depth += 1;
        visit::visit_item_mod(self, item);
        self.depth -= 1;
    }

    fn visit_item_struct(&mut self, item: &'file ItemStruct) {
        self.declare(&item.ident, &item.attrs);
        for (number, field) in item.fields.iter().enumerate() {
            let name = field.ident.as_ref().map_or_else(|| number.to_string(), ToString::to_string);
            let member = self.member(&field.vis, item.ident.to_string());
            self.closed.fields.entry(name).or_default().extend(member);
        }
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'file ItemEnum) {
        self.declare(&item.ident, &item.attrs);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_union(&mut self, item: &'file ItemUnion) {
        self.declare(&item.ident, &item.attrs);
        visit::visit_item_union(self, item);
    }

    fn visit_item_trait(&mut self, item: &'file ItemTrait) {
        let methods = item.items.iter().filter_map(|item| match item {
            syn::TraitItem::Fn(method) => Some(method.sig.ident.to_string()),
            _ => None,
        });
        let methods: BTreeSet<String> = methods.collect();
        self.closed.methods.extend(methods.iter().cloned());
        self.closed.traits.entry(item.ident.to_string()).or_default().extend(methods);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_impl(&mut self, item: &'file ItemImpl) {
        if let Some((of_trait, _)) = &item.trait_ {
            self.has(&item.self_ty, &item.generics, of_trait);
            self.closed.methods.extend(item.items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            }));
            if of_trait.segments.last().is_some_and(|segment| segment.ident == "Deref") {
                let has_fields = !target(item).is_some_and(|target| WITHOUT_FIELDS.contains(&target.as_str()));
                self.closed.derefs.extend(type_name(&item.self_ty).map(|name| (name, has_fields)));
            }
        } else {
            let of_type = type_name(&item.self_ty).unwrap_or_else(|| ANY.into());
            for member in &item.items {
                let ImplItem::Fn(method) = member else { continue };
                let member = self.member(&method.vis, of_type.clone());
                self.closed.private.entry(method.sig.ident.to_string()).or_default().extend(member);
            }
        }
        visit::visit_item_impl(self, item);
    }

    /// What a macro writes is not seen: it may implement every trait that it names for any type, and any trait for every
    /// type that it is called with.
    fn visit_item_macro(&mut self, item: &'file ItemMacro) {
        let tokens = || item.mac.tokens.clone();
        if names(tokens()).iter().any(|word| word == "impl" || word == "derive") {
            self.closed.written.extend(names(tokens()));
        }
        if implements_any(tokens()) {
            self.closed.impls.entry(ANY.into()).or_default().insert(ANY.into());
        }
        if !item.mac.path.is_ident("macro_rules") && !item.mac.path.is_ident("thread_local") {
            for name in names(tokens()) {
                self.closed.impls.entry(name).or_default().insert(ANY.into());
            }
        }
    }
}

/// Whether one of the bounds is the same trait, by the same path.
fn is_bound_by(bounds: &Punctuated<TypeParamBound, Token![+]>, of_trait: &Path) -> bool {
    bounds.iter().any(|bound| matches!(bound, TypeParamBound::Trait(bound) if bound.path == *of_trait))
}

/// The last name of a type behind references.
fn bare(of_type: &Type) -> Option<String> {
    match of_type {
        Type::Reference(reference) => bare(&reference.elem),
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        Type::Path(path) if path.qself.is_some() => None,
        of_type => type_name(of_type),
    }
}

/// The traits that an attribute of a type brings; one that is not rustc's may bring any.
fn derived(meta: &Meta, has: &mut BTreeSet<String>) {
    const PLAIN: &[&str] = &[
        "allow",
        "cfg",
        "default",
        "deny",
        "deprecated",
        "doc",
        "expect",
        "forbid",
        "hot",
        "must_use",
        "non_exhaustive",
        "repr",
        "warn",
    ];
    let is = |name: &str| meta.path().segments.last().is_some_and(|last| last.ident == name);
    let parts = |list: &MetaList| list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    match meta {
        _ if PLAIN.iter().any(|name| is(name)) => {}
        Meta::List(list) if is("derive") => {
            let paths = parts(list).into_iter().flatten();
            has.extend(paths.filter_map(|path| Some(path.path().segments.last()?.ident.to_string())));
        }
        // The first is the condition.
        Meta::List(list) if is("cfg_attr") => {
            parts(list).into_iter().flatten().skip(1).for_each(|meta| derived(&meta, has));
        }
        _ => drop(has.insert(ANY.into())),
    }
}

/// Whether a macro has `impl $name for`.
fn implements_any(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_any = |at: &[TokenTree]| match at {
        [TokenTree::Punct(dollar), TokenTree::Ident(_), TokenTree::Ident(word)] => {
            dollar.as_char() == '$' && word == "for"
        }
        _ => false,
    };
    let groups = tokens.iter().filter_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    tokens.windows(3).any(is_any) || groups.into_iter().any(implements_any)
}

fn names(tokens: TokenStream) -> BTreeSet<String> {
    let name = |token| match token {
        TokenTree::Group(group) => names(group.stream()),
        TokenTree::Ident(ident) => BTreeSet::from([ident.to_string()]),
        _ => BTreeSet::new(),
    };
    tokens.into_iter().flat_map(name).collect()
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
