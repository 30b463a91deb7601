//! The newest objects of the workspace's crates, and where each function and static is defined in them.

use crate::objects::digest::{Digest, Digests, Referent, referent};
use crate::objects::names::{Name, Names};
use crate::objects::object::{Object, Section, SectionIndex, SectionKind};
use crate::objects::types::layouts;
use anyhow::{Context, Result};
use object::read::archive::ArchiveFile;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The newest build, a library a crate, and objects of other libraries that a patch needed code of.
#[derive(Debug, Default)]
pub(crate) struct Build {
    crates: Vec<Library>,
    places: FxHashMap<Name, Vec<Place>>,
    users: FxHashMap<Name, Vec<Place>>,
    /// The objects that the process was made from, of those that were compiled anew since the last patch: by the name
    /// of their codegen unit.
    replaced: FxHashMap<Name, Arc<Parsed>>,
}

/// A type whose layout is not what the process was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangedType {
    pub(crate) path: String,
    pub(crate) old_size: u64,
    pub(crate) new_size: u64,
}

/// A library's objects, in the archive's order.
#[derive(Debug)]
struct Library {
    path: PathBuf,
    /// Not of the workspace: its code never changes in a session.
    is_foreign: bool,
    members: Vec<Member>,
}

#[derive(Debug, Clone)]
struct Member {
    /// Of the object's bytes: an unchanged object is not read again.
    bytes: u128,
    parsed: Arc<Parsed>,
}

#[derive(Debug)]
struct Parsed {
    object: Object,
    digests: Digests,
    /// The functions and statics that each section with a symbol refers to, through constants too.
    uses: FxHashMap<SectionIndex, Vec<Name>>,
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
        // rustc writes a section a function, and a codegen unit never holds four billion.
        Self { section: u32::try_from(section).unwrap_or(u32::MAX), ..self }
    }
}

impl Build {
    /// Takes in what a crate's library holds now; `known_as` is the library's place in the base build. Gives back the
    /// names defined in objects that are not the ones of before.
    ///
    /// # Errors
    /// The archive or an object in it cannot be read.
    pub(crate) fn update(&mut self, known_as: &Path, archive: &[u8], names: &mut Names) -> Result<FxHashSet<Name>> {
        let position = self.crates.iter().position(|library| library.path == known_as);
        let before = position.map(|position| &self.crates[position].members[..]).unwrap_or_default();
        let members = read_members(archive, before, names)
            .with_context(|| format!("failed to read the objects of `{}`", known_as.display()))?;
        let known: FxHashSet<*const Parsed> = before.iter().map(|member| Arc::as_ptr(&member.parsed)).collect();
        let is_known = |member: &&Member| known.contains(&Arc::as_ptr(&member.parsed));
        let touched = members.iter().filter(|member| !is_known(member)).flat_map(Member::defined).collect();
        let kept: FxHashSet<u128> = members.iter().map(|member| member.bytes).collect();
        for member in before.iter().filter(|member| !kept.contains(&member.bytes)) {
            if let Some(unit) = member.parsed.object.file {
                self.replaced.entry(unit).or_insert_with(|| Arc::clone(&member.parsed));
            }
        }
        match position {
            Some(position) => self.crates[position].members = members,
            None => self.crates.push(Library { path: known_as.to_owned(), is_foreign: false, members }),
        }
        self.rebuild_index();
        Ok(touched)
    }

    /// Takes in one object of a library outside the workspace.
    ///
    /// # Errors
    /// The object cannot be read.
    pub(crate) fn add_foreign(&mut self, library: &Path, member: &str, bytes: &[u8], names: &mut Names) -> Result<()> {
        let parsed = Parsed::read(bytes, names)
            .with_context(|| format!("failed to read the object `{member}` of `{}`", library.display()))?;
        let member = Member { bytes: 0, parsed: Arc::new(parsed) };
        self.crates.push(Library { path: library.to_owned(), is_foreign: true, members: vec![member] });
        self.rebuild_index();
        Ok(())
    }

    /// The process runs the newest build.
    pub(crate) fn settle(&mut self) {
        self.replaced.clear();
    }

