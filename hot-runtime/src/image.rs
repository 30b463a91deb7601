//! Where the images of this process are mapped: the executable, and each patch loaded so far.
//!
//! An address in an image's file plus its load bias is an address in memory. The executable's bias is found through
//! the anchor, a patch's through its manifest; both sides know where those stand in the file.

use std::ffi::c_void;
use std::sync::atomic::AtomicU8;

/// A byte whose address tells the executable's load bias, and whose name marks a program that the runtime is part of.
///
/// It could be written, so no linker merges it with an equal byte: its symbol and its address are of one place.
#[unsafe(no_mangle)]
#[used]
static __cargo_hot_anchor: AtomicU8 = AtomicU8::new(0);

/// The load biases of the images, the executable first, then a patch a generation.
///
/// A generation that was refused leaves a hole, so that the number of a generation stays the number of its image.
#[derive(Debug, Default)]
pub(crate) struct Images {
    biases: Vec<Option<usize>>,
}

impl Images {
    /// Learns where the executable is mapped; `anchor` is the anchor's address in its file.
    pub(crate) fn find_executable(&mut self, anchor: u64) {
        if self.biases.is_empty() {
            let bias = (&raw const __cargo_hot_anchor as usize).wrapping_sub(as_address(anchor));
            self.biases.push(Some(bias));
        }
    }

    /// The number the next patch must have, or more.
    pub(crate) fn next(&self) -> usize {
        self.biases.len()
    }

    pub(crate) fn insert(&mut self, generation: usize, bias: usize) {
        self.biases.resize(generation, None);
        self.biases.push(Some(bias));
    }

    /// Where `value`, an address in the file of `image`, is in memory.
    pub(crate) fn address(&self, image: u32, value: u64) -> Option<usize> {
        Some(self.bias(image)?.wrapping_add(as_address(value)))
    }

    /// The image that holds this address in memory, and the address in its file; of the executable, which need not be known for
    /// that, the distance from the anchor.
    pub(crate) fn place(&self, address: usize) -> (u32, u64) {
        let below =
            |(image, bias): (usize, &Option<usize>)| Some(((*bias)?, image)).filter(|(bias, _)| *bias <= address);
        let (image, start) = match self.biases.iter().enumerate().filter_map(below).max() {
            Some((bias, image)) if image > 0 => (image, bias),
            _ => (0, &raw const __cargo_hot_anchor as usize),
        };
        // As wide as an address, and no process has so many images.
        (image as u32, address.wrapping_sub(start) as u64)
    }

    /// The TLS module number of `image`, as `__tls_get_addr` takes it; `None` if it has no thread-locals.
    pub(crate) fn tls_module(&self, image: u32) -> Option<usize> {
        let mut search = Search { bias: self.bias(image)?, module: 0 };
        // SAFETY:
        // - `visit` has the signature that `dl_iterate_phdr` calls, and `search` outlives the call.
        // - the loader holds its lock meanwhile, so the list does not change under it; `visit` calls nothing back.
        unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut search).cast()) };
        (search.module != 0).then_some(search.module)
    }

    fn bias(&self, image: u32) -> Option<usize> {
        *self.biases.get(usize::try_from(image).ok()?)?
    }
}

struct Search {
    bias: usize,
    module: usize,
}

/// Called by `dl_iterate_phdr` for each loaded object, until it returns nonzero.
unsafe extern "C" fn visit(info: *mut libc::dl_phdr_info, size: usize, search: *mut c_void) -> libc::c_int {
    if size < size_of::<libc::dl_phdr_info>() {
        return 1; // A libc that does not tell module numbers; glibc has since 2.4, musl ever.
    }
    // SAFETY: `dl_iterate_phdr` passes a valid record of at least `size` bytes for the time of the call.
    let info = unsafe { &*info };
    // SAFETY: it is the `Search` that `tls_module` passed, which nobody else holds.
    let search = unsafe { &mut *search.cast::<Search>() };
    if as_address(info.dlpi_addr) != search.bias {
        return 0;
    }
    search.module = info.dlpi_tls_modid;
    1
}

/// x86-64 alone is supported, where both are 64 bits wide.
fn as_address(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
