//! The newest objects of the workspace's crates, and where each function and static is defined in them.

mod held;
mod parsed;
mod slices;
mod values;

use crate::objects::digest::{Digest, Referent, referent};
use crate::objects::hot::HotPart;
use crate::objects::names::{Item, Name, Names};
use crate::objects::object::{Object, Section, SectionIndex, SectionKind};
use crate::objects::rlib::{Content, Identity, Rlib, Unit};
use crate::objects::types::{Returned, returned};
use anyhow::{Context, Result};
use held::Held;
pub(crate) use held::{ChangedType, Misheld};
use parsed::Parsed;
use rustc_hash::{FxHashMap, FxHashSet};
pub(crate) use slices::Unfit;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The newest build, a library a crate, and objects of other libraries that a patch needed code of.
#[derive(Debug, Default)]
pub(crate) struct Build {
    crates: Vec<Library>,
    places: FxHashMap<Name, Vec<Place>>,
    users: FxHashMap<Name, Vec<Place>>,
    /// The symbols that the libraries of the workspace have, or had, for an item.
    symbols: FxHashMap<Item, Vec<Name>>,
    /// What nothing refers to but functions that a slice has anew, and those functions.
    superseded: FxHashSet<Place>,
    /// The objects that the process was made from, of those that were compiled anew since the last patch: by the name
    /// of their codegen unit.
    replaced: FxHashMap<Name, Arc<Parsed>>,
    held: Held,
}

/// A library's objects; one that is gone leaves its place empty.
#[derive(Debug)]
struct Library {
    path: PathBuf,
    origin: Origin,
    members: Vec<Option<Member>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Workspace,
    /// Lies over the library with the same path: what it defines counts in place of what that defines.
    Slice,
    /// Not of the workspace: its code never changes in a session.
    Foreign,
}

#[derive(Debug)]
struct Member {
    unit: Unit,
    identity: Identity,
    parsed: Arc<Parsed>,
}

/// A section of the newest build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    library: u32,
    member: u32,
    pub(crate) section: u32,
}

impl Place {
    /// Another section of the same object.
    pub(crate) fn in_object(self, section: SectionIndex) -> Self {
        Self { section: number(section), ..self }
    }
}

impl Build {
    /// Takes in what a crate's library holds now. Gives back the names defined in objects that are not the ones of
    /// before.
    ///
    /// # Errors
    /// The archive or an object in it cannot be read.
    pub(crate) fn update(&mut self, rlib: &Rlib, names: &mut Names) -> Result<FxHashSet<Name>> {
        let library = self.library(&rlib.path, Origin::Workspace);
        let members = self.crates[library].members.iter().flatten();
        let known = members.map(|member| (member.unit.clone(), member.identity)).collect();
        let mut touched = FxHashSet::default();
        let mut left: FxHashMap<Unit, usize> = self.slots_by_unit(library);
        for (unit, identity, content) in rlib.objects(&known)? {
            let slot = left.remove(&unit);
            match (content, slot) {
                (Content::New(bytes), _) => {
                    let parsed = Parsed::read(bytes, names)
                        .with_context(|| format!("failed to read the object `{unit}` of `{}`", rlib.path.display()))?;
                    let member = Member { unit, identity, parsed: Arc::new(parsed) };
                    touched.extend(member.parsed.defined());
                    self.note_symbols(&member.parsed, names);
                    self.held.note_fresh(&member.parsed);
                    self.place(library, slot, member);
                }
                (Content::Known, _) => {}
            }
        }
        for slot in left.into_values() {
            self.remove(library, slot);
        }
        Ok(touched)
    }

    /// Takes in one object of a library outside the workspace.
    ///
    /// # Errors
    /// The object cannot be read.
    pub(crate) fn add_foreign(
        &mut self,
        library: &Path,
        member: &str,
        bytes: Vec<u8>,
        names: &mut Names,
    ) -> Result<()> {
        let parsed = Parsed::read(bytes, names)
            .with_context(|| format!("failed to read the object `{member}` of `{}`", library.display()))?;
        let member = Member { unit: member.to_owned(), identity: Identity::Bytes(0), parsed: Arc::new(parsed) };
        self.crates.push(Library { path: library.to_owned(), origin: Origin::Foreign, members: Vec::new() });
        self.place(self.crates.len() - 1, None, member);
        Ok(())
    }

