//! Takes a patch file to an image that is mapped, bound to the process and ready to be published.
//!
//! Checks that the file is the one `cargo hot` linked (digest) for this very build (build id) and this moment
//! (generation), maps it, and fills its imports. Whether its code is right was settled by the plan; nothing here
//! changes what the program runs. A patch is never unmapped: a `&'static str` into it may live anywhere.

#[cfg(test)]
mod damaged;

use crate::image::Images;
use crate::live::commit::Describe;
use crate::manifest::{Entry, Header, Import, MAGIC, MANIFEST_SYMBOL, ONLY, kind};
use crate::slot::Slot;
use crate::wire::{PROTOCOL, Patch};
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use std::{error, fmt, fs, io, mem, ptr};

/// A patch in memory, with what it publishes.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) publications: Vec<Publication>,
    /// What tells the shapes of live types that came with it, or that were not asked for before.
    pub(crate) types: Vec<Describe>,
}

/// A slot and the body it shall hold, both at their addresses in this process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Publication {
    pub(crate) slot: &'static Slot,
    pub(crate) body: *const (),
    /// Of a function with a body for each instance: another one of the same, as callers know it.
    pub(crate) known: Option<*const ()>,
}

/// Maps `patch` and binds it; `images` then knows it.
pub(crate) fn load(patch: &Patch, build_id: u128, images: &mut Images) -> Result<Loaded, LoadError> {
    images.find_executable(patch.anchor);
    let generation = usize::try_from(patch.generation).map_err(|_| LoadError::Generation)?;
    if generation < images.next() {
        return Err(LoadError::Generation);
    }
    let bytes = fs::read(&patch.path).map_err(LoadError::Read)?;
    if xxhash_rust::xxh3::xxh3_128(&bytes) != patch.digest {
        return Err(LoadError::Digest);
    }
    // By its path, which debuggers and backtraces go by. No other user can put another file there in between.
    let manifest = map(patch)?;
    // SAFETY:
    // - `manifest` is the address of the patch's manifest symbol, so a header lies there, in data that stays mapped.
    // - any bytes are a valid `Header`.
    let header = unsafe { manifest.read_unaligned() };
    check(&header, patch, build_id)?;
    images.insert(generation, (manifest as usize).wrapping_sub(usize::try_from(patch.manifest).unwrap_or(0)));
    // SAFETY: Truthfully, we cannot check that the tables are what the header says. The digest says that `cargo hot`
    // wrote them, for this build, and it counts what it writes.
    let (imports, entries) = unsafe { tables(manifest, &header) };
    for import in imports {
        fill(import, images)?;
    }
    let publications = entries.iter().map(|entry| publication(entry, images)).collect::<Result<_, _>>()?;
    let types = describe_all(&patch.types, images)?;
    Ok(Loaded { publications, types })
}

/// `dlopen`s the file for good, and finds its manifest.
fn map(patch: &Patch) -> Result<*const Header, LoadError> {
    // SAFETY: Truthfully, we cannot check what the patch's code does. It was built by the `cargo hot` that started us,
    // from the developer's own source, and holds no constructor: the link leaves `.init_array` out.
    let library = unsafe { Library::open(Some(&patch.path), RTLD_NOW | RTLD_LOCAL) }.map_err(LoadError::Open)?;
    // SAFETY: the symbol is data of type `Header`; it is taken as a pointer and checked before it is believed.
    let manifest = unsafe { library.get::<*const Header>(MANIFEST_SYMBOL) }.map_err(LoadError::Open)?;
    let manifest = manifest.as_raw_ptr().cast::<Header>().cast_const();
    mem::forget(library);
    Ok(manifest)
}

fn check(header: &Header, patch: &Patch, build_id: u128) -> Result<(), LoadError> {
    let [low, high] = header.build_id;
    if header.magic != MAGIC || header.protocol != PROTOCOL {
        return Err(LoadError::Protocol);
    }
    if u128::from(low) | (u128::from(high) << 64) != build_id {
        return Err(LoadError::BuildId);
    }
    if header.generation != patch.generation {
        return Err(LoadError::Generation);
    }
    Ok(())
}

