//! How symbols name a function of the crate, and how a slice names what instances of it are for: through the host, or as the
//! crate itself names other crates.

use super::header::fit;
use super::index::{Entry, Function, Impl, Kept};
use super::instances::{Crate, Identity, Instance, Naming, declared, instance};
use super::rename::Host;
use super::{File, Reason, Slicer};
use crate::base::Invocation;
use crate::base::record::Record;
use crate::shadow::publicize::PRELUDE;
use crate::slice::carve::HOST;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::{ItemUse, UseTree};

struct Names<'a> {
    krate: &'a Crate,
    invocation: &'a Invocation,
    files: &'a BTreeMap<PathBuf, File>,
}

impl Slicer {
    /// What the program has of a generic function: how its symbols name it, and those with the instance of each.
    pub(super) fn instances(
        &self,
        record: &Record,
        host: &Host<'_>,
        path: &Path,
        function: &Function,
    ) -> Result<(Identity, Vec<(String, Instance)>), Reason> {
        let krate = host.krate().ok_or(Reason::NotFound)?;
        let identity = self.identity(&krate, path, function);
        let names = Names { krate: &krate, invocation: &record.invocation, files: &self.files };
        let found = host.instances(&identity)?;
        let found = match function.of_impl {
            Some(number) => self.of_impl(&identity, &self.files[path].index.impls[number], found),
            None => found.into_iter().map(|(symbol, _)| symbol).collect(),
        };
        let spelled = |symbol: &str| Some((symbol.to_owned(), instance(symbol, &names)?));
        let instances = found.into_iter().map(spelled).collect::<Option<_>>().ok_or(Reason::Generic)?;
        Ok((identity, instances))
    }

    /// The symbols that may be of an `impl`, of those with the name of a method of it. Each `impl` has a number of its own.
    fn of_impl<'a>(&self, method: &Identity, found: &Impl, symbols: Vec<(&'a str, Identity)>) -> Vec<&'a str> {
        let mut groups: BTreeMap<u64, Vec<(&str, Instance)>> = BTreeMap::new();
        for (symbol, identity) in symbols {
            groups.entry(identity.number).or_default().extend(declared(symbol).map(|instance| (symbol, instance)));
        }
        let fits = |found: &Impl, group: &[(&str, Instance)], must_be_exact: bool| {
            let fits = |instance| fit(found, instance, &|name| self.is_plain(name));
            group.iter().all(|(_, instance)| fits(instance).is_some_and(|fit| fit.is_exact || !must_be_exact))
        };
        groups.retain(|_, group| fits(found, group, false));
        // One without parameters is for a single type, of which no other `impl` is.
        let others = self.impls_with(method).filter(|other| !std::ptr::eq(*other, found) && other.types.is_empty());
        for other in others {
            let mut of_other = groups.iter().filter(|(_, group)| fits(other, group, true)).map(|(number, _)| number);
            if let (Some(number), None) = (of_other.next().copied(), of_other.next()) {
                groups.remove(&number);
            }
        }
        groups.into_values().flatten().map(|(symbol, _)| symbol).collect()
    }

    /// The `impl`s of a method's module that have one of its name.
    fn impls_with(&self, method: &Identity) -> impl Iterator<Item = &Impl> {
        self.files.iter().flat_map(move |(path, file)| {
            let has_it = move |number: usize| {
                let of_it = file.index.functions.iter().filter(move |function| function.of_impl == Some(number));
                of_it.map(Function::symbol_name).any(|name| name == method.name)
            };
            let is_there = move |number: usize, found: &Impl| {
                self.module_of(path, found.module) == method.module && has_it(number)
            };
            let numbered = file.index.impls.iter().enumerate();
            numbered.filter(move |(number, found)| is_there(*number, found)).map(|(_, found)| found)
        })
    }

    /// The path of a module of a file, as symbols have it.
    fn module_of(&self, path: &Path, module: usize) -> Vec<String> {
        let of_file = self.locations.get(path).map_or(&[][..], |location| location.module.as_slice());
        let inner = self.files[path].index.module_path(module);
        of_file.iter().map(String::as_str).chain(inner).map(plain).collect()
    }

    /// Whether a type of this name is called so in symbols, too: what is imported may be another's name for something.
    fn is_plain(&self, name: &str) -> bool {
        const BASIC: &[&str] = &[
            "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16", "u32",
            "u64", "u8", "usize",
        ];
        let declared = || self.files.values().flat_map(|file| &file.index.modules).flat_map(|module| &module.names);
        let is_it = |other: &String| other == name;
        !self.renamed().any(is_it) && (BASIC.contains(&name) || PRELUDE.contains(&name) || declared().any(is_it))
    }

    /// What is declared under another name, which symbols have.
    fn renamed(&self) -> impl Iterator<Item = &String> {
        self.files.values().flat_map(|file| &file.index.renamed)
    }

    /// How symbols name a function.
    fn identity(&self, krate: &Crate, path: &Path, function: &Function) -> Identity {
        let of_impl = function.of_impl.map(|number| &self.files[path].index.impls[number]);
        let declared = |text: &str, parameters: &[String]| {
            let name = last_name(text)?;
            let is_other = |other: &String| other == name;
            (!parameters.iter().any(is_other) && !self.renamed().any(is_other)).then(|| plain(name))
        };
        Identity {
            krate: krate.clone(),
            module: self.module_of(path, function.module),
            self_name: of_impl.and_then(|found| declared(&found.self_type, &found.types)),
            of_trait: of_impl.and_then(|found| declared(&found.of_trait.as_ref()?.path, &found.types)),
            name: function.symbol_name(),
            ..Identity::default()
        }
    }
}

