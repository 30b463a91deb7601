//! The table inside a patch that says what to fill and what to publish.
//!
//! `cargo hot` writes it into the patch's data, the runtime reads it there. It is a [`Header`], then
//! [`Header::imports`] times [`Import`], then [`Header::entries`] times [`Entry`]. Places within the patch are
//! distances from the field that holds them, so the table needs no relocation at load; places in earlier images are
//! an image number (0 is the executable, n the patch of generation n) and the address in that image's file.

/// The patch's only exported symbol.
pub const MANIFEST_SYMBOL: &str = "__cargo_hot_manifest";

/// A symbol of the executable whose address in memory tells the executable's load bias.
pub const ANCHOR_SYMBOL: &str = "__cargo_hot_anchor";

/// The first bytes of every manifest.
pub const MAGIC: [u8; 8] = *b"cargohot";

/// What the manifest opens with.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Header {
    /// [`MAGIC`].
    pub magic: [u8; 8],
    /// [`crate::wire::PROTOCOL`].
    pub protocol: u32,
    /// The generation the patch makes.
    pub generation: u32,
    /// The build the patch fits, as two halves, low first.
    pub build_id: [u64; 2],
    /// How many [`Import`]s follow.
    pub imports: u32,
    /// How many [`Entry`]s follow them.
    pub entries: u32,
}

/// A word of the patch that can only be filled in the process.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Import {
    /// Distance from this field to the word.
    pub cell: i32,
    /// One of the [`kind`]s.
    pub kind: u32,
    /// The image that `value` is an address of.
    pub image: u32,
    /// Keeps `value` aligned; zero.
    pub reserved: u32,
    /// Address in the image's file, addend included.
    pub value: u64,
}

/// What an [`Import`] is filled with.
pub mod kind {
    /// The address of `value` in memory.
    pub const ADDRESS: u32 = 0;
    /// The image's TLS module number, as `__tls_get_addr` takes it.
    pub const TLS_MODULE: u32 = 1;
}

/// A slot and the body it shall hold.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Distance from this field to the body's code.
    pub body: i32,
    /// The image that holds the slot.
    pub image: u32,
    /// The slot's address in the image's file.
    pub slot: u64,
    /// [`ONLY`], or the image that holds `known`.
    pub known_image: u32,
    /// Keeps `known` aligned; zero.
    pub reserved: u32,
    /// The address in that image's file of a body of the same instance: its callers run the new one.
    pub known: u64,
}

/// In an [`Entry`]: the function has one body, not one for each instance.
pub const ONLY: u32 = u32::MAX;

const _: () = assert!(size_of::<Header>() == 40 && size_of::<Import>() == 24 && size_of::<Entry>() == 32);