    /// Number of our library with this path.
    fn library(&mut self, path: &Path, origin: Origin) -> usize {
        let known = self.crates.iter().position(|library| library.origin == origin && library.path == path);
        known.unwrap_or_else(|| {
            self.crates.push(Library { path: path.to_owned(), origin, members: Vec::new() });
            self.crates.len() - 1
        })
    }

    fn slots_by_unit(&self, library: usize) -> FxHashMap<Unit, usize> {
        let members = self.crates[library].members.iter().enumerate();
        members.filter_map(|(slot, member)| Some((member.as_ref()?.unit.clone(), slot))).collect()
    }

    fn note_symbols(&mut self, parsed: &Parsed, names: &Names) {
        let definitions = parsed.object.sections.iter().flat_map(|section| &section.definitions);
        for definition in definitions.filter(|definition| !definition.is_anonymous) {
            let symbols = self.symbols.entry(names.item(definition.name)).or_default();
            if !symbols.contains(&definition.name) {
                symbols.push(definition.name);
            }
        }
    }

    /// The symbol that the library at `path`, or else another of the workspace, has for `symbol`, which demangles to this;
    /// `None` where it has several.
    pub(crate) fn symbol_of(&self, path: &Path, symbol: Option<Name>, demangled: &str) -> Option<Name> {
        let symbols = self.symbols.get(&Item::of(demangled))?;
        if let Some(exact) = symbol.filter(|symbol| symbols.contains(symbol)) {
            return Some(exact);
        }
        let is_of_library = |name: &&Name| {
            self.places(**name).iter().any(|place| {
                let library = &self.crates[place.library as usize];
                library.origin == Origin::Workspace && library.path == path
            })
        };
        let mut own = symbols.iter().filter(is_of_library);
        match (own.next(), own.next()) {
            (Some(only), None) => Some(*only),
            (Some(_), Some(_)) => None,
            (None, _) => symbols.first().copied().filter(|_| symbols.len() == 1),
        }
    }

    /// The symbols of the workspace's libraries that have a name in them, as part of a path.
    pub(crate) fn symbols_with<'a>(&'a self, name: &str, names: &'a Names) -> impl Iterator<Item = &'a str> {
        let part = format!("{}{}{name}", name.len(), if name.starts_with(['_']) { "_" } else { "" });
        let is_built = |name: &Name| self.places(*name).iter().any(|place| self.is_of_workspace(*place));
        let symbols = self.places.keys().filter(move |symbol| names.text(**symbol).contains(&part));
        symbols.filter(move |symbol| is_built(symbol)).map(|symbol| names.text(*symbol))
    }

    /// The symbols that the library at `path` defines.
    pub(crate) fn symbols_of<'a>(&'a self, path: &Path, names: &'a Names) -> impl Iterator<Item = &'a str> {
        let is_it = move |library: &&Library| library.origin == Origin::Workspace && library.path == path;
        let members = self.crates.iter().filter(is_it).flat_map(|library| library.members.iter().flatten());
        members.flat_map(|member| member.parsed.defined()).map(|name| names.text(name))
    }

    fn is_of_workspace(&self, place: Place) -> bool {
        self.crates[place.library as usize].origin == Origin::Workspace
    }

    /// The only symbol of the newest build that demangles to this.
    pub(crate) fn only_symbol(&self, demangled: &str) -> Option<Name> {
        let mut symbols = self.symbols(demangled);
        symbols.next().filter(|_| symbols.next().is_none())
    }

    /// The symbols that an item has, or had.
    pub(crate) fn symbols_of_item(&self, item: Item) -> &[Name] {
        self.symbols.get(&item).map_or(&[], Vec::as_slice)
    }

    /// Whether any symbol of the newest build demangles to this.
    pub(crate) fn has_symbol(&self, demangled: &str) -> bool {
        self.symbols(demangled).next().is_some()
    }

    /// The symbols of the newest build that demangle to this.
    pub(crate) fn symbols(&self, demangled: &str) -> impl Iterator<Item = Name> {
        let symbols = self.symbols.get(&Item::of(demangled)).into_iter().flatten();
        symbols.copied().filter(|name| !self.places(*name).is_empty())
    }

