//! Values that serde wrote in one program and reads in another: the rules, and what is refused.

use super::super::build::Problem;
use super::super::old::Old;
use super::super::shape::{Described, Shapes};
use super::super::standard::describe_numbers;
use super::claim::Origin;
use super::fit::Fitter;
use super::sketch::{Sketch, Sketches, sketches};
use super::snapshot::{Kept, Snapshot};
use hot_macros::HotType;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::any::{TypeId, type_name};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Mutex;

/// The types as they were; by their names, those of `new`.
mod old {
    use super::*;

    #[derive(Serialize, HotType)]
    pub(super) struct World {
        pub tick: u64,
        pub enemies: Vec<Enemy>,
        pub boss: Option<Box<Enemy>>,
        pub by_name: BTreeMap<String, Enemy>,
        pub pair: (Enemy, u8),
        pub two: [Enemy; 2],
        pub queue: VecDeque<u8>,
        pub cell: RefCell<Enemy>,
        pub lock: Mutex<u8>,
        pub keys: HashMap<u8, HashSet<u16>>,
        pub odd: Option<Option<i128>>,
        pub gone: String,
    }

    #[derive(Clone, Serialize, HotType)]
    pub(super) struct Enemy {
        pub hp: i32,
        pub state: State,
        pub place: Place,
    }

    #[derive(Clone, Serialize, HotType)]
    pub(super) enum State {
        Idle,
        Walks { to: (i32, i32) },
        Fights(u8),
        Sleeps(u8, u8),
        Left,
    }

    #[derive(Clone, Serialize, HotType)]
    pub(super) struct Place(pub f32, pub f32);

    #[derive(Serialize, HotType)]
    pub(super) struct Health {
        pub points: f32,
        pub name: String,
        pub state: State,
    }

    #[derive(Serialize, HotType)]
    pub(super) struct Renamed {
        #[serde(rename = "a")]
        pub first: u8,
        #[serde(skip)]
        pub second: u8,
        pub third: u8,
    }

    #[derive(Serialize, HotType)]
    pub(super) struct Limited {
        pub number: u32,
    }

    #[derive(Serialize, HotType)]
    pub(super) struct Sword {
        pub edge: u8,
    }

    #[derive(Serialize, HotType)]
    pub(super) struct Armed {
        pub with: Sword,
    }

    #[derive(Serialize, PartialEq, Eq, Hash, HotType)]
    pub(super) struct Key {
        pub x: u8,
        pub y: u8,
    }

    #[derive(Default, Serialize, HotType)]
    pub(super) struct Keyed {
        pub set: HashSet<Key>,
        pub map: HashMap<Key, u8>,
        pub enemies: Vec<Enemy>,
    }

    #[derive(Serialize, HotType)]
    pub(super) struct Row {
        pub of: [u8; 3],
    }
}

/// The types as they are.
mod new {
    use super::*;

