//! Types of all kinds, as users write them.

#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::field_reassign_with_default, clippy::redundant_closure_for_method_calls, clippy::type_complexity)]
#![allow(clippy::redundant_closure)]

use std::collections::HashMap;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::rc::{Rc, Weak};

use hot_runtime::{Live, Old, hot};
use serde::{Deserialize, Serialize};

#[hot]
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// Counts.
    pub tick: u64,
    enemies: Vec<Enemy>,
    #[hot(default = 7, was = "nom")]
    number: i32,
    r#type: Option<Box<Self>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[hot(was = "Foe", serde)]
struct Enemy(f32, #[hot(migrate = name)] String);

fn name(old: &Old<'_>) -> String {
    old.type_name().to_owned()
}

#[hot]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Unit;

#[hot]
#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Small = 3,
    #[hot(was = "Grand", other)]
    Big = 9,
}

#[hot(migrate = state)]
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
enum State<T, const N: usize>
where
    T: Debug,
{
    Idle,
    Walks { to: (T, T), with: [u8; N] },
    Fights(Kind, #[hot(default = 3)] u32),
}

fn state<T: Debug, const N: usize>(old: &Old<'_>) -> Result<State<T, N>, String> {
    Err(format!("{:?}", old.variant()))
}

#[hot]
#[derive(Default)]
struct Grid<'a, T: Clone + 'a = u8, const N: usize = 2> {
    cells: HashMap<String, Vec<Option<T>>>,
    name: &'a str,
    shown: Option<fn(&T) -> String>,
    parent: Weak<Grid<'a, T, N>>,
    boxed: Option<Box<dyn Fn(&str) -> usize + 'a>>,
    list: Option<Rc<[T]>>,
    _of: PhantomData<[T; N]>,
}

#[hot]
#[repr(C, packed)]
#[derive(Clone, Copy)]
struct Packed {
    small: u8,
    large: u64,
}

#[hot]
#[derive(Debug)]
enum Nothing {}

#[hot]
struct Conditional {
    #[cfg(any())]
    gone: Missing,
    #[cfg(not(any()))]
    #[cfg_attr(not(any()), doc = "there")]
    there: u8,
}

macro_rules! wrapped {
    ($name:ident, $type:ty) => {
        #[hot]
        #[derive(Debug, PartialEq)]
        struct $name {
            #[hot(default = Default::default())]
            inner: $type,
        }
    };
}

wrapped!(Wrapped, Vec<(u8, Unit)>);

trait Of {
    type Inner;
}

impl Of for Unit {
    type Inner = u32;
}

#[hot]
struct Associated<T: Of> {
    inner: <T as Of>::Inner,
}

mod inner {
    use super::hot;

    #[hot]
    pub(crate) mod functions {
        #[hot_runtime::hot]
        pub(crate) struct Inside {
            pub(crate) x: u8,
        }

        pub(crate) fn x(inside: &Inside) -> u8 {
            inside.x
        }
    }
}

#[hot]
fn start() -> World {
    World { tick: 1, enemies: vec![Enemy(1.5, "one".into())], number: 3, r#type: None }
}

#[hot]
fn update(world: &mut World) {
    world.tick += world.enemies.len() as u64;
}

/// What a program does with them.
///
/// # Panics
/// They are not what was written.
pub fn main() {
    #[hot]
    struct Local {
        unit: Unit,
    }
    let mut world = Live::new(start);
    update(&mut world.borrow_mut());
    assert_eq!(world.borrow().tick, 2);
    assert_eq!(size_of_val(&world), size_of::<usize>());
    let Enemy(x, name) = world.borrow().enemies[0].clone();
    assert_eq!((x, name.as_str()), (1.5, "one"));
    assert_eq!((world.borrow().number, &world.borrow().r#type), (3, &None));
    assert_eq!(Local { unit: Unit }.unit, Unit);
    assert_eq!([Kind::Small as u8, Kind::Big as u8], [3, 9]);
    let states = [State::<u8, 1>::Idle, State::Walks { to: (1, 2), with: [3] }, State::Fights(Kind::Big, 4)];
    assert_ne!(states[0], states[1]);
    let mut grid = Grid::<'_, u8, 2>::default();
    grid.name = "grid";
    grid.shown = Some(|cell| cell.to_string());
    grid.cells.insert("a".into(), vec![Some(1)]);
    let grid = Live::new(|| grid);
    let borrowed = grid.borrow();
    assert_eq!((borrowed.name, borrowed.cells.len()), ("grid", 1));
    assert!(borrowed.parent.upgrade().is_none() && borrowed.boxed.is_none() && borrowed.list.is_none());
    assert_eq!(borrowed.shown.map(|shown| shown(&3)).as_deref(), Some("3"));
    let _: PhantomData<[u8; 2]> = borrowed._of;
    let packed = Packed { small: 1, large: 2 };
    assert_eq!((size_of::<Packed>(), { packed.small }, { packed.large }), (9, 1, 2));
    assert_eq!(size_of::<Nothing>(), 0);
    assert_eq!(Conditional { there: 1 }.there, 1);
    assert_eq!(Wrapped { inner: vec![(1, Unit)] }, Wrapped { inner: vec![(1, Unit)] });
    assert_eq!(Associated::<Unit> { inner: 3 }.inner, 3);
    assert_eq!(inner::functions::x(&inner::functions::Inside { x: 4 }), 4);
    assert!(hot_runtime::live_values().is_empty(), "no session takes part");
}
