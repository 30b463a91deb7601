//! Carries staleness from what changed to what refers to it.

use super::callers::{Callers, callers};
use crate::image::Image;
use crate::objects::{Build, Name, Names, SectionKind};
use crate::plan::hot::HotFunctions;
use rustc_hash::{FxHashMap, FxHashSet};

/// What the process does not have as the newest build has it.
#[derive(Debug, Default)]
pub(super) struct Stale {
    /// Functions whose loaded code, or what that is bound to, is not the newest.
    functions: FxHashSet<Name>,
    /// Of bodies among them that are one of many: whose callers the newest fits.
    pub(super) callers: FxHashMap<Name, Callers>,
}

impl Stale {
    pub(super) fn contains(&self, function: Name) -> bool {
        self.functions.contains(&function)
    }
}

/// From the dirty and the lagging functions to all that reach them by a direct reference.
///
/// A reference to a hot body goes no further: its callers ask the slot, which answers all but those that bring a body
/// the newest does not fit. Neither does one from a static, which keeps its value whatever it points to.
pub(super) fn propagate(
    dirty: &FxHashSet<Name>,
    image: &Image,
    build: &Build,
    names: &Names,
    hot: &HotFunctions,
) -> Stale {
    let functions: FxHashSet<Name> = dirty.union(&image.lagging).copied().collect();
    let mut open: Vec<Name> = functions.iter().copied().collect();
    let mut stale = Stale { functions, ..Stale::default() };
    while let Some(name) = open.pop() {
        let mut known = None;
        if hot.is_body(name) {
            if !hot.is_one_of_many(name) {
                continue;
            }
            known = Some(&*stale.callers.entry(name).or_insert_with(|| callers(name, dirty, image, build, names)));
        }
        for user in build.users(name) {
            let section = build.section(*user);
            if section.kind != SectionKind::Code && !build.is_constant(*user) {
                continue;
            }
            for definition in &section.definitions {
                let is_answered = known.is_some_and(|known| known.fits(name, definition.name, image));
                if !is_answered && stale.functions.insert(definition.name) {
                    open.push(definition.name);
                }
            }
        }
    }
    stale
}
