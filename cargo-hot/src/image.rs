//! What the process has loaded: each function and static, in which image, at which address, with which content.
//!
//! Begins as the executable's symbol table, joined with the objects of the base build; grows by a patch a generation.
//! Code binds to the newest instances at the time it is loaded, so an older function may hold on to an older instance
//! of another: those are *lagging*, and count as stale though their own content did not change.

use crate::objects::digest::Digest;
use crate::objects::{Build, Name, Names, Place, SectionKind};
use anyhow::{Context, Result, anyhow, ensure};
use hot_runtime::manifest::ANCHOR_SYMBOL;
use hot_runtime::names::TYPE_PREFIX;
use hot_runtime::wire::Symbolizer;
use object::read::elf::{FileHeader as _, ProgramHeader as _, SectionHeader as _, Sym as _};
use object::{LittleEndian, SymbolIndex, elf};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

/// Number of an image: 0 is the executable, n the patch of generation n.
pub(crate) type Generation = u32;

/// Everything the process has loaded that code may refer to.
#[derive(Debug, Default)]
pub(crate) struct Image {
    instances: FxHashMap<Name, Vec<Instance>>,
    /// Loaded functions that are bound to an instance that is not the newest.
    pub(crate) lagging: FxHashSet<Name>,
    /// Address of the anchor in the executable.
    pub(crate) anchor: u64,
    /// Where std keeps what it names the frames of backtraces from.
    pub(crate) symbolizer: Option<Symbolizer>,
    /// Where the roots of live types are, by images and the addresses in their files.
    pub(crate) types: Vec<(Generation, u64)>,
    /// Size of the executable's thread-local block, from which its offsets count back.
    pub(crate) tls_size: u64,
    /// The generation that is published.
    pub(crate) generation: Generation,
    made: BTreeMap<Generation, Made>,
    /// Code of generations that are neither published nor among the parents of the one that is.
    withdrawn: Vec<(Name, Instance)>,
}

/// How a generation came about.
#[derive(Debug)]
struct Made {
    /// What was published before.
    parent: Generation,
    /// Functions that lag since then, and such as did before.
    lags: FxHashSet<Name>,
    lagged: FxHashSet<Name>,
}

/// A function or static as one image holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instance {
    pub(crate) generation: Generation,
    /// In the image's file; of a thread-local, its offset in the image's block.
    pub(crate) address: u64,
    pub(crate) kind: InstanceKind,
    /// Tells local symbols of one name apart.
    file: Option<Name>,
    /// `None` for what is not of the workspace, and so never changes.
    pub(crate) digest: Option<Digest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstanceKind {
    Code,
    Data,
    ThreadLocal,
}

impl Image {
    /// Reads the symbol table of the executable, and the digests of what the base build put into it.
    ///
    /// # Errors
    /// It is no executable of ours: not ELF for x86-64, stripped, or without the runtime.
    pub(crate) fn of_executable(executable: &[u8], base: &Build, names: &mut Names) -> Result<Self> {
        let mut image = Self::default();
        image.read_symbols(executable, names).context("failed to read the symbols of the program")?;
        for instances in image.instances.iter_mut() {
            let (name, instances) = instances;
            for instance in instances {
                instance.digest = base_place(base, *name, instance).map(|place| base.digest(place));
            }
        }
        Ok(image)
    }