    #[derive(Debug, Serialize, Deserialize, HotType)]
    #[__hot_type(serde)]
    pub(super) struct World {
        pub enemies: Vec<Enemy>,
        #[__hot_type(was = "tick")]
        pub ticks: f64,
        pub boss: Option<Box<Enemy>>,
        pub by_name: BTreeMap<String, Enemy>,
        pub pair: (Enemy, u16),
        pub two: [Enemy; 2],
        pub queue: VecDeque<i64>,
        pub cell: RefCell<Enemy>,
        pub lock: Mutex<i8>,
        pub keys: HashMap<u64, HashSet<u8>>,
        pub odd: Option<Option<i128>>,
        pub fresh: Vec<u8>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, HotType)]
    pub(super) struct Enemy {
        #[__hot_type(default = 100)]
        pub armour: i32,
        pub hp: i16,
        pub state: State,
        pub place: Place,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, HotType)]
    pub(super) enum State {
        Sleeps(u16, u8),
        Walks {
            #[__hot_type(default = 2.5)]
            speed: f32,
            to: (i64, i32),
        },
        #[__hot_type(was = "Fights")]
        Battles(u8),
        #[__hot_type(other)]
        Waits,
        Left,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, HotType)]
    pub(super) struct Place(pub f32, pub f64, #[__hot_type(default = 3)] pub u8);

    #[derive(Debug, PartialEq, Serialize, Deserialize, HotType)]
    #[__hot_type(serde, migrate = healthy)]
    pub(super) struct Health {
        pub hp: u32,
        pub label: String,
    }

    fn healthy(old: &Old<'_>) -> Result<Health, String> {
        let points: f32 = *old.get("points").ok_or("it had points")?;
        let name: &String = old.get("name").ok_or("it had a name")?;
        let state = old.field("state").ok_or("it had a state")?;
        let variant = state.variant().ok_or("a state is a variant")?;
        let of = state.field("0").and_then(|field| field.number());
        if points < 0.0 {
            return Err("it is dead".into());
        }
        Ok(Health { hp: points as u32, label: format!("{name} {variant} {of:?}") })
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize, HotType)]
    pub(super) struct Renamed {
        #[serde(rename = "a")]
        pub first: u8,
        #[serde(skip)]
        pub second: u8,
        pub third: u16,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize, HotType)]
    pub(super) struct Limited {
        pub number: u8,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize, HotType)]
    pub(super) struct Axe {
        pub edge: u8,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize, HotType)]
    pub(super) struct Armed {
        pub with: Axe,
    }

    #[derive(Debug, PartialEq, Eq, Hash, Serialize, Deserialize, HotType)]
    pub(super) struct Key {
        pub x: u8,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize, HotType)]
    pub(super) struct Keyed {
        pub set: HashSet<Key>,
        pub map: HashMap<Key, u8>,
        pub enemies: Vec<Enemy>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize, HotType)]
    pub(super) struct Row {
        pub of: [u8; 2],
    }
}

fn shapes<T: Described>() -> Shapes {
    let mut shapes = Shapes::default();
    describe_numbers(&mut shapes);
    T::describe(&mut shapes);
    shapes
}

/// As it would be called in `new`.
fn renamed(name: &str) -> String {
    name.replace("::old::", "::new::")
}

fn of_old(shapes: &Shapes) -> Sketches {
    let sketch = |sketch: Sketch| {
        let parts = |parts: Vec<super::sketch::Part>| {
            parts.into_iter().map(|part| super::sketch::Part { of: renamed(&part.of), ..part }).collect()
        };
        match sketch {
            Sketch::Struct(fields) => Sketch::Struct(parts(fields)),
            Sketch::Enum(variants) => Sketch::Enum(variants.into_iter().map(|(name, it)| (name, parts(it))).collect()),
            Sketch::Holder(names) => Sketch::Holder(names.iter().map(|name| renamed(name)).collect()),
            other => other,
        }
    };
    sketches(shapes).into_iter().map(|(name, it)| (renamed(&name), sketch(it))).collect()
}

/// What becomes of a value, on its way through a file.
fn carry<A: Described + Serialize, B: Described + DeserializeOwned>(value: &A) -> Result<B, String> {
    let tree = serde_content::Serializer::new().human_readable().serialize(value).map_err(|error| error.to_string())?;
    let origin = Origin { maker: "start".into(), file: "src/main.rs".into(), line: 1, column: 2, nth: 3 };
    let kept = Kept { name: renamed(type_name::<A>()), origin, tree: tree.into_owned() };
    let snapshot = Snapshot { sketches: of_old(&shapes::<A>()), values: vec![kept] };
    let mut read = Snapshot::decode(&snapshot.encode()).map_err(|error| error.to_string())?;
    assert_eq!(read, snapshot);
    let shapes = shapes::<B>();
    let fitter = Fitter::new(&read.sketches, &shapes);
    let Kept { name, tree, .. } = read.values.remove(0);
    let told = |problem: Problem| format!("{}: {}", problem.path(), problem.reason);
    let tree = fitter.fit(&name, tree, TypeId::of::<B>()).map_err(told)?;
    serde_content::Deserializer::new(tree).human_readable().deserialize().map_err(|error| error.to_string())
}

fn enemy(hp: i32, state: old::State) -> old::Enemy {
    old::Enemy { hp, state, place: old::Place(1.5, 2.5) }
}

fn expected(hp: i16, state: new::State) -> new::Enemy {
    new::Enemy { armour: 100, hp, state, place: new::Place(1.5, 2.5, 3) }
}