    /// Puts an object in the place of the one before, or in a new one.
    fn place(&mut self, library: usize, slot: Option<usize>, member: Member) {
        let slot = match slot {
            Some(slot) => {
                self.remove(library, slot);
                slot
            }
            None => {
                self.crates[library].members.push(None);
                self.crates[library].members.len() - 1
            }
        };
        for (index, section) in member.parsed.object.sections.iter().enumerate() {
            let place = Place { library: number(library), member: number(slot), section: number(index) };
            for definition in &section.definitions {
                self.places.entry(definition.name).or_default().push(place);
            }
            for used in member.parsed.uses.get(&index).into_iter().flatten() {
                self.users.entry(*used).or_default().push(place);
            }
        }
        self.crates[library].members[slot] = Some(member);
    }

    /// Leaves nothing of an object but, for comparison, its content at the last patch.
    fn remove(&mut self, library: usize, slot: usize) {
        let Some(member) = self.crates[library].members.get_mut(slot).and_then(Option::take) else { return };
        let is_other = |place: &Place| place.library != number(library) || place.member != number(slot);
        for name in member.parsed.defined().collect::<FxHashSet<_>>() {
            self.places.entry(name).and_modify(|places| places.retain(is_other));
        }
        for name in member.parsed.uses.values().flatten().collect::<FxHashSet<_>>() {
            self.users.entry(*name).and_modify(|users| users.retain(is_other));
        }
        if self.crates[library].origin == Origin::Workspace {
            self.held.note_past(&member.parsed);
        }
        if let Some(unit) = member.parsed.object.file.filter(|_| self.crates[library].origin == Origin::Workspace) {
            self.replaced.entry(unit).or_insert(member.parsed);
        }
    }

    /// The bodies of hot functions that give back another type than those that the process was made with, through the same
    /// slot: `impl Trait` does not say which it is. What becomes of types with a name that is `passed_by`, others say.
    pub(crate) fn changed_results(&self, passed_by: &FxHashSet<String>, names: &Names) -> Vec<Name> {
        let (old, newest): (Vec<_>, Vec<_>) = self.replaced_objects().unzip();
        let slots = |parts: &HotPart| parts.role.is_slot().then_some(parts.name);
        let old_slots: FxHashSet<Name> = old.iter().flat_map(|old| old.hot.iter().filter_map(slots)).collect();
        let parts = || newest.iter().flat_map(|newest| &newest.hot);
        // With another signature it has another slot, which no old caller knows.
        let new_slots = parts().filter(|part| part.role.is_slot() && !old_slots.contains(&part.name));
        let is_new: FxHashSet<&str> = new_slots.map(|part| part.function.as_str()).collect();
        let known: FxHashSet<Name> = old.iter().flat_map(|old| &old.hot).map(|part| part.name).collect();
        let is_known = |part: &&HotPart| known.contains(&part.name) && !is_new.contains(part.function.as_str());
        let bodies = parts().filter(|part| !part.role.is_slot()).filter(is_known);
        let bodies: FxHashMap<&str, Name> = bodies.map(|part| (names.text(part.name), part.name)).collect();
        if bodies.is_empty() {
            return Vec::new();
        }
        let symbols = bodies.keys().copied().collect();
        let of = |objects: &[&Arc<Parsed>]| -> FxHashMap<String, Returned> {
            objects.iter().flat_map(|parsed| returned(&parsed.object, &symbols, passed_by)).collect()
        };
        let (before, now) = (of(&old), of(&newest));
        let changed = bodies.iter().filter(|(symbol, _)| before.get(**symbol) != now.get(**symbol));
        let mut changed: Vec<Name> = changed.map(|(_, body)| *body).collect();
        changed.sort_unstable();
        changed
    }

    /// The objects of the workspace that the process was made from and that are others now, with those.
    fn replaced_objects(&self) -> impl Iterator<Item = (&Arc<Parsed>, &Arc<Parsed>)> {
        let libraries = self.crates.iter().filter(|library| library.origin == Origin::Workspace);
        libraries.flat_map(|library| library.members.iter().flatten()).filter_map(|newest| {
            let old = newest.parsed.object.file.and_then(|unit| self.replaced.get(&unit))?;
            (!Arc::ptr_eq(old, &newest.parsed)).then_some((old, &newest.parsed))
        })
    }

