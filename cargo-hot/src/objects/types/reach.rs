//! What holds values: statics, the signatures of hot functions, code of others. Each with the types that it leads to, through
//! fields, pointers and arguments, as they are laid out.

use super::graph::{Graph, Layout, Node, Types, is_unnamed};
use crate::objects::dwarf::{DebugInfo, Entry, Units};
use crate::objects::object::Object;
use gimli::Reader as _;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;

/// In which way values may be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// A static or thread-local variable.
    Static,
    /// A hot function: its callers hold what they pass and what they get.
    Hot,
    /// A function outside the workspace, which may keep a value where no type tells of it, for `Any` say.
    Outside,
    /// A method of objects or a closure: an older object goes on with the old one, whatever it is called with.
    Object,
    /// A function that stays as it is.
    Old,
    /// A function that stays as it is, and that may be at work, with a value, when a commit comes.
    Frame,
    /// A table of methods, for objects that no type tells of.
    Hidden,
}

/// The types that a function or static leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Of the types that it is declared with.
    own: u64,
    /// The workspace's types by the digests of their names, sorted; some may share one.
    types: Vec<(u64, Layout)>,
}

/// A type that a holder has with another layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// `game::Enemy`, with the crate before it; `None` where the holder itself is declared with another type.
    pub(crate) path: Option<String>,
    pub(crate) old_size: u64,
    pub(crate) new_size: u64,
    /// The field of the workspace's that leads there: ``World.enemies: Vec<Enemy>``.
    pub(crate) through: Option<String>,
}

/// A function or static of an object.
#[derive(Debug)]
pub(crate) struct Candidate<'found> {
    pub(crate) symbol: &'found str,
    pub(crate) is_static: bool,
    /// The definition of a method, of which the declaration is another one, with all that it takes.
    pub(crate) is_declared_before: bool,
    /// `core::any::TypeId`, for a function of it.
    pub(crate) path_around: String,
}

impl Reach {
    /// Whether what the holder leads to is laid out alike in both.
    pub(crate) fn fits(&self, newest: &Self, holder: Holder) -> bool {
        self.own == newest.own && self.changed(newest, holder).next().is_none()
    }

    /// The types of both that are laid out otherwise, by the digests of their names.
    fn changed<'a>(&'a self, newest: &'a Self, holder: Holder) -> impl Iterator<Item = u64> + 'a {
        let chunks = newest.types.chunk_by(|one, other| one.0 == other.0);
        let is_changed = move |newest: &&[(u64, Layout)]| {
            let known = self.of(newest[0].0);
            let is_alike = match holder {
                // What is known is of all functions outside, and the newest of one.
                Holder::Outside => newest.iter().all(|of_type| known.contains(of_type)),
                _ => known == *newest,
            };
            !known.is_empty() && !is_alike
        };
        chunks.filter(is_changed).map(|chunk| chunk[0].0)
    }

    /// With all that others lead to.
    pub(crate) fn join(&mut self, others: impl IntoIterator<Item = Self>) {
        self.types.extend(others.into_iter().flat_map(|other| other.types));
        self.types.sort_unstable();
        self.types.dedup();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// The first of these types that it has in none of these layouts.
    pub(crate) fn outdated<'types>(
        &self,
        types: &'types FxHashMap<String, Vec<Layout>>,
    ) -> Option<(&'types str, Layout)> {
        types.iter().find_map(|(name, layouts)| {
            let (_, known) = self.of(digest(name)).iter().find(|(_, known)| !layouts.contains(known))?;
            Some((name.as_str(), *known))
        })
    }

    /// Whether it leads to a type of this name.
    pub(crate) fn leads_to(&self, name: &str) -> bool {
        !self.of(digest(name)).is_empty()
    }

    fn of(&self, name: u64) -> &[(u64, Layout)] {
        let start = self.types.partition_point(|(known, _)| *known < name);
        let count = self.types[start..].partition_point(|(known, _)| *known == name);
        &self.types[start..start + count]
    }
}

