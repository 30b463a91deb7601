//! Decides which functions a patch must hold, and what of a save cannot go live.
//!
//! Takes the newest build, what the process has loaded and the names that the compiler wrote anew, and gives back a
//! [`Plan`]. Runs no program; the one thing it may read is a library outside the workspace, for code the host's linker
//! had no use for. Whether the code compiles was settled in [`crate::compile`].

mod callers;
pub(crate) mod edits;
pub(crate) mod functions;
pub(crate) mod hot;
pub(crate) mod layouts;
pub(crate) mod paths;
pub(crate) mod shapes;
pub(crate) mod source;
mod stale;
pub(crate) mod stuck;

use crate::image::{Image, Instance};
use crate::objects::digest::Digest;
use crate::objects::library::Libraries;
use crate::objects::{Build, Item, Name, Names, Place, SectionKind};
use anyhow::Result;
use hot::{HotFunction, HotFunctions};
use hot_runtime::names::TYPE_PREFIX;
use rustc_hash::{FxHashMap, FxHashSet};
use stale::Stale;
use stuck::Stuck;

/// What one patch shall hold and publish.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Sections with a name: stale functions, functions and statics not loaded yet.
    pub(crate) places: Vec<Place>,
    /// Bodies in the patch whose slots are loaded.
    pub(crate) publications: Vec<Publication>,
    /// Functions whose code the save changed, and which the patch brings to life.
    pub(crate) changed: Vec<Name>,
    /// All that the patch holds is in the process, with other line numbers.
    pub(crate) moves_lines_alone: bool,
    /// What the save changed and no patch can bring to life.
    pub(crate) stuck: Vec<Stuck>,
    /// Functions of the workspace that stay as the program was started with them, though the newest build has others.
    pub(crate) old: FxHashSet<Name>,
    /// Bodies of hot functions: whoever refers to one asks its slot first.
    pub(crate) bodies: FxHashSet<Name>,
    /// Bodies that callers who stay old go on with, and who these are.
    left: FxHashMap<Name, Name>,
}

/// A slot and the body it shall hold.
#[derive(Debug, Clone)]
pub(crate) struct Publication {
    pub(crate) slot: Name,
    pub(crate) body: Name,
    /// Of one body of many: for the callers alone that bring one of these.
    pub(crate) known: Option<Vec<Instance>>,
}

/// What the session knows between two saves.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Functions whose newest code is not what is loaded.
    dirty: FxHashSet<Name>,
    /// The content of each function and static when the user was last told about it.
    told: FxHashMap<Item, u128>,
}

impl Ledger {
    /// At the start everything is as the program has it.
    pub(crate) fn new(base: &Build, names: &Names) -> Self {
        let mut ledger = Self::default();
        for (place, section) in base.sections() {
            if let Some(definition) = section.named() {
                ledger.told.insert(names.item(definition.name), base.digest(place).without_lines);
            }
        }
        ledger
    }

    /// The user knows of this content.
    pub(crate) fn tell(&mut self, item: Item, digest: Digest) {
        self.told.insert(item, digest.without_lines);
    }

    /// The plan was carried out, or the user was told that it could not be; `touched` is what it was made for.
    pub(crate) fn settle(
        &mut self,
        plan: &Plan,
        touched: &FxHashSet<Name>,
        build: &Build,
        names: &Names,
        is_committed: bool,
    ) {
        for name in touched {
            if let Some(place) = build.places(*name).first() {
                self.told.insert(names.item(*name), build.digest(*place).without_lines);
            }
        }
        let committed = plan.places.iter().filter(|_| is_committed);
        for definition in committed.flat_map(|place| &build.section(*place).definitions) {
            self.dirty.remove(&definition.name);
        }
    }
}

/// Everything a plan is made from.
pub(crate) struct Planner<'session> {
    pub(crate) build: &'session mut Build,
    pub(crate) image: &'session mut Image,
    pub(crate) ledger: &'session mut Ledger,
    pub(crate) libraries: &'session Libraries,
    pub(crate) names: &'session mut Names,
    /// The user's.
    pub(crate) crates: &'session [String],
}

