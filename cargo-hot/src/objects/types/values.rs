//! Where an object's code has values of a type for its own: in frames, and behind tables of methods.

use super::graph::{Graph, Node, Types, without_numbers};
use super::reach::LIVE;
use crate::objects::dwarf::{DebugInfo, Units};
use crate::objects::object::Object;
use rustc_hash::{FxHashMap, FxHashSet};

/// A function that may have a value of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) symbol: String,
    /// The type's name.
    pub(crate) name: String,
}

/// Those of an object's functions that `choose` takes, and that have values of these types: of their own, or behind a pointer
/// that may own it. Where debug information cannot be read, those that were found before that.
pub(crate) fn frames(object: &Object, types: &FxHashSet<String>, choose: impl Fn(&str) -> bool) -> Vec<Frame> {
    let mut found = Vec::new();
    let debug = DebugInfo::of(object);
    let mut read = || -> Result<(), gimli::Error> {
        let units = Units::of(&debug)?;
        let mut functions = Vec::new();
        let mut graph = Graph::read(&units, |entry| {
            if entry.entry.tag() != gimli::DW_TAG_subprogram || entry.path_around().starts_with(RUNTIME) {
                return Ok(());
            }
            let own = units.text(entry.unit, entry.entry, gimli::DW_AT_linkage_name)?;
            let symbol = own.map_or_else(|| units.symbol_before(entry.unit, entry.entry), |own| Ok(Some(own)))?;
            if let Some(symbol) = symbol.filter(|symbol| choose(symbol)) {
                functions.extend(entry.offset().map(|at| (symbol, at)));
            }
            Ok(())
        })?;
        let mut values = Values { graph: &mut graph, types, known: FxHashMap::default() };
        for (symbol, at) in functions {
            let Types { own, arguments, variables, .. } = values.graph.types_around(at, true)?;
            for at in own.into_iter().chain(arguments).chain(variables) {
                if let Some(name) = values.find(at)? {
                    found.push(Frame { symbol, name });
                    break;
                }
            }
        }
        Ok(())
    };
    let _ = read();
    found
}

/// The runtime's own functions know how to treat values of types that they do not know.
const RUNTIME: &str = "hot_runtime::";

/// What a type's name begins with that has no values of others: references, which others own, and functions; and what is carried
/// over, or keeps that from happening.
const BORROWED: [&str; 6] = ["&", "fn(", "unsafe fn(", "extern ", "core::marker::PhantomData<", "hot_runtime::live::"];

struct Values<'walk, 'units, 'data> {
    graph: &'walk mut Graph<'units, 'data>,
    types: &'walk FxHashSet<String>,
    known: FxHashMap<usize, Option<String>>,
}

impl Values<'_, '_, '_> {
    /// The type among those asked for that a value of this one has values of.
    fn find(&mut self, at: usize) -> Result<Option<String>, gimli::Error> {
        if let Some(known) = self.known.get(&at) {
            return Ok(known.clone());
        }
        // One that is made of itself has nothing more by that.
        self.known.insert(at, None);
        let Node { name, parts, .. } = self.graph.node(at)?.clone();
        let mut found = self.types.contains(&name).then(|| name.clone());
        if found.is_none() && !BORROWED.iter().any(|start| name.starts_with(start)) {
            for (_, part) in parts {
                found = self.find(part)?;
                if found.is_some() {
                    break;
                }
            }
        }
        self.known.insert(at, found.clone());
        Ok(found)
    }
}

/// The types of the crates that lead to one of these, through whatever; those themselves among them.
pub(crate) fn leading(object: &Object, crates: &[String], types: &FxHashSet<String>) -> FxHashSet<String> {
    let mut leading = FxHashSet::default();
    let debug = DebugInfo::of(object);
    let mut read = || -> Result<(), gimli::Error> {
        let units = Units::of(&debug)?;
        let mut graph = Graph::read(&units, |_| Ok(()))?;
        let all =
            graph.named(|name| name.split_once("::").is_some_and(|(first, _)| crates.iter().any(|it| it == first)));
        let mut ways: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        let mut open: Vec<usize> = Vec::new();
        let mut seen: FxHashSet<usize> = all.iter().map(|(at, _)| *at).collect();
        let mut next: Vec<usize> = seen.iter().copied().collect();
        while let Some(at) = next.pop() {
            let node = graph.node(at)?;
            if types.contains(&node.name) {
                open.push(at);
            }
            if node.name.starts_with(LIVE) {
                continue;
            }
            for (_, part) in node.parts.clone() {
                ways.entry(part).or_default().push(at);
                if seen.insert(part) {
                    next.push(part);
                }
            }
        }
        let mut reached: FxHashSet<usize> = FxHashSet::default();
        while let Some(at) = open.pop() {
            if reached.insert(at) {
                open.extend(ways.get(&at).into_iter().flatten());
            }
        }
        leading.extend(all.into_iter().filter(|(at, _)| reached.contains(at)).map(|(_, name)| name));
        Ok(())
    };
    let _ = read();
    leading
}

