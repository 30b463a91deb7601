//! Which loaded code is old since a patch: that of the functions it changed, and code that leads there.

use super::search::Function;
use crate::image::{Generation, Image, InstanceKind};
use crate::objects::{Build, Name, Names, SectionKind};
use crate::plan::paths::of_objects;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Bodies of hot functions lead nowhere: nobody holds one, only its wrapper, and that asks for the newest.
pub(super) fn older(
    changed: &FxHashSet<Name>,
    bodies: &FxHashSet<Name>,
    image: &Image,
    build: &Build,
    names: &Names,
) -> Vec<Function> {
    let mut found: BTreeMap<Name, Function> = BTreeMap::new();
    for name in changed {
        let old: FxHashSet<Generation> = image.old_code(*name).map(|old| old.generation).collect();
        if old.is_empty() {
            continue;
        }
        for user in leading_to(*name, bodies, build) {
            let newest = code(image, user).map(|(generation, _)| generation).max();
            // Code is bound to what was the newest when it was loaded.
            let is_old = |generation: Generation| {
                let bound = code(image, *name).map(|(bound, _)| bound).filter(|bound| *bound <= generation).max();
                Some(generation) < newest && bound.is_some_and(|bound| old.contains(&bound))
            };
            let places: Vec<_> = code(image, user).filter(|(generation, _)| is_old(*generation)).collect();
            if places.is_empty() {
                continue;
            }
            let of_objects = of_objects(names.text(user));
            let new = Function { name: user, leads_to: *name, places: Vec::new(), of_objects };
            let function = found.entry(user).or_insert(new);
            function.places.extend(places);
            if user == *name {
                function.leads_to = user;
            }
        }
    }
    found.into_values().collect()
}

fn code(image: &Image, name: Name) -> impl Iterator<Item = (Generation, u64)> {
    let code = image.all(name).iter().filter(|instance| instance.kind == InstanceKind::Code);
    code.map(|instance| (instance.generation, instance.address))
}

/// The function, and those that reach it by direct references.
fn leading_to(name: Name, bodies: &FxHashSet<Name>, build: &Build) -> FxHashSet<Name> {
    let mut reached = FxHashSet::from_iter([name]);
    let mut open = vec![name];
    while let Some(callee) = open.pop() {
        for user in build.users(callee).iter().filter(|user| !build.is_superseded(**user)) {
            let section = build.section(*user);
            if let Some(caller) = section.named().filter(|_| section.kind == SectionKind::Code)
                && !bodies.contains(&caller.name)
                && reached.insert(caller.name)
            {
                open.push(caller.name);
            }
        }
    }
    reached
}