/// The two tables behind the header.
///
/// # Safety
/// `manifest` lies before `header.imports` imports and `header.entries` entries, 8-aligned, in data that is never
/// unmapped or written.
unsafe fn tables(manifest: *const Header, header: &Header) -> (&'static [Import], &'static [Entry]) {
    // SAFETY: the caller says that the imports stand behind the header; `Header` is a multiple of 8 bytes long.
    let imports = unsafe { manifest.add(1) }.cast::<Import>();
    // SAFETY: the caller says how many there are, and that nobody writes them.
    let imports = unsafe { std::slice::from_raw_parts(imports, header.imports as usize) };
    // SAFETY: the caller says that the entries stand behind the imports, as many as the header counts.
    let entries = unsafe { std::slice::from_raw_parts(imports.as_ptr_range().end.cast(), header.entries as usize) };
    (imports, entries)
}

fn fill(import: &'static Import, images: &Images) -> Result<(), LoadError> {
    let value = match import.kind {
        kind::ADDRESS => images.address(import.image, import.value).ok_or(LoadError::Image(import.image))?,
        kind::TLS_MODULE => images.tls_module(import.image).ok_or(LoadError::Image(import.image))?,
        _ => return Err(LoadError::Protocol),
    };
    // Made from a number: derived from `import`, which is only ever read, it must not be written through.
    let cell = ptr::with_exposed_provenance_mut::<usize>(at_distance(&import.cell));
    // SAFETY:
    // - the link puts every cell into writable data of the patch, which is mapped and which no code has run in yet.
    // - a cell inside a `static` of the program may stand at any address, hence unaligned.
    unsafe { cell.write_unaligned(value) };
    Ok(())
}

fn publication(entry: &'static Entry, images: &Images) -> Result<Publication, LoadError> {
    let address = |image, value| images.address(image, value).ok_or(LoadError::Image(image));
    let slot = ptr::with_exposed_provenance::<Slot>(address(entry.image, entry.slot)?);
    // SAFETY: `cargo hot` writes the addresses of symbols with a slot's name, in an image of this build, which stays mapped.
    // All access to a slot is atomic.
    let slot = unsafe { &*slot };
    let body = ptr::with_exposed_provenance(at_distance(&entry.body));
    let known = match entry.known_image {
        ONLY => None,
        image => Some(ptr::with_exposed_provenance(address(image, entry.known)?)),
    };
    Ok(Publication { slot, body, known })
}

/// What tells the shapes of live types, whose roots are there.
pub(crate) fn describe_all(roots: &[(u32, u64)], images: &Images) -> Result<Vec<Describe>, LoadError> {
    roots.iter().map(|root| describe(*root, images)).collect()
}

/// What tells the shapes of a live type: its root, a static, holds it.
fn describe((image, root): (u32, u64), images: &Images) -> Result<Describe, LoadError> {
    let root = images.address(image, root).ok_or(LoadError::Image(image))?;
    // SAFETY: `cargo hot` writes the addresses of symbols with a root's name, in an image of this build, which stays mapped. The
    // expansion of `#[hot]` gives them this type, and nobody writes them.
    Ok(unsafe { *ptr::with_exposed_provenance::<Describe>(root) })
}

/// The address that a field's value is the distance to, counted from the field itself.
fn at_distance(field: &i32) -> usize {
    (&raw const *field).addr().wrapping_add_signed(*field as isize)
}

/// Why a patch was not loaded.
#[derive(Debug)]
pub(crate) enum LoadError {
    Read(io::Error),
    Digest,
    Open(libloading::Error),
    Protocol,
    BuildId,
    Generation,
    Image(u32),
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(_) => formatter.write_str("failed to read the patch"),
            Self::Digest => formatter.write_str("the patch on disk is not the one that was linked"),
            Self::Open(_) => formatter.write_str("the loader does not take the patch"),
            Self::Protocol => formatter.write_str("the patch was written by another version of cargo hot"),
            Self::BuildId => formatter.write_str("the patch belongs to another build of this program"),
            Self::Generation => formatter.write_str("the patch is not for the generation that runs"),
            Self::Image(image) => write!(formatter, "the patch refers to generation {image}, which is not loaded"),
        }
    }
}

impl error::Error for LoadError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Read(error) => Some(error),
            Self::Open(error) => Some(error),
            _ => None,
        }
    }
}
