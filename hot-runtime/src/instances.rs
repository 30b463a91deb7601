//! The newest bodies of a generic function, one for each of its instances.
//!
//! All instances share a slot, as a static has no type parameters. What tells them apart is the body that a caller brings:
//! the table leads from each body that was ever loaded to the newest of the same instance. A table is never written: a
//! patch puts another one in its place.

use std::collections::BTreeMap;

/// A body that callers may bring, and the newest of the same instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instance {
    /// As callers bring it.
    pub(crate) known: *const (),
    /// What they run.
    pub(crate) newest: *const (),
}

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    known: *const (),
    newest: *const (),
    /// The instance's first body; it stands for the instance.
    first: *const (),
}

/// Sorted by what is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Instances(Vec<Line>);

impl Instances {
    /// What a caller runs that brings `known`; itself, where nothing newer was published.
    pub(crate) fn newest(&self, known: *const ()) -> *const () {
        self.line(known).map_or(known, |line| line.newest)
    }

    /// With those of a new generation.
    pub(crate) fn with(&self, published: &[Instance]) -> Self {
        let mut all = self.clone();
        for Instance { known, newest } in published.iter().copied() {
            let first = all.first(known);
            all.insert(Line { known, newest, first });
            // The new body itself may be brought when it is no longer the newest.
            all.insert(Line { known: newest, newest, first });
        }
        all
    }

    /// Of all that was ever published, the oldest first, these alone: bodies that they do not speak of lead where others of the
    /// same instance do.
    pub(crate) fn of(all: &[Instance], published: &[Instance]) -> Self {
        let mut table = Self::default().with(all);
        let mut newest = BTreeMap::new();
        for instance in published {
            newest.insert(table.first(instance.known), instance.newest);
        }
        for line in &mut table.0 {
            line.newest = newest.get(&line.first).copied().unwrap_or(line.first);
        }
        for Instance { known, newest } in published.iter().copied() {
            for body in [known, newest] {
                table.insert(Line { known: body, newest, first: table.first(body) });
            }
        }
        table
    }

    fn first(&self, known: *const ()) -> *const () {
        self.line(known).map_or(known, |line| line.first)
    }

    fn line(&self, known: *const ()) -> Option<&Line> {
        self.0.binary_search_by_key(&known, |line| line.known).ok().map(|at| &self.0[at])
    }

    fn insert(&mut self, new: Line) {
        match self.0.binary_search_by_key(&new.known, |line| line.known) {
            Ok(at) => self.0[at] = new,
            Err(at) => self.0.insert(at, new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Instance, Instances};
    use std::ptr::without_provenance;

    const fn at(address: usize) -> *const () {
        without_provenance(address)
    }

    fn published(known: usize, newest: usize) -> Instance {
        Instance { known: at(known), newest: at(newest) }
    }

    #[track_caller]
    fn check(table: &Instances, expected: &[(usize, usize)]) {
        for (known, newest) in expected {
            assert_eq!(table.newest(at(*known)), at(*newest), "{known}");
        }
    }

    #[test]
    fn each_instance_has_a_newest_body_of_its_own() {
        let first = Instances::default().with(&[published(10, 11), published(20, 21)]);
        check(&first, &[(10, 11), (20, 21), (11, 11), (30, 30)]);
        let second = first.with(&[published(10, 12), published(11, 12)]);
        check(&second, &[(10, 12), (11, 12), (12, 12), (20, 21), (21, 21)]);
    }

    #[test]
    fn what_is_taken_back_is_taken_back_for_every_caller() {
        let first = [published(10, 11)];
        let second = [published(10, 12), published(11, 12), published(20, 22)];
        let all = [&first[..], &second].concat();
        check(&Instances::of(&all, &all), &[(10, 12), (11, 12), (12, 12), (20, 22), (22, 22), (30, 30)]);
        check(&Instances::of(&all, &first), &[(10, 11), (11, 11), (12, 11), (20, 20), (22, 20)]);
        check(&Instances::of(&all, &[]), &[(10, 10), (11, 10), (12, 10), (20, 20), (22, 20)]);
    }

    #[test]
    fn callers_that_a_newer_body_does_not_fit_keep_theirs() {
        let (first, second) = ([published(10, 11)], [published(11, 12)]);
        let all = [first, second].concat();
        check(&Instances::of(&all, &all), &[(10, 11), (11, 12), (12, 12)]);
        assert_eq!(Instances::of(&all, &all), Instances::default().with(&first).with(&second));
    }
}