    /// Types of the crates with these names that changed their layout since the process was made, as far as debug
    /// information tells.
    pub(crate) fn changed_types(&self, crates: &[String]) -> Vec<ChangedType> {
        let mut changed: Vec<ChangedType> = Vec::new();
        let members = self.crates.iter().filter(|library| !library.is_foreign).flat_map(|library| &library.members);
        for newest in members {
            let old = newest.parsed.object.file.and_then(|unit| self.replaced.get(&unit));
            let Some(old) = old.filter(|old| !Arc::ptr_eq(old, &newest.parsed)) else { continue };
            let loaded = layouts(&old.object, crates);
            for (path, layout) in layouts(&newest.parsed.object, crates) {
                if let Some(known) = loaded.get(&path).filter(|known| **known != layout) {
                    changed.push(ChangedType { path, old_size: known.size, new_size: layout.size });
                }
            }
        }
        changed.sort_by(|one, other| one.path.cmp(&other.path));
        changed.dedup();
        changed
    }

    fn rebuild_index(&mut self) {
        let mut places: FxHashMap<Name, Vec<Place>> = FxHashMap::default();
        let mut users: FxHashMap<Name, Vec<Place>> = FxHashMap::default();
        for (place, section) in self.sections() {
            for definition in &section.definitions {
                places.entry(definition.name).or_default().push(place);
            }
            for used in self.uses(place) {
                users.entry(*used).or_default().push(place);
            }
        }
        self.places = places;
        self.users = users;
    }

    /// Every section that defines a symbol.
    pub(crate) fn sections(&self) -> impl Iterator<Item = (Place, &Section)> {
        self.crates.iter().enumerate().flat_map(|(library, held)| {
            held.members.iter().enumerate().flat_map(move |(member, held)| {
                held.parsed
                    .object
                    .sections
                    .iter()
                    .enumerate()
                    .filter(|(_, section)| !section.definitions.is_empty())
                    .map(move |(index, section)| {
                        let number = |index| u32::try_from(index).unwrap_or(u32::MAX);
                        (Place { library: number(library), member: number(member), section: number(index) }, section)
                    })
            })
        })
    }

    /// Where a name is defined; local symbols of several objects may share it.
    pub(crate) fn places(&self, name: Name) -> &[Place] {
        self.places.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The definition that `user` means by a name: its own object's, or else the one that others see.
    pub(crate) fn definition(&self, name: Name, user: Place) -> Option<Place> {
        let places = self.places(name);
        let own = places.iter().find(|place| place.library == user.library && place.member == user.member);
        own.or_else(|| places.first()).copied()
    }

    /// The sections that refer to a name.
    pub(crate) fn users(&self, name: Name) -> &[Place] {
        self.users.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The functions and statics that the section refers to, through constants of its object too.
    pub(crate) fn uses(&self, place: Place) -> &[Name] {
        self.parsed(place).uses.get(&(place.section as SectionIndex)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_foreign(&self, place: Place) -> bool {
        self.crates[place.library as usize].is_foreign
    }

    pub(crate) fn object(&self, place: Place) -> &Object {
        &self.parsed(place).object
    }

    pub(crate) fn section(&self, place: Place) -> &Section {
        &self.object(place).sections[place.section as SectionIndex]
    }

    fn parsed(&self, place: Place) -> &Parsed {
        &self.crates[place.library as usize].members[place.member as usize].parsed
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

impl Member {
    fn defined(&self) -> impl Iterator<Item = Name> {
        self.parsed.object.sections.iter().flat_map(|section| section.definitions.iter().map(|found| found.name))
    }
}

impl Parsed {
    fn read(bytes: &[u8], names: &mut Names) -> Result<Self> {
        let object = Object::parse(bytes.to_vec(), names)?;
        let digests = Digests::compute(&object, names);
        let named = object.sections.iter().enumerate().filter(|(_, section)| !section.definitions.is_empty());
        let uses = named.map(|(index, _)| (index, uses(&object, index))).collect();
        Ok(Self { object, digests, uses })
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

fn read_members(archive: &[u8], before: &[Member], names: &mut Names) -> Result<Vec<Member>> {
    // By content: rustc puts a word into a member's name that is another at every call.
    let known: FxHashMap<u128, &Member> = before.iter().map(|member| (member.bytes, member)).collect();
    let file = ArchiveFile::parse(archive)?;
    let mut members = Vec::new();
    for member in file.members() {
        let member = member?;
        let name = String::from_utf8_lossy(member.name()).into_owned();
        if !name.ends_with(".o") {
            continue; // The crate's metadata.
        }
        let bytes = member.data(archive)?;
        let digest = xxhash_rust::xxh3::xxh3_128(bytes);
        let known = known.get(&digest);
        let parsed = match known {
            Some(known) => Arc::clone(&known.parsed),
            None => Arc::new(Parsed::read(bytes, names)?),
        };
        members.push(Member { bytes: digest, parsed });
    }
    Ok(members)
}
