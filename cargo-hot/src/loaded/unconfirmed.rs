//! What the program runs before its crates were compiled and checked as they are written.

use crate::image::{Defined, Generation, Image};
use crate::objects::{Build, Name};
use rustc_hash::{FxHashMap, FxHashSet};

/// Everything since the last moment when all was confirmed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unconfirmed {
    /// What was published before the first patch; `None` if there was none.
    pub(crate) before: Option<Generation>,
    /// Names that patches defined, and what the newest of each was compiled by.
    pub(crate) defined: FxHashMap<Name, By>,
    /// Names that slices had otherwise than the libraries.
    pub(crate) touched: FxHashSet<Name>,
}

/// Whose code a patch holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Slice,
    /// A library, as it is now or as it was when a function in it became stale.
    Library,
}

impl Unconfirmed {
    /// A patch that defines this is about to be the newest.
    pub(crate) fn note(&mut self, image: &Image, build: &Build, defined: &[Defined]) {
        self.before.get_or_insert(image.generation);
        let by = |found: &Defined| if build.is_of_slice(found.place) { By::Slice } else { By::Library };
        self.defined.extend(defined.iter().map(|found| (found.name, by(found))));
        // What the newest slice does not hold, an older one may have had of an older text.
        let is_held = |name: &Name| build.places(*name).iter().any(|place| build.is_of_slice(*place));
        self.defined.iter_mut().filter(|(name, _)| !is_held(name)).for_each(|(_, by)| *by = By::Library);
    }
}
