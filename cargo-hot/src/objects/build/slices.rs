//! Slices, laid over the libraries of their crates: what a slice defines counts in place of what that defines.

use super::parsed::Parsed;
use super::{Build, Library, Member, Origin, Place, number};
use crate::objects::names::{Name, Names};
use crate::objects::object::SectionKind;
use crate::objects::rlib::{Identity, Unit};
use anyhow::{Context, Result};
use rustc_hash::FxHashSet;
use std::path::Path;
use std::sync::Arc;

/// Why an object of a slice is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// A function that it was made for is not in it.
    Missing,
    /// It defines a static that the program has not, or under another name.
    Static,
    /// It tells the program a name that only slices have.
    Names,
}

/// Before the names of what a slice has for its own purposes.
const HELPER_PREFIX: &str = "__cargo_hot_of_";
const OWN_NAME: &str = "__cargo_hot_";

impl Build {
    /// Lays the object of a slice over the library at `path`, in place of the slice before. Gives back the names that
    /// either defines anew or otherwise than the library; what it has alike is left to the library.
    ///
    /// # Errors
    /// The object cannot be read, or it is not to be used: see [`Unfit`].
    pub(crate) fn lay_over(
        &mut self,
        path: &Path,
        bytes: Vec<u8>,
        wanted: &[String],
        names: &mut Names,
    ) -> Result<Result<FxHashSet<Name>, Unfit>> {
        let mut touched = self.uncover(path);
        let parsed = Parsed::read(bytes, names).context("failed to read the object of a slice")?;
        let wanted: FxHashSet<Name> = wanted.iter().map(|symbol| names.intern(symbol)).collect();
        let defined: FxHashSet<Name> = parsed.defined().collect();
        if !wanted.is_subset(&defined) {
            return Ok(Err(Unfit::Missing));
        }
        let library = self.library(path, Origin::Slice);
        let member = Member { unit: Unit::new(), identity: Identity::Bytes(0), parsed: Arc::new(parsed) };
        self.crates[library].members = vec![Some(member)];
        Ok(match self.lay(library, names) {
            Ok(found) => {
                touched.extend(found);
                self.crates[library].members.iter().flatten().for_each(|member| self.held.note_past(&member.parsed));
                self.supersede(&wanted);
                Ok(touched)
            }
            Err(unfit) => {
                self.uncover(path);
                Err(unfit)
            }
        })
    }

    fn lay(&mut self, library: usize, names: &Names) -> Result<FxHashSet<Name>, Unfit> {
        let parsed = self.parsed_at(library, 0).map(Arc::clone).ok_or(Unfit::Missing)?;
        let mut touched = FxHashSet::default();
        for (index, section) in parsed.object.sections.iter().enumerate() {
            let place = Place { library: number(library), member: 0, section: number(index) };
            let is_constant = section.kind == SectionKind::ReadOnly;
            if is_constant && memchr::memmem::find(parsed.object.data(section), OWN_NAME.as_bytes()).is_some() {
                return Err(Unfit::Names);
            }
            let mut is_used = false;
            for definition in &section.definitions {
                let known = self.unsliced(definition.name);
                let text = names.text(definition.name);
                if section.kind != SectionKind::Code && text.starts_with("_R") && text.contains(OWN_NAME) {
                    return Err(Unfit::Static);
                }
                let is_new = match known {
                    _ if text.contains(HELPER_PREFIX) => false,
                    Some(known) => {
                        section.kind == SectionKind::Code && self.digest(known).exact != self.digest(place).exact
                    }
                    None if matches!(section.kind, SectionKind::Writable | SectionKind::ThreadLocal) => {
                        return Err(Unfit::Static);
                    }
                    None => true,
                };
                if is_new {
                    self.places.entry(definition.name).or_default().insert(0, place);
                    touched.insert(definition.name);
                    is_used = true;
                }
            }
            for used in parsed.uses.get(&index).into_iter().flatten().filter(|_| is_used) {
                self.users.entry(*used).or_default().push(place);
            }
        }
        Ok(touched)
    }

    /// Where a library defines it: the slice of another crate may have it anew, of which this one knows nothing.
    fn unsliced(&self, name: Name) -> Option<Place> {
        let places = self.places(name);
        places.iter().find(|place| !self.is_of_slice(**place)).or(places.first()).copied()
    }

    /// Finds what only old versions of these functions refer to.
    fn supersede(&mut self, functions: &FxHashSet<Name>) {
        let is_of_slice = |place: &Place| self.crates[place.library as usize].origin == Origin::Slice;
        let is_new = |name: &&Name| self.places(**name).first().is_some_and(is_of_slice);
        let places = functions.iter().filter(is_new).flat_map(|name| self.places(*name));
        let old = places.filter(|place| !is_of_slice(place));
        let mut found: FxHashSet<Place> = old.copied().collect();
        let mut open: Vec<Place> = found.iter().copied().collect();
        while let Some(place) = open.pop() {
            for used in self.uses(place) {
                let is_left = |user: &Place| {
                    found.contains(user) || self.places(*used).contains(user) || self.is_of_its_users(*user)
                };
                if self.users(*used).iter().all(is_left) {
                    let places = self.places(*used).iter().filter(|place| !is_of_slice(place)).copied();
                    let new: Vec<Place> = places.filter(|place| !found.contains(place)).collect();
                    found.extend(&new);
                    open.extend(new);
                }
            }
        }
        self.superseded.extend(found);
    }

    /// Whether it is a constant, such as a vtable, of whose object alone it is: whoever refers to it is a user of all that
    /// it refers to.
    fn is_of_its_users(&self, place: Place) -> bool {
        let is_lent = || self.section(place).definitions.iter().any(|found| !self.users(found.name).is_empty());
        self.is_constant(place) && !is_lent()
    }

    /// Whether it is left over from what a slice has anew.
    pub(crate) fn is_superseded(&self, place: Place) -> bool {
        self.superseded.contains(&place)
    }

    /// Takes the slice away that lies over the library at `path`, if one does; gives back the names it counted for.
    pub(crate) fn uncover(&mut self, path: &Path) -> FxHashSet<Name> {
        let is_it = |library: &Library| library.origin == Origin::Slice && library.path == path;
        let Some(library) = self.crates.iter().position(is_it) else { return FxHashSet::default() };
        let Some(parsed) = self.parsed_at(library, 0).map(Arc::clone) else { return FxHashSet::default() };
        let counts = |name: &Name| self.places(*name).iter().any(|place| place.library == number(library));
        let names = parsed.defined().filter(counts).collect();
        self.remove(library, 0);
        self.superseded.clear();
        names
    }

    pub(crate) fn is_of_slice(&self, place: Place) -> bool {
        self.crates[place.library as usize].origin == Origin::Slice
    }
}
