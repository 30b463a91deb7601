//! What each generation published, and which one is published now.
//!
//! A patch is made for what ran when it was made: that is its parent. A generation runs what its line of parents published, the
//! newest last. Any of them is published again by having every slot hold what its line says.

use crate::instances::{Instance, Instances};
use crate::load::Publication;
use crate::slot::{Change, Slot};
use std::collections::{BTreeMap, BTreeSet};
use std::{iter, ptr};

/// The generations of this process; 0 is the program as it was started.
#[derive(Debug, Default)]
pub(crate) struct Generations {
    published: u32,
    parents: BTreeMap<u32, u32>,
    slots: BTreeMap<*const Slot, History>,
}

/// What a slot was given, the oldest first.
#[derive(Debug)]
struct History {
    slot: &'static Slot,
    given: Vec<Given>,
}

/// A body that a generation gave a slot.
#[derive(Debug, Clone, Copy)]
struct Given {
    generation: u32,
    body: *const (),
    /// As in [`Publication`].
    known: Option<*const ()>,
}

impl Generations {
    /// What a new generation changes, which is then for the caller to commit.
    pub(crate) fn add(&mut self, number: u32, publications: &[Publication]) -> Vec<Change> {
        self.parents.insert(number, self.published);
        self.published = number;
        let mut changes = Vec::new();
        let mut instances: BTreeMap<*const Slot, Vec<Instance>> = BTreeMap::new();
        for Publication { slot, body, known } in publications.iter().copied() {
            let history = self.slots.entry(slot).or_insert_with(|| History { slot, given: Vec::new() });
            history.given.push(Given { generation: number, body, known });
            match known {
                Some(known) => instances.entry(slot).or_default().push(Instance { known, newest: body }),
                // SAFETY:
                // - `body` has the slot's signature, which is part of the slot's name.
                // - it stays mapped: no image is ever unmapped; its imports are filled.
                None => changes.push(unsafe { Change::to_body(slot, body) }),
            }
        }
        changes.extend(instances.into_iter().map(|(slot, instances)| {
            // SAFETY: as above; and what callers know of an instance has the symbol of its body, and so the same signature.
            unsafe { Change::to_more_instances(self.slots[&slot].slot, &instances) }
        }));
        changes
    }

    /// The one that is published, or is about to be.
    pub(crate) fn published(&self) -> u32 {
        self.published
    }

    /// This one is published, for which what has to change was given.
    pub(crate) fn set_published(&mut self, number: u32) {
        self.published = number;
    }

    /// A generation with its parents.
    pub(crate) fn line(&self, number: u32) -> BTreeSet<u32> {
        iter::successors(Some(number), |number| self.parents.get(number).copied()).collect()
    }

    /// What has to change for a generation to run again; `None` if there never was one of this number.
    pub(crate) fn go_to(&mut self, number: u32) -> Option<Vec<Change>> {
        if number != 0 && !self.parents.contains_key(&number) {
            return None;
        }
        let line = self.line(number);
        self.published = number;
        Some(self.slots.values().map(|history| history.as_of(&line)).collect())
    }
}

impl History {
    /// What these generations gave the slot, of all that it was given.
    fn as_of(&self, line: &BTreeSet<u32>) -> Change {
        let Self { slot, given } = self;
        let is_of_line = |given: &&Given| line.contains(&given.generation);
        let instance = |given: &Given| Some(Instance { known: given.known?, newest: given.body });
        let all: Vec<Instance> = given.iter().filter_map(instance).collect();
        if all.is_empty() {
            let body = given.iter().rfind(is_of_line).map_or(ptr::null(), |given| given.body);
            // SAFETY: as in `add`; or `body` is null.
            unsafe { Change::to_body(slot, body) }
        } else {
            let published: Vec<Instance> = given.iter().filter(is_of_line).filter_map(instance).collect();
            // SAFETY: as in `add`.
            unsafe { Change::to_table(slot, Instances::of(&all, &published)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Generations;
    use crate::commit::commit;
    use crate::load::Publication;
    use crate::slot::{Slot, resolve};

    type Body = fn() -> u32;

    fn own() -> u32 {
        0
    }

    fn first() -> u32 {
        1
    }

    fn second() -> u32 {
        2
    }

    fn third() -> u32 {
        3
    }

    fn of(slot: &'static Slot, body: Body, known: Option<Body>) -> Publication {
        Publication { slot, body: body as *const (), known: known.map(|known| known as *const ()) }
    }

    fn add(generations: &mut Generations, number: u32, publications: &[Publication]) {
        let changes = generations.add(number, publications);
        commit(number, &changes);
    }

    /// False if there is no such generation.
    fn go_to(generations: &mut Generations, number: u32) -> bool {
        generations.go_to(number).map(|changes| commit(number, &changes)).is_some()
    }

    #[test]
    fn a_generation_runs_what_its_parents_published() {
        static ONE: Slot = Slot::new();
        static OTHER: Slot = Slot::new();
        let runs = || (resolve::<Body>(&ONE, own)(), resolve::<Body>(&OTHER, own)());
        let mut generations = Generations::default();
        add(&mut generations, 1, &[of(&ONE, first, None)]);
        add(&mut generations, 2, &[of(&OTHER, second, None)]);
        assert_eq!(runs(), (1, 2));
        for (number, expected) in [(1, (1, 0)), (0, (0, 0)), (2, (1, 2)), (1, (1, 0))] {
            assert!(go_to(&mut generations, number));
            assert_eq!(runs(), expected, "generation {number}");
        }
        // The second one is none of its parents.
        add(&mut generations, 4, &[of(&ONE, third, None)]);
        assert_eq!(runs(), (3, 0));
        assert!(go_to(&mut generations, 2));
        assert_eq!(runs(), (1, 2));
        assert!(go_to(&mut generations, 4));
        assert_eq!(runs(), (3, 0));
        assert!(!go_to(&mut generations, 3));
        assert_eq!(runs(), (3, 0));
    }

    #[test]
    fn every_body_of_an_instance_leads_to_the_published_one() {
        static SLOT: Slot = Slot::new();
        let runs = || [own, first, second, third].map(|known| resolve::<Body>(&SLOT, known)());
        let mut generations = Generations::default();
        add(&mut generations, 1, &[of(&SLOT, first, Some(own))]);
        add(&mut generations, 2, &[of(&SLOT, second, Some(own)), of(&SLOT, second, Some(first))]);
        assert_eq!(runs(), [2, 2, 2, 3]);
        for (number, expected) in [(1, [1, 1, 1, 3]), (0, [0, 0, 0, 3]), (2, [2, 2, 2, 3])] {
            assert!(go_to(&mut generations, number));
            assert_eq!(runs(), expected, "generation {number}");
        }
        go_to(&mut generations, 1);
        add(&mut generations, 3, &[of(&SLOT, third, Some(own)), of(&SLOT, third, Some(first))]);
        assert_eq!(runs(), [3, 3, 1, 3]);
        go_to(&mut generations, 2);
        assert_eq!(runs(), [2, 2, 2, 2]);
    }
}