    fn read_symbols(&mut self, executable: &[u8], names: &mut Names) -> Result<()> {
        let header = elf::FileHeader64::<LittleEndian>::parse(executable)?;
        let segments = header.program_headers(LittleEndian, executable)?;
        ensure!(
            segments.iter().any(|segment| segment.p_type(LittleEndian) == elf::PT_INTERP),
            "it is linked statically, and a patch is a shared library: leave out `+crt-static`"
        );
        let sections = header.sections(LittleEndian, executable)?;
        let symbols = sections.symbols(LittleEndian, executable, elf::SHT_SYMTAB)?;
        self.tls_size = tls_size(header, executable)?;
        let mut file = None;
        let (mut anchor, mut lock, mut list) = (None, None, None);
        for (index, symbol) in symbols.iter().enumerate() {
            let text = std::str::from_utf8(symbols.symbol_name(LittleEndian, symbol)?).unwrap_or_default();
            if symbol.st_type() == elf::STT_FILE {
                file = (!text.is_empty()).then(|| names.intern(text));
                continue;
            }
            let is_defined = matches!(symbols.symbol_section(LittleEndian, symbol, SymbolIndex(index)), Ok(Some(_)));
            let Some(kind) = instance_kind(symbol.st_type()).filter(|_| is_defined && !text.is_empty()) else {
                continue;
            };
            let address = symbol.st_value(LittleEndian);
            if text == ANCHOR_SYMBOL {
                anchor = Some(address);
            }
            if text.contains(TYPE_PREFIX) {
                self.types.push((0, address));
            }
            if text.ends_with(SYMBOLIZER_LOCK) {
                lock = Some(address);
            } else if text.ends_with(SYMBOLIZER_LIST) && text.contains("backtrace_rs") {
                list = initial_bytes(&sections, executable, address, symbol.st_size(LittleEndian));
            }
            let is_local = symbol.st_bind() == elf::STB_LOCAL;
            let instance = Instance { generation: 0, address, kind, file: file.filter(|_| is_local), digest: None };
            self.instances.entry(names.intern(text)).or_default().push(instance);
        }
        self.symbolizer =
            lock.zip(list).map(|(lock, (list, initial))| Symbolizer { lock, list, initial: initial.to_vec() });
        self.anchor = anchor.ok_or_else(|| anyhow!("it holds no `{ANCHOR_SYMBOL}`: is it stripped?"))?;
        Ok(())
    }

    /// The newest instance of a name. Of local symbols that share it, the one of `file` is meant, or else the one with
    /// this content, or else the only one.
    pub(crate) fn newest(&self, name: Name, file: Option<Name>, digest: Option<Digest>) -> Option<&Instance> {
        let instances = self.instances.get(&name)?;
        let newest = instances.iter().map(|instance| instance.generation).max()?;
        let candidates = || instances.iter().filter(|instance| instance.generation == newest);
        let of_file = candidates().find(|instance| instance.file.is_none() || instance.file == file);
        let of_content = || candidates().find(|instance| digest.is_some() && instance.digest == digest);
        let only = || candidates().next().filter(|_| candidates().count() == 1);
        of_file.or_else(of_content).or_else(only)
    }

    /// What stands at this address in the file of an image.
    pub(crate) fn names_at(&self, generation: Generation, address: u64) -> impl Iterator<Item = Name> {
        let stands = move |instance: &Instance| instance.generation == generation && instance.address == address;
        self.instances.iter().filter(move |(_, instances)| instances.iter().any(stands)).map(|(name, _)| *name)
    }

    /// What a reference in `user` to a name is bound to, if that is loaded; `place` is what the newest build means by it.
    ///
    /// An inline function that a library has to itself is not what an object with its own copy means: the library's
    /// optimizer knew all callers, and may have given it other parameters.
    pub(crate) fn bound(&self, build: &Build, name: Name, user: Place, place: Option<Place>) -> Option<&Instance> {
        let file = build.object(user).file;
        let instance = self.newest(name, file, place.map(|place| build.digest(place)))?;
        let is_library = instance.kind == InstanceKind::Code && instance.digest.is_none();
        let is_anothers = is_library && instance.file.is_some() && instance.file != file;
        let has_own = place.is_some_and(|place| !build.is_foreign(place));
        (!has_own || !is_anothers).then_some(instance)
    }