/// A table of methods: the type that it is for, and the path of the trait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) of: String,
    pub(crate) of_trait: String,
}

/// The tables of methods for types that have values of these, and the traits of which something owns an object.
pub(crate) fn tables(object: &Object, types: &FxHashSet<String>) -> (Vec<(Table, String)>, FxHashSet<String>) {
    let (mut found, mut owned) = (Vec::new(), FxHashSet::default());
    let debug = DebugInfo::of(object);
    let mut read = || -> Result<(), gimli::Error> {
        let units = Units::of(&debug)?;
        let mut tables = Vec::new();
        let mut graph = Graph::read(&units, |entry| {
            if entry.entry.tag() == gimli::DW_TAG_variable
                && let Some(name) = units.text(entry.unit, entry.entry, gimli::DW_AT_name)?
            {
                tables.extend(table(&name));
            }
            Ok(())
        })?;
        let all = graph.named(|_| true);
        owned.extend(all.iter().filter_map(|(_, name)| owned_trait(name)));
        let mut by_name: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        all.into_iter().for_each(|(at, name)| by_name.entry(name).or_default().push(at));
        let mut values = Values { graph: &mut graph, types, known: FxHashMap::default() };
        for table in tables {
            // Closures and futures of one function have one name here.
            for at in by_name.get(&without_numbers(&table.of)).into_iter().flatten() {
                if let Some(name) = values.find(*at)? {
                    found.push((table.clone(), name));
                }
            }
        }
        Ok(())
    };
    let _ = read();
    (found, owned)
}

/// Of `<game::Circle as game::Shape<u32>>::{vtable}`.
fn table(name: &str) -> Option<Table> {
    let (of, of_trait) = name.strip_prefix('<')?.strip_suffix(">::{vtable}")?.rsplit_once(" as ")?;
    Some(Table { of: of.to_owned(), of_trait: bare(of_trait) })
}

/// `game::Shape` of `alloc::boxed::Box<dyn game::Shape, alloc::alloc::Global>`.
fn owned_trait(name: &str) -> Option<String> {
    let owners = ["alloc::boxed::Box<", "alloc::rc::Rc<", "alloc::sync::Arc<"];
    let inner = owners.iter().find_map(|owner| name.strip_prefix(owner))?;
    let inner = inner.trim_start_matches('(').strip_prefix("dyn ")?;
    Some(bare(inner))
}

/// Without what a trait is generic over, and what else stands behind its path.
fn bare(of_trait: &str) -> String {
    of_trait.split(['<', ',', ' ', '>', '+', ')']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_what_it_is_for() {
        let of = |name| table(name).map(|table| (table.of, table.of_trait));
        let circle = ("game::Circle".to_owned(), "game::Shape".to_owned());
        assert_eq!(of("<game::Circle as game::Shape>::{vtable}"), Some(circle));
        let list = ("alloc::vec::Vec<game::B, alloc::alloc::Global>".to_owned(), "game::inner::Shape".to_owned());
        assert_eq!(
            of("<alloc::vec::Vec<game::B, alloc::alloc::Global> as game::inner::Shape<u8>>::{vtable}"),
            Some(list)
        );
        assert_eq!(of("<game::Circle as game::Shape>::{vtable_type}"), None);
    }

    #[test]
    fn who_owns_an_object_is_told_by_name() {
        assert_eq!(
            owned_trait("alloc::boxed::Box<dyn game::Shape, alloc::alloc::Global>").as_deref(),
            Some("game::Shape")
        );
        assert_eq!(
            owned_trait("alloc::rc::Rc<dyn core::ops::function::Fn<(u8), Output=()>>").as_deref(),
            Some("core::ops::function::Fn")
        );
        assert_eq!(
            owned_trait("alloc::boxed::Box<(dyn core::error::Error + core::marker::Send), alloc::alloc::Global>")
                .as_deref(),
            Some("core::error::Error")
        );
        assert_eq!(owned_trait("&dyn game::Shape"), None);
    }
}