impl Planner<'_> {
    /// `touched` are the names in objects that the compiler wrote anew.
    ///
    /// # Errors
    /// A library outside the workspace cannot be read.
    pub(crate) fn plan(&mut self, touched: &FxHashSet<Name>) -> Result<Plan> {
        self.compare(touched);
        let hot = HotFunctions::find(self.build);
        let stale = stale::propagate(&self.ledger.dirty, self.image, self.build, self.names, &hot);
        let mut plan = self.include(&hot, &stale, touched)?;
        self.explain(&mut plan, &hot, touched);
        plan.bodies = hot.into_bodies();
        Ok(plan)
    }

    /// Finds out which of the touched functions differ from what is loaded.
    fn compare(&mut self, touched: &FxHashSet<Name>) {
        for name in touched {
            if let Some(old) = self.former(*name) {
                self.image.rename(old, *name);
                self.ledger.dirty.remove(&old);
            }
            let differs = self.build.places(*name).iter().any(|place| self.differs(*name, *place));
            if differs {
                self.ledger.dirty.insert(*name);
            } else {
                self.ledger.dirty.remove(name);
            }
        }
    }

    /// The symbol by which a function is loaded that has another one now: that of an instance says which crate made it.
    fn former(&self, name: Name) -> Option<Name> {
        if self.image.is_loaded(name) || self.build.places(name).is_empty() {
            return None;
        }
        let is_gone = |other: &Name| self.image.is_loaded(*other) && self.build.places(*other).is_empty();
        self.build.symbols_of_item(self.names.item(name)).iter().copied().find(is_gone)
    }

    fn differs(&self, name: Name, place: Place) -> bool {
        let is_code = self.build.section(place).kind == SectionKind::Code || self.build.is_constant(place);
        let loaded = self.image.loaded_digest(self.build, name, place);
        is_code && loaded.is_some_and(|loaded| loaded.exact != self.build.digest(place).exact)
    }

    /// From the stale hot bodies with a loaded slot, everything that is stale or not loaded; with that, the roots of new live types.
    fn include(&mut self, hot: &HotFunctions, stale: &Stale, touched: &FxHashSet<Name>) -> Result<Plan> {
        let mut plan = Plan::default();
        let mut included = FxHashSet::default();
        let mut open = Vec::new();
        for function in hot.iter() {
            let HotFunction { slot, body, .. } = *function;
            if !stale.contains(body) || !self.image.is_loaded(slot) {
                continue;
            }
            let callers = stale.callers.get(&body);
            if let Some(caller) = callers.and_then(|callers| callers.left) {
                plan.left.insert(body, caller);
            }
            let known = callers.map(|callers| callers.known.clone());
            if known.as_ref().is_some_and(Vec::is_empty) {
                continue; // Whoever calls it brings it.
            }
            plan.publications.push(Publication { slot, body, known });
            open.extend(self.build.places(body).first());
        }
        if !open.is_empty() {
            let is_new_root =
                |name: &&Name| self.names.text(**name).contains(TYPE_PREFIX) && !self.image.is_loaded(**name);
            open.extend(touched.iter().filter(is_new_root).filter_map(|root| self.build.places(*root).first()));
        }
        while let Some(place) = open.pop() {
            if !included.insert(place) {
                continue;
            }
            if !self.build.is_constant(place) {
                plan.places.push(place);
            }
            for used in self.build.uses(place).to_vec() {
                open.extend(self.needed(used, place, stale)?);
            }
        }
        plan.places.sort_unstable();
        Ok(plan)
    }

    /// The section that must come along for `used` in `user`; `None` if it is loaded, and as it should be.
    fn needed(&mut self, used: Name, user: Place, stale: &Stale) -> Result<Option<Place>> {
        let mut place = self.build.definition(used, user);
        let is_loaded = self.image.bound(self.build, used, user, place).is_some();
        if let Some(place) = place
            && self.build.is_constant(place)
        {
            return Ok(Some(place));
        }
        let is_static = place.is_some_and(|place| self.build.section(place).kind != SectionKind::Code);
        if is_loaded && (is_static || !stale.contains(used)) {
            return Ok(None);
        }
        if place.is_none()
            && let Some(found) = self.libraries.find(self.names.text(used))?
        {
            let library = found.library.to_owned();
            self.build.add_foreign(&library, &found.member, found.bytes, self.names)?;
            place = self.build.definition(used, user);
        }
        Ok(place)
    }
}