    /// Everything that is loaded under a name, from the executable on.
    pub(crate) fn all(&self, name: Name) -> &[Instance] {
        self.instances.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Code that is older than the newest and means something else.
    pub(crate) fn old_code(&self, name: Name) -> impl Iterator<Item = &Instance> {
        let code = || self.all(name).iter().filter(|instance| instance.kind == InstanceKind::Code);
        let newest = code().max_by_key(|instance| instance.generation);
        let content = |instance: &Instance| instance.digest.map(|digest| digest.without_lines);
        code().filter(move |old| {
            newest.is_some_and(|newest| old.generation < newest.generation && content(old) != content(newest))
        })
    }

    /// Whether an optimizer kept one function for this one and another.
    pub(crate) fn is_merged(&self, name: Name) -> bool {
        let places: FxHashSet<_> =
            self.all(name).iter().map(|instance| (instance.generation, instance.address)).collect();
        let others = self.instances.iter().filter(|(other, _)| **other != name);
        others.flat_map(|(_, instances)| instances).any(|other| places.contains(&(other.generation, other.address)))
    }

    pub(crate) fn is_loaded(&self, name: Name) -> bool {
        self.instances.contains_key(&name)
    }

    /// What is of the workspace.
    pub(crate) fn changeable(&self) -> impl Iterator<Item = Name> {
        let is_ours = |instances: &[Instance]| instances.iter().any(|instance| instance.digest.is_some());
        self.instances.iter().filter(move |(_, instances)| is_ours(instances)).map(|(name, _)| *name)
    }

    /// The first generation's digest-bearing instances, for comparison with what a save changed.
    pub(crate) fn loaded_digest(&self, build: &Build, name: Name, place: Place) -> Option<Digest> {
        self.newest(name, build.object(place).file, Some(build.digest(place)))?.digest
    }

    /// The newest instance of a function means the same as this content.
    pub(crate) fn adopt(&mut self, name: Name, digest: Digest) {
        let Some(instances) = self.instances.get_mut(&name) else { return };
        if let Some(newest) = instances.iter_mut().max_by_key(|instance| instance.generation) {
            newest.digest = Some(digest);
        }
    }

    /// Another symbol stands for the same function from now on.
    pub(crate) fn rename(&mut self, old: Name, new: Name) {
        if let Some(instances) = self.instances.remove(&old) {
            self.instances.entry(new).or_default().extend(instances);
        }
        if self.lagging.remove(&old) {
            self.lagging.insert(new);
        }
        self.withdrawn.iter_mut().filter(|(name, _)| *name == old).for_each(|(name, _)| *name = new);
        for names in self.made.values_mut().flat_map(|made| [&mut made.lags, &mut made.lagged]) {
            if names.remove(&old) {
                names.insert(new);
            }
        }
    }

    /// The generation that a patch was made on; `None` for the program as it was started.
    pub(crate) fn parent(&self, generation: Generation) -> Option<Generation> {
        self.made.get(&generation).map(|made| made.parent)
    }

    /// A generation and those it was made on, down to the program as it was started.
    pub(crate) fn line(&self, generation: Generation) -> BTreeSet<Generation> {
        iter::successors(Some(generation), |generation| self.parent(*generation)).collect()
    }

    /// Another generation is published: nothing calls the code of those that are not in its line any more. Statics stay. Gives
    /// back the functions that are other ones now.
    pub(crate) fn publish(&mut self, generation: Generation) -> FxHashSet<Name> {
        let (before, after) = (self.line(self.generation), self.line(generation));
        let undone: Vec<_> = before.difference(&after).collect();
        for Made { lags, lagged, .. } in undone.into_iter().rev().filter_map(|undone| self.made.get(undone)) {
            self.lagging.retain(|name| !lags.contains(name));
            self.lagging.extend(lagged);
        }
        for Made { lags, lagged, .. } in after.difference(&before).filter_map(|redone| self.made.get(redone)) {
            self.lagging.retain(|name| !lagged.contains(name));
            self.lagging.extend(lags);
        }
        let is_published =
            |instance: &Instance| instance.kind != InstanceKind::Code || after.contains(&instance.generation);
        let (back, mut withdrawn): (Vec<_>, Vec<_>) =
            self.withdrawn.drain(..).partition(|(_, instance)| is_published(instance));
        let mut others: FxHashSet<Name> = back.iter().map(|(name, _)| *name).collect();
        for (name, instances) in &mut self.instances {
            for instance in instances.extract_if(.., |instance| !is_published(instance)) {
                withdrawn.push((*name, instance));
                others.insert(*name);
            }
        }
        for (name, instance) in back {
            let instances = self.instances.entry(name).or_default();
            instances.insert(instances.partition_point(|other| other.generation < instance.generation), instance);
        }
        self.instances.retain(|_, instances| !instances.is_empty());
        (self.withdrawn, self.generation) = (withdrawn, generation);
        others
    }

    /// Takes in a committed patch: what it defines, and which loaded functions lag behind it from now on.
    /// The callers of a hot body do not lag: they ask its slot.
    pub(crate) fn commit(
        &mut self,
        generation: Generation,
        defined: &[Defined],
        bodies: &FxHashSet<Name>,
        build: &Build,
    ) {
        let mut made = Made { parent: self.generation, lags: FxHashSet::default(), lagged: FxHashSet::default() };
        self.generation = generation;
        for found in defined {
            let instance = Instance {
                generation,
                address: found.address,
                kind: found.kind,
                file: None,
                digest: Some(build.digest(found.place)),
            };
            self.instances.entry(found.name).or_default().push(instance);
            if self.lagging.remove(&found.name) {
                made.lagged.insert(found.name);
            }
        }
        let fresh: FxHashSet<Name> = defined.iter().map(|found| found.name).collect();
        for found in defined.iter().filter(|found| found.kind == InstanceKind::Code && !bodies.contains(&found.name)) {
            for user in build.users(found.name) {
                let Some(definition) = build.section(*user).named() else { continue };
                let name = definition.name;
                if !fresh.contains(&name) && self.is_loaded(name) && self.lagging.insert(name) {
                    made.lags.insert(name);
                }
            }
        }
        self.made.insert(generation, made);
    }
}

/// A symbol of a linked patch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Defined {
    pub(crate) name: Name,
    pub(crate) address: u64,
    pub(crate) kind: InstanceKind,
    pub(crate) place: Place,
}