/// Values that are carried over when their type changes.
pub(super) const LIVE: &str = "hot_runtime::live::value::Live<";

/// What an object has of holders.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// By their symbols.
    pub(crate) holders: Vec<(String, Holder, Reach)>,
    /// The traits of which it has objects, by their paths.
    pub(crate) traits: Vec<String>,
}

/// What the functions and statics lead to that `choose` takes for holders; `crates` are the workspace's. Where debug information
/// cannot be read, what was found before that.
pub(crate) fn reaches(
    object: &Object,
    crates: &[String],
    mut choose: impl FnMut(&Candidate<'_>) -> Option<Holder>,
) -> Found {
    let mut found = Found::default();
    let debug = DebugInfo::of(object);
    let mut read = || -> Result<(), gimli::Error> {
        let units = Units::of(&debug)?;
        let (mut graph, Holders { holders, traits }) = holders(&units, &mut choose)?;
        found.traits = traits;
        for (symbol, holder, at) in holders {
            let types = types_of(&graph, at, holder)?;
            // What takes no type of the workspace's keeps none.
            if holder == Holder::Outside && types.arguments.is_empty() && types.others.is_empty() {
                continue;
            }
            let reach = Walk { graph: &mut graph, crates, holder }.reach(&types)?;
            found.holders.push((symbol, holder, reach));
        }
        Ok(())
    };
    let _ = read();
    found
}

/// What of this holder does not fit: `known` is what it led to.
pub(crate) fn misfits(
    object: &Object,
    crates: &[String],
    (symbol, holder, known): (&str, Holder, &Reach),
) -> Vec<Misfit> {
    let debug = DebugInfo::of(object);
    let read = || -> Result<Vec<Misfit>, gimli::Error> {
        let units = Units::of(&debug)?;
        let mut choose = |candidate: &Candidate<'_>| (candidate.symbol == symbol).then_some(holder);
        let (mut graph, found) = holders(&units, &mut choose)?;
        let Some((_, _, at)) = found.holders.into_iter().next() else { return Ok(Vec::new()) };
        let types = types_of(&graph, at, holder)?;
        let mut walk = Walk { graph: &mut graph, crates, holder };
        let newest = walk.reach(&types)?;
        let changed = known.changed(&newest, holder).collect();
        let mut found = walk.explain(&types, known, &changed)?;
        if found.is_empty() && known.own != newest.own {
            found.push(Misfit { path: None, old_size: 0, new_size: 0, through: None });
        }
        Ok(found)
    };
    read().unwrap_or_default()
}

/// The types that a holder is asked for.
fn types_of(graph: &Graph<'_, '_>, at: usize, holder: Holder) -> Result<Types, gimli::Error> {
    let mut types = graph.types_around(at, holder == Holder::Old)?;
    let variables = std::mem::take(&mut types.variables);
    types.others.extend(variables);
    // An object's own type, and what that is generic over, is what the method was compiled for.
    if holder == Holder::Object {
        types.others.clear();
        types.arguments.drain(..types.arguments.len().min(1));
    }
    Ok(types)
}

/// The types of the crates, by path, as they are laid out.
pub(crate) fn layouts(object: &Object, crates: &[String]) -> FxHashMap<String, Layout> {
    let mut found = FxHashMap::default();
    let debug = DebugInfo::of(object);
    let mut read = || -> Result<(), gimli::Error> {
        let units = Units::of(&debug)?;
        let mut graph = Graph::read(&units, |_| Ok(()))?;
        for (at, name) in graph.named(|name| is_of(name, crates) && !is_unnamed(name)) {
            found.extend(graph.node(at)?.layout.map(|layout| (name, layout)));
        }
        Ok(())
    };
    let _ = read();
    found
}

/// Where an object describes holders.
#[derive(Default)]
struct Holders {
    holders: Vec<(String, Holder, usize)>,
    traits: Vec<String>,
}

fn holders<'units, 'data>(
    units: &'units Units<'data>,
    choose: &mut dyn FnMut(&Candidate<'_>) -> Option<Holder>,
) -> Result<(Graph<'units, 'data>, Holders), gimli::Error> {
    let mut holders = Holders::default();
    let graph = Graph::read(units, |found| {
        let is_static = found.entry.tag() == gimli::DW_TAG_variable;
        let own = units.text(found.unit, found.entry, gimli::DW_AT_linkage_name)?;
        let name = || units.text(found.unit, found.entry, gimli::DW_AT_name);
        if is_static && own.is_none() {
            let name = name()?;
            let of_trait = name.as_deref().and_then(trait_of_table);
            if of_trait.is_some() || !is_at_address(found.entry) {
                holders.traits.extend(of_trait);
                return Ok(());
            }
        }
        let before = if own.is_some() { None } else { units.symbol_before(found.unit, found.entry)? };
        let is_declared_before = before.is_some();
        // What is not mangled has no other name than its own.
        let Some(symbol) = own.or(before).map_or_else(name, |symbol| Ok(Some(symbol)))? else { return Ok(()) };
        let path_around = found.path_around();
        if let Some(holder) = choose(&Candidate { symbol: &symbol, is_static, is_declared_before, path_around })
            && let Some(at) = found.offset()
        {
            holders.holders.push((symbol, holder, at));
        }
        Ok(())
    })?;
    Ok((graph, holders))
}

/// Whether a variable is a static, and not one of a function's frame.
fn is_at_address(entry: &Entry<'_>) -> bool {
    let place = entry.attr_value(gimli::DW_AT_location).and_then(|place| place.exprloc_value());
    let operation = place.and_then(|place| place.0.to_slice().ok()?.first().copied());
    operation == Some(gimli::DW_OP_addr.0)
}

/// `game::Shape` of `<game::Circle as game::Shape<u32>>::{vtable}`.
fn trait_of_table(name: &str) -> Option<String> {
    let (_, of) = name.strip_suffix(">::{vtable}")?.rsplit_once(" as ")?;
    Some(of.split('<').next().unwrap_or(of).to_owned())
}

/// From a holder along all that its types are made of.
struct Walk<'walk, 'units, 'data> {
    graph: &'walk mut Graph<'units, 'data>,
    crates: &'walk [String],
    holder: Holder,
}

impl Walk<'_, '_, '_> {
    fn reach(&mut self, types: &Types) -> Result<Reach, gimli::Error> {
        let mut own = Vec::new();
        // What a hot function gives back may have no name, and is compared whole (`returned`).
        let declared = types.own.filter(|_| self.holder == Holder::Static);
        for at in declared.iter().chain(&types.arguments).chain(&types.others) {
            let name = &self.graph.node(*at)?.name;
            own.push(if is_unnamed(name) { String::new() } else { name.clone() });
        }
        let mut reached = Vec::new();
        for (at, _) in self.order(types)? {
            let Node { name, layout, .. } = self.graph.node(at)?;
            if let Some(layout) = layout.filter(|_| speaks_of(name, self.crates)) {
                reached.push((digest(name), layout));
            }
        }
        reached.sort_unstable();
        reached.dedup();
        let is_declared = matches!(self.holder, Holder::Static | Holder::Hot);
        let own = if is_declared { digest(&own.join(", ")) } else { 0 };
        Ok(Reach { own, types: reached })
    }

    /// All types on the way, the nearest first, each with the one that leads to it and the field in that.
    fn order(&mut self, types: &Types) -> Result<Vec<(usize, Option<Step>)>, gimli::Error> {
        let mut order = Vec::new();
        let mut seen = FxHashSet::default();
        let starts = types.own.iter().chain(&types.arguments).chain(&types.others);
        let mut open: VecDeque<(usize, Option<Step>)> = starts.map(|start| (*start, None)).collect();
        while let Some((at, step)) = open.pop_front() {
            if !seen.insert(at) {
                continue;
            }
            let node = self.graph.node(at)?.clone();
            let is_object = node.name.contains("dyn ");
            let named = if is_object { self.graph.types_in(&node.name, self.crates) } else { Vec::new() };
            // What a closure or a future captures, its own code knows; but a hot function's newest body brings the newest of that.
            // A `Live` is carried over with what it holds.
            let is_followed = self.holder == Holder::Hot || !ends_unnamed(&node.name);
            if is_followed && !node.name.starts_with(LIVE) {
                let parts = node.parts.iter().enumerate();
                open.extend(parts.map(|(part, (_, target))| (*target, Some(Step { from: at, part }))));
            }
            // What the methods of an object take and give back, as far as its type says.
            open.extend(named.into_iter().map(|target| (target, step)));
            order.push((at, step));
        }
        Ok(order)
    }

    /// The types that changed and hold none by value that did, with the way to each.
    fn explain(&mut self, types: &Types, known: &Reach, changed: &FxHashSet<u64>) -> Result<Vec<Misfit>, gimli::Error> {
        let order = self.order(types)?;
        let steps: FxHashMap<usize, Option<Step>> = order.iter().copied().collect();
        let mut found: Vec<Misfit> = Vec::new();
        for (at, _) in order {
            let Node { name, layout, .. } = self.graph.node(at)?.clone();
            let Some(layout) = layout.filter(|_| changed.contains(&digest(&name))) else { continue };
            let is_variant = name.rsplit_once("::").is_some_and(|(of, _)| changed.contains(&digest(of)));
            let is_known = found.iter().any(|found| found.path.as_ref() == Some(&name));
            if is_variant || is_known || self.holds_changed(at, &name, changed)? {
                continue;
            }
            let old_size = known.of(digest(&name)).first().map_or(0, |(_, layout)| layout.size);
            let through = self.through(at, &steps)?;
            found.push(Misfit { path: Some(name), old_size, new_size: layout.size, through });
        }
        Ok(found)
    }

    /// Whether a field of a type, or of one of its variants, is of a type that changed.
    fn holds_changed(&mut self, at: usize, name: &str, changed: &FxHashSet<u64>) -> Result<bool, gimli::Error> {
        let fields = self.graph.node(at)?.parts.clone().into_iter().filter(|(label, _)| label.is_some());
        for (_, field) in fields {
            let of_field = self.graph.node(field)?.name.clone();
            let is_variant = of_field.strip_prefix(name).is_some_and(|rest| rest.starts_with("::"));
            let holds = if is_variant {
                self.holds_changed(field, &of_field, changed)?
            } else {
                of_field != name && changed.contains(&digest(&of_field))
            };
            if holds {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The last field of the workspace's on the way to a type.
    fn through(&mut self, at: usize, steps: &FxHashMap<usize, Option<Step>>) -> Result<Option<String>, gimli::Error> {
        let mut next = steps.get(&at).copied().flatten();
        while let Some(Step { from, part }) = next {
            let Node { name, parts, .. } = self.graph.node(from)?.clone();
            if let (Some(label), target) = &parts[part]
                && is_of(&name, self.crates)
            {
                let target = short(&self.graph.node(*target)?.name);
                let label = label.trim_start_matches(CAPTURED).trim_start_matches("__");
                let of = if is_unnamed(&name) { String::new() } else { short(&name) + "." };
                return Ok(Some(format!("{of}{label}: {target}")));
            }
            next = steps.get(&from).copied().flatten();
        }
        Ok(None)
    }
}

/// Before the name of what a closure captures by reference.
const CAPTURED: &str = "_ref__";

/// Which part of which type leads to another.
#[derive(Debug, Clone, Copy)]
struct Step {
    from: usize,
    part: usize,
}

fn is_of(name: &str, crates: &[String]) -> bool {
    name.split_once("::").is_some_and(|(first, _)| crates.iter().any(|known| known == first))
}

/// Whether a type is one of the crates', or is made for one: what an associated type of that is, its own name does not say.
fn speaks_of(name: &str, crates: &[String]) -> bool {
    is_of(name, crates) || name.split(['<', ' ', '&', '(', '[']).skip(1).any(|part| is_of(part, crates))
}

/// Whether a type is that of a closure or a future, and does not only hold one.
fn ends_unnamed(name: &str) -> bool {
    name.ends_with('}') && is_unnamed(&name[name.rfind("::").map_or(0, |at| at + 2)..])
}

fn digest(name: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(name.as_bytes())
}

/// A type as its users write it: `Vec<Enemy>` for `alloc::vec::Vec<game::Enemy, alloc::alloc::Global>`.
pub(crate) fn short(name: &str) -> String {
    let mut words = String::new();
    let mut word = String::new();
    for letter in name.replace(", alloc::alloc::Global", "").chars() {
        if letter.is_alphanumeric() || letter == '_' || letter == ':' {
            word.push(letter);
        } else {
            words.push_str(last(&word));
            word.clear();
            words.push(letter);
        }
    }
    words + last(&word)
}

fn last(path: &str) -> &str {
    path.rfind("::").filter(|at| at + 2 < path.len()).map_or(path, |at| &path[at + 2..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_as_they_are_written() {
        assert_eq!(short("alloc::vec::Vec<game::Enemy, alloc::alloc::Global>"), "Vec<Enemy>");
        assert_eq!(short("&mut [game::world::Cell; 4]"), "&mut [Cell; 4]");
        assert_eq!(short("u32"), "u32");
    }

    #[test]
    fn a_type_of_others_may_be_made_for_one_of_ours() {
        let speaks = |name| speaks_of(name, &["game".into()]);
        assert!(speaks("game::Enemy"));
        assert!(speaks("core::iter::adapters::peekable::Peekable<game::Enemies>"));
        assert!(speaks("alloc::boxed::Box<dyn core::ops::function::Fn<(&game::Event), Output=()>>"));
        assert!(!speaks("alloc::vec::Vec<u8, alloc::alloc::Global>"));
        assert!(!speaks("alloc::vec::Vec<other::game::Enemy>"));
    }

    #[test]
    fn a_table_says_of_which_trait_it_is() {
        let of = |name| trait_of_table(name).unwrap_or_default();
        assert_eq!(of("<game::Circle as game::Shape>::{vtable}"), "game::Shape");
        assert_eq!(of("<&dyn game::A as game::inner::Shape<game::B<u32>>>::{vtable}"), "game::inner::Shape");
        assert_eq!(of("<game::Circle as game::Shape>::{vtable_type}"), "");
        assert_eq!(of("object"), "");
    }

    #[test]
    fn a_reach_fits_another_where_all_that_both_have_is_alike() {
        let layout = |size| Layout::of_size(size);
        let reach = |own, types: &[(u64, u64)]| Reach {
            own,
            types: types.iter().map(|(name, size)| (*name, layout(*size))).collect(),
        };
        let known = reach(1, &[(1, 4), (2, 8), (2, 9)]);
        let fits = |newest: Reach| known.fits(&newest, Holder::Hot);
        assert!(fits(known.clone()));
        assert!(fits(reach(1, &[(1, 4)])), "what is gone is held by nobody new");
        assert!(fits(reach(1, &[(1, 4), (3, 1)])), "what is new was held by nobody");
        assert!(!fits(reach(2, &[(1, 4)])));
        assert!(!fits(reach(1, &[(1, 5)])));
        assert!(!fits(reach(1, &[(2, 8)])), "two types of one name");
        assert!(known.fits(&reach(1, &[(2, 8)]), Holder::Outside), "one function has one of them");
        assert!(!known.fits(&reach(1, &[(2, 8), (2, 7)]), Holder::Outside));
    }
}
