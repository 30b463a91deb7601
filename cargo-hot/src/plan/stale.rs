//! Carries staleness from what changed to what refers to it.

use crate::image::Image;
use crate::objects::{Build, Name, SectionKind};
use crate::plan::hot::HotFunctions;
use rustc_hash::FxHashSet;

/// Functions whose loaded code, or what that is bound to, is not the newest.
pub(crate) type Stale = FxHashSet<Name>;

/// From the dirty and the lagging functions to all that reach them by a direct reference.
///
/// A reference to a hot body goes no further: its callers ask the slot. Neither does one from a static, which keeps its
/// value whatever it points to.
pub(crate) fn propagate(dirty: &FxHashSet<Name>, image: &Image, build: &Build, hot: &HotFunctions) -> Stale {
    let mut stale: Stale = dirty.union(&image.lagging).copied().collect();
    let mut open: Vec<Name> = stale.iter().copied().collect();
    while let Some(name) = open.pop() {
        if hot.is_body(name) {
            continue;
        }
        for user in build.users(name) {
            let section = build.section(*user);
            if section.kind != SectionKind::Code && !build.is_constant(*user) {
                continue;
            }
            for definition in &section.definitions {
                if stale.insert(definition.name) {
                    open.push(definition.name);
                }
            }
        }
    }
    stale
}
