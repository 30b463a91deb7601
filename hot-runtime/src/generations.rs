//! What each generation published, and which one is published now.
//!
//! A patch is made for what ran when it was made: that is its parent. A generation runs what its line of parents published, the
//! newest last. Any of them is published again by having every slot hold what its line says.

use crate::instances::{Instance, Instances};
use crate::load::Publication;
use crate::slot::{self, Slot};
use std::collections::{BTreeMap, BTreeSet};
use std::{iter, ptr};

/// The generations of this process; 0 is the program as it was started.
#[derive(Debug, Default)]
pub(crate) struct Generations {
    published: u32,
    parents: BTreeMap<u32, u32>,
    /// What each slot was given, the oldest first.
    slots: BTreeMap<*const Slot, Vec<Given>>,
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
    /// Publishes all slots of a new generation.
    pub(crate) fn add(&mut self, number: u32, publications: &[Publication]) {
        self.parents.insert(number, self.published);
        self.published = number;
        let mut instances: BTreeMap<*const Slot, Vec<Instance>> = BTreeMap::new();
        for Publication { slot, body, known } in publications.iter().copied() {
            self.slots.entry(slot).or_default().push(Given { generation: number, body, known });
            match known {
                Some(known) => instances.entry(slot).or_default().push(Instance { known, newest: body }),
                // SAFETY:
                // - `slot` is a `Slot`: its address is that of a symbol with a slot's name, in an image of this build.
                // - `body` has the slot's signature, which is part of the slot's name.
                // - both stay mapped: no image is ever unmapped; the body's imports are filled.
                None => unsafe { slot::publish(slot, body) },
            }
        }
        for (slot, instances) in instances {
            // SAFETY: as above; and what callers know of an instance has the symbol of its body, and so the same signature.
            unsafe { slot::publish_instances(slot, &instances) };
        }
    }

    /// Publishes a generation again; false if there never was one of this number.
    pub(crate) fn publish(&mut self, number: u32) -> bool {
        if number != 0 && !self.parents.contains_key(&number) {
            return false;
        }
        let line: BTreeSet<u32> = iter::successors(Some(number), |number| self.parents.get(number).copied()).collect();
        for (slot, given) in &self.slots {
            fill(*slot, given, &line);
        }
        self.published = number;
        true
    }
}

/// Has a slot hold what these generations gave it, of all that it was given.
fn fill(slot: *const Slot, given: &[Given], line: &BTreeSet<u32>) {
    let is_of_line = |given: &&Given| line.contains(&given.generation);
    let instance = |given: &Given| Some(Instance { known: given.known?, newest: given.body });
    let all: Vec<Instance> = given.iter().filter_map(instance).collect();
    if all.is_empty() {
        let body = given.iter().rfind(is_of_line).map_or(ptr::null(), |given| given.body);
        // SAFETY: as in `add`; or `body` is null.
        unsafe { slot::publish(slot, body) };
    } else {
        let published: Vec<Instance> = given.iter().filter(is_of_line).filter_map(instance).collect();
        // SAFETY: as in `add`.
        unsafe { slot::publish_table(slot, Instances::of(&all, &published)) };
    }
}

#[cfg(test)]
mod tests {
    use super::Generations;
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

    #[test]
    fn a_generation_runs_what_its_parents_published() {
        static ONE: Slot = Slot::new();
        static OTHER: Slot = Slot::new();
        let runs = || (resolve::<Body>(&ONE, own)(), resolve::<Body>(&OTHER, own)());
        let mut generations = Generations::default();
        generations.add(1, &[of(&ONE, first, None)]);
        generations.add(2, &[of(&OTHER, second, None)]);
        assert_eq!(runs(), (1, 2));
        for (number, expected) in [(1, (1, 0)), (0, (0, 0)), (2, (1, 2)), (1, (1, 0))] {
            assert!(generations.publish(number));
            assert_eq!(runs(), expected, "generation {number}");
        }
        // The second one is none of its parents.
        generations.add(4, &[of(&ONE, third, None)]);
        assert_eq!(runs(), (3, 0));
        assert!(generations.publish(2));
        assert_eq!(runs(), (1, 2));
        assert!(generations.publish(4));
        assert_eq!(runs(), (3, 0));
        assert!(!generations.publish(3));
        assert_eq!(runs(), (3, 0));
    }

    #[test]
    fn every_body_of_an_instance_leads_to_the_published_one() {
        static SLOT: Slot = Slot::new();
        let runs = || [own, first, second, third].map(|known| resolve::<Body>(&SLOT, known)());
        let mut generations = Generations::default();
        generations.add(1, &[of(&SLOT, first, Some(own))]);
        generations.add(2, &[of(&SLOT, second, Some(own)), of(&SLOT, second, Some(first))]);
        assert_eq!(runs(), [2, 2, 2, 3]);
        for (number, expected) in [(1, [1, 1, 1, 3]), (0, [0, 0, 0, 3]), (2, [2, 2, 2, 3])] {
            assert!(generations.publish(number));
            assert_eq!(runs(), expected, "generation {number}");
        }
        generations.publish(1);
        generations.add(3, &[of(&SLOT, third, Some(own)), of(&SLOT, third, Some(first))]);
        assert_eq!(runs(), [3, 3, 1, 3]);
        generations.publish(2);
        assert_eq!(runs(), [2, 2, 2, 2]);
    }
}