/// The ends of two symbols of the standard library; see [`Symbolizer`].
const SYMBOLIZER_LOCK: &str = "3std3sys9backtrace4lock4LOCK";
const SYMBOLIZER_LIST: &str = "14MAPPINGS_CACHE";

/// What the executable starts with at an address of its data.
fn initial_bytes<'file>(
    sections: &object::read::elf::SectionTable<'file, elf::FileHeader64<LittleEndian>>,
    executable: &'file [u8],
    address: u64,
    size: u64,
) -> Option<(u64, &'file [u8])> {
    let holds = |section: &&elf::SectionHeader64<LittleEndian>| {
        let into = address.checked_sub(section.sh_addr(LittleEndian));
        section.sh_type(LittleEndian) == elf::SHT_PROGBITS
            && into.is_some_and(|into| into < section.sh_size(LittleEndian))
    };
    let section = sections.iter().find(holds)?;
    let into = address - section.sh_addr(LittleEndian);
    let start = usize::try_from(section.sh_offset(LittleEndian).checked_add(into)?).ok()?;
    let bytes = executable.get(start..start.checked_add(usize::try_from(size).ok()?)?)?;
    Some((address, bytes))
}

/// Which section of the base build the linker took for a symbol.
fn base_place(base: &Build, name: Name, instance: &Instance) -> Option<Place> {
    let places = base.places(name);
    let of_file = places.iter().find(|place| base.object(**place).file == instance.file);
    of_file.or(places.first()).copied()
}

fn instance_kind(symbol_type: elf::SymbolType) -> Option<InstanceKind> {
    match symbol_type {
        elf::STT_FUNC => Some(InstanceKind::Code),
        elf::STT_OBJECT | elf::STT_NOTYPE => Some(InstanceKind::Data),
        elf::STT_TLS => Some(InstanceKind::ThreadLocal),
        _ => None,
    }
}

/// Size of the block as the x86-64 ABI lays it out: it ends, aligned, where the thread pointer points.
fn tls_size(header: &elf::FileHeader64<LittleEndian>, executable: &[u8]) -> Result<u64> {
    use object::read::elf::ProgramHeader as _;
    let segments = header.program_headers(LittleEndian, executable)?;
    let segment = segments.iter().find(|segment| segment.p_type(LittleEndian) == elf::PT_TLS);
    let Some(segment) = segment else { return Ok(0) };
    let size = segment.p_memsz(LittleEndian).checked_next_multiple_of(segment.p_align(LittleEndian).max(1));
    size.context("its thread-locals take more than there is memory")
}

impl From<SectionKind> for InstanceKind {
    fn from(kind: SectionKind) -> Self {
        match kind {
            SectionKind::Code => Self::Code,
            SectionKind::ThreadLocal => Self::ThreadLocal,
            _ => Self::Data,
        }
    }
}
