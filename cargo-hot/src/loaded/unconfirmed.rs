//! What the program runs before its crates were compiled and checked as they are written.

use crate::image::{Generation, Image};
use crate::objects::Name;
use crate::plan::Ledger;
use crate::save::Route;
use rustc_hash::FxHashSet;

/// Everything since the last moment when all was confirmed.
#[derive(Debug, Default)]
pub(crate) struct Unconfirmed {
    /// What was before the first patch; `None` if there was none.
    pub(crate) before: Option<Before>,
    /// Names that patches defined.
    pub(crate) defined: FxHashSet<Name>,
    /// Those of them that slices did.
    pub(crate) sliced: FxHashSet<Name>,
    /// Names that slices had otherwise than the libraries.
    pub(crate) touched: FxHashSet<Name>,
}

/// What to go back to.
#[derive(Debug)]
pub(crate) struct Before {
    pub(crate) generation: Generation,
    pub(crate) lagging: FxHashSet<Name>,
    pub(crate) dirty: FxHashSet<Name>,
}

impl Unconfirmed {
    /// A patch with these names is about to be the newest.
    pub(crate) fn note(&mut self, image: &Image, ledger: &Ledger, names: impl Iterator<Item = Name>, route: &Route) {
        let before =
            || Before { generation: image.generation, lagging: image.lagging.clone(), dirty: ledger.dirty().clone() };
        self.before.get_or_insert_with(before);
        let names: Vec<Name> = names.collect();
        match route {
            Route::Slice => self.sliced.extend(&names),
            Route::Replay { .. } => self.sliced.retain(|name| !names.contains(name)),
        }
        self.defined.extend(names);
    }
}