impl Naming for Names<'_> {
    fn path(&self, krate: &Crate, path: &[String]) -> Option<String> {
        if krate == self.krate {
            return Some(format!("::{HOST}::{}", path.join("::")));
        }
        let (root, _) = self.invocation.externs().find(|(_, file)| is_library_of(file, &krate.name))?;
        // Other crates may keep the module private that declares it.
        let imported = path.last().and_then(|name| self.imported(root, name));
        let names = imported.unwrap_or_else(|| path.to_vec());
        Some(format!("::{root}::{}", names.join("::")))
    }
}

impl Names<'_> {
    /// The path by which the crate's own text imports a name from another crate.
    fn imported(&self, root: &str, name: &str) -> Option<Vec<String>> {
        let uses = self.files.values().flat_map(|file| {
            let kept = file.index.entries.iter().filter_map(|entry| match entry {
                Entry::Kept { kind: Kept::Use, range, .. } => file.text.get(range.clone()),
                _ => None,
            });
            kept.filter(|text| text.contains(root) && text.contains(name))
        });
        let found = uses.filter_map(|text| syn::parse_str::<ItemUse>(text).ok()).find_map(|item| {
            let mut path = Vec::new();
            let is_it = leads_to(&item.tree, name, &mut path) && path.first().is_some_and(|first| first == root);
            is_it.then_some(path)
        });
        // Every text that was parsed is kept for its spans until told otherwise, and no span outlives this.
        proc_macro2::extra::invalidate_current_thread_spans();
        found.map(|path| path[1..].to_vec())
    }
}

fn plain(name: &str) -> String {
    name.trim_start_matches("r#").to_owned()
}

fn leads_to(tree: &UseTree, name: &str, path: &mut Vec<String>) -> bool {
    match tree {
        UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            let is_there = leads_to(&inner.tree, name, path);
            if !is_there {
                path.pop();
            }
            is_there
        }
        UseTree::Group(group) => group.items.iter().any(|tree| leads_to(tree, name, path)),
        UseTree::Name(found) if found.ident == name => {
            path.push(name.to_owned());
            true
        }
        UseTree::Rename(found) if found.ident == name => {
            path.push(name.to_owned());
            true
        }
        _ => false,
    }
}

/// Whether a file is `libname-1a2b.rlib`.
fn is_library_of(file: &Path, crate_name: &str) -> bool {
    let stem = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let name = stem.strip_prefix("lib").unwrap_or(stem);
    name.rsplit_once('-').map_or(name, |(name, _)| name) == crate_name
}

/// `World` of the tokens `& 'a game :: World < T >`; `None` for what is no path.
fn last_name(of_type: &str) -> Option<&str> {
    let bare = of_type.split('<').next().unwrap_or_default();
    let is_of_reference = |word: &&str| *word == "&" || *word == "mut" || word.starts_with('\'');
    let words = bare.split(' ').filter(|word| !word.is_empty()).skip_while(is_of_reference);
    let is_path = |word: &str| word == "::" || word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    let is_name = words.clone().all(is_path) && words.clone().next() != Some("dyn");
    words.last().filter(|_| is_name)
}