    /// Every section that defines a symbol.
    pub(crate) fn sections(&self) -> impl Iterator<Item = (Place, &Section)> {
        let members = self.crates.iter().enumerate().flat_map(|(library, held)| {
            held.members.iter().enumerate().filter_map(move |(slot, member)| Some((library, slot, member.as_ref()?)))
        });
        members.flat_map(|(library, slot, member)| {
            let sections = member.parsed.object.sections.iter().enumerate();
            sections.filter(|(_, section)| !section.definitions.is_empty()).map(move |(index, section)| {
                (Place { library: number(library), member: number(slot), section: number(index) }, section)
            })
        })
    }

    /// The slots and bodies of all hot functions.
    pub(crate) fn hot_parts(&self) -> impl Iterator<Item = &HotPart> {
        self.crates.iter().flat_map(|library| library.members.iter().flatten()).flat_map(|member| &member.parsed.hot)
    }

    /// Where a name is defined; local symbols of several objects may share it.
    pub(crate) fn places(&self, name: Name) -> &[Place] {
        self.places.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The definition that `user` means by a name: a slice's, or its own object's, or else the one that others see.
    pub(crate) fn definition(&self, name: Name, user: Place) -> Option<Place> {
        let places = self.places(name);
        let newest = places.first().filter(|place| self.crates[place.library as usize].origin == Origin::Slice);
        let own = || places.iter().find(|place| place.library == user.library && place.member == user.member);
        newest.or_else(own).or_else(|| places.first()).copied()
    }

    /// The sections that refer to a name.
    pub(crate) fn users(&self, name: Name) -> &[Place] {
        self.users.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The functions and statics that the section refers to, through constants of its object too.
    pub(crate) fn uses(&self, place: Place) -> &[Name] {
        self.parsed(place).uses.get(&(place.section as SectionIndex)).map_or(&[], Vec::as_slice)
    }

    /// Whether the section refers to a name itself, and not only through constants, such as the vtable of an object.
    pub(crate) fn is_direct(&self, place: Place, name: Name) -> bool {
        let object = self.object(place);
        let referent = |found| referent(object, place.section as SectionIndex, &found);
        let mut found = object.references(self.section(place)).into_iter().map(referent);
        found.any(|found| matches!(found, Referent::Named(named, _) if named == name))
    }

    pub(crate) fn is_foreign(&self, place: Place) -> bool {
        self.crates[place.library as usize].origin == Origin::Foreign
    }

    pub(crate) fn object(&self, place: Place) -> &Object {
        &self.parsed(place).object
    }

    pub(crate) fn section(&self, place: Place) -> &Section {
        &self.object(place).sections[place.section as SectionIndex]
    }

    fn parsed(&self, place: Place) -> &Parsed {
        self.parsed_at(place.library as usize, place.member as usize).expect("a place is of the newest build")
    }

    fn parsed_at(&self, library: usize, slot: usize) -> Option<&Arc<Parsed>> {
        Some(&self.crates[library].members.get(slot)?.as_ref()?.parsed)
    }

    pub(crate) fn digest(&self, place: Place) -> Digest {
        let parsed = self.parsed(place);
        let section = place.section as SectionIndex;
        let mut digest = parsed.digests.of(section);
        for name in parsed.digests.borrowed.get(&section).into_iter().flatten() {
            let Some(lender) = self.places(*name).first() else { continue };
            let lent = self.parsed(*lender).digests.of(lender.section as SectionIndex);
            digest.exact = digest.exact.rotate_left(1) ^ lent.exact;
            digest.without_lines = digest.without_lines.rotate_left(1) ^ lent.without_lines;
        }
        digest
    }

    /// A datum of the compiler's own, to be copied wherever it is used.
    pub(crate) fn is_constant(&self, place: Place) -> bool {
        let section = self.section(place);
        section.kind == SectionKind::ReadOnly && section.named().is_none()
    }
}

/// What counts sections, objects and libraries never comes near four billion.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