#[test]
fn each_rule_holds_wherever_a_value_is() {
    let was = old::World {
        tick: 7,
        enemies: vec![enemy(1, old::State::Idle), enemy(2, old::State::Walks { to: (3, 4) })],
        boss: Some(Box::new(enemy(3, old::State::Fights(5)))),
        by_name: BTreeMap::from([("a".into(), enemy(4, old::State::Sleeps(6, 7)))]),
        pair: (enemy(5, old::State::Left), 8),
        two: [enemy(6, old::State::Left), enemy(-7, old::State::Left)],
        queue: VecDeque::from([1, 2]),
        cell: RefCell::new(enemy(8, old::State::Left)),
        lock: Mutex::new(1),
        keys: HashMap::from([(1, HashSet::from([2, 3]))]),
        odd: Some(None),
        gone: "gone".into(),
    };
    let world: new::World = carry(&was).unwrap();
    let second = expected(2, new::State::Walks { speed: 2.5, to: (3, 4) });
    assert_eq!(world.enemies, [expected(1, new::State::Waits), second]);
    assert_eq!(world.ticks, 7.0);
    assert_eq!(world.boss, Some(Box::new(expected(3, new::State::Battles(5)))));
    assert_eq!(world.by_name["a"], expected(4, new::State::Sleeps(6, 7)));
    assert_eq!(world.pair, (expected(5, new::State::Left), 8));
    assert_eq!(world.two, [expected(6, new::State::Left), expected(-7, new::State::Left)]);
    assert_eq!(world.queue, [1, 2]);
    assert_eq!(world.cell.into_inner(), expected(8, new::State::Left));
    assert_eq!(world.lock.into_inner().unwrap(), 1);
    assert_eq!(world.keys, HashMap::from([(1, HashSet::from([2, 3]))]));
    assert_eq!((world.odd, world.fresh), (Some(None), Vec::new()));
}

#[test]
fn a_function_of_the_program_sees_what_was() {
    let was = |points, state| old::Health { points, name: "orc".into(), state };
    let made = |label: &str| Ok(new::Health { hp: 3, label: label.into() });
    assert_eq!(carry(&was(3.5, old::State::Fights(7))), made("orc Fights Some(7.0)"));
    assert_eq!(carry(&was(3.5, old::State::Idle)), made("orc Idle None"));
    assert_eq!(carry::<_, new::Health>(&was(-1.0, old::State::Idle)), Err(": it is dead".into()));
}

#[test]
fn what_serde_is_told_goes_before() {
    let was = old::Renamed { first: 1, second: 2, third: 3 };
    assert_eq!(carry(&was), Ok(new::Renamed { first: 1, second: 0, third: 3 }));
}

#[test]
fn what_does_not_fit_is_refused_with_the_way_to_it() {
    #[track_caller]
    fn refused<A: Described + Serialize, B: Described + DeserializeOwned + std::fmt::Debug>(value: &A, why: &str) {
        let error = carry::<A, B>(value).unwrap_err();
        assert!(error.starts_with(why), "{error}");
    }
    refused::<_, new::Limited>(&old::Limited { number: 256 }, ".number: 256 has no place in a `u8`");
    refused::<_, new::Armed>(
        &old::Armed { with: old::Sword { edge: 1 } },
        ".with: a `Sword` does not become a `Axe` by itself",
    );
    refused::<_, new::Row>(&old::Row { of: [1, 2, 3] }, ".of: there are 3 values for a `[u8; 2]`");
    let key = |y| old::Key { x: 1, y };
    let keyed = old::Keyed { set: HashSet::from([key(1), key(2)]), ..old::Keyed::default() };
    refused::<_, new::Keyed>(&keyed, ".set: two of its keys are equal now");
    let keyed = old::Keyed { map: HashMap::from([(key(1), 5), (key(2), 6)]), ..old::Keyed::default() };
    refused::<_, new::Keyed>(&keyed, ".map: two of its keys are equal now");
    let enemies = vec![enemy(1, old::State::Idle), enemy(70_000, old::State::Idle)];
    let keyed = old::Keyed { enemies, ..old::Keyed::default() };
    refused::<_, new::Keyed>(&keyed, ".enemies[1].hp: 70000 has no place in a `i16`");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_values_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Snapshot::decode(&bytes);
    }
}
