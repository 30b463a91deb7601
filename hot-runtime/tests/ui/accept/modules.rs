//! A module whose functions, blocks and inner modules are all hot.

#![forbid(unsafe_code)]
#![deny(warnings)]

use hot_runtime::hot;

#[hot]
pub mod game {
    //! What the module's own attributes say stays.
    #![allow(clippy::needless_return)]

    use super::hot;

    pub const SIZE: usize = 2;
    static NAME: &str = "game";

    thread_local! {
        static COUNT: std::cell::Cell<u32> = const { std::cell::Cell::new(1) };
    }

    macro_rules! twice {
        ($value:expr) => {
            2 * $value
        };
    }

    #[derive(Debug, Default, Clone, PartialEq)]
    pub struct World {
        pub cells: [u8; SIZE],
    }

    #[must_use]
    pub const fn constant() -> u32 {
        3
    }

    /// Documented.
    pub fn step(world: &mut World) -> u32 {
        world.cells[0] += 1;
        return twice!(COUNT.get()) + constant();
    }

    #[hot]
    pub fn marked_itself() -> &'static str {
        NAME
    }

    impl World {
        #[must_use]
        pub fn total(&self) -> u32 {
            self.cells.iter().map(|cell| u32::from(*cell)).sum()
        }
    }

    impl Iterator for World {
        type Item = u8;

        fn next(&mut self) -> Option<u8> {
            self.cells[1] = self.cells[1].checked_add(100)?;
            Some(self.cells[1])
        }
    }

    pub trait Count {
        fn count(&self) -> u32;

        fn more(&self) -> u32 {
            self.count() + 1
        }
    }

    impl Count for World {
        fn count(&self) -> u32 {
            self.total()
        }
    }

    pub trait Empty {
        fn nothing(&self);
    }

    pub mod inner {
        pub fn deep<T: Default>() -> T {
            super::super::outside();
            T::default()
        }
    }
}

fn outside() {}

/// # Panics
///
/// If one does something else.
pub fn main() {
    use game::Count;
    let mut world = game::World::default();
    assert_eq!(game::step(&mut world), 5);
    assert_eq!((world.total(), Count::count(&world), world.more()), (1, 1, 2));
    assert_eq!(world.next(), Some(100));
    assert_eq!(game::marked_itself(), "game");
    assert_eq!(game::inner::deep::<u8>(), 0);
}
