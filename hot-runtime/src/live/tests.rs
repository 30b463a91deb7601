//! Values of a type that was, made into values of one that is: each rule, there and back.

use super::build::Builder;
use super::changed::{changed, successors};
use super::old::{Known, Old};
use super::plan::Plans;
use super::shape::{Described, Shapes};
use super::standard::describe_numbers;
use hot_macros::HotType;
use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::fmt::Debug;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex, OnceLock, RwLock};

fn shapes<T: Described>() -> Shapes {
    let mut shapes = Shapes::default();
    describe_numbers(&mut shapes);
    T::describe(&mut shapes);
    // What others are generic over tells of itself, as the roots of a program have it do.
    mention!(shapes, old::Enemy, old::State, old::Key, new::Enemy, new::State, new::Key);
    mention!(shapes, Before, After, Upgraded, InPart, Fewer, Limited, Option<Before>, Option<After>);
    mention!(shapes, Vec<Before>, Vec<After>, Vec<Limited>, Vec<Option<Before>>, Vec<Option<After>>);
    mention!(shapes, BTreeMap<u8, Before>, BTreeMap<u8, Limited>, HashMap<u8, Vec<Before>>, HashMap<u8, Vec<Limited>>);
    mention!(shapes, Option<Rc<Before>>, Option<Rc<Limited>>, Rc<Before>, Rc<Limited>, Box<Before>, Box<Limited>);
    mention!(shapes, Arc<Before>, Arc<After>, [Box<Before>; 2], [Box<Limited>; 2]);
    shapes
}

macro_rules! mention {
    ($shapes:ident, $($type:ty),+) => {
        $(<$type>::describe(&mut $shapes);)+
    };
}
use mention;

/// What becomes of a value, or why nothing does, with the way to the part that it is about: then it is as it was.
fn carry<A: Described, B: Described>(value: A) -> Result<B, (A, String)> {
    let (old, new) = (shapes::<A>(), shapes::<B>());
    let successors = successors(&old, &new);
    let known = Known { shapes: &old, successors: &successors, changed: &changed(&old, &new, &successors, &[]) };
    let mut plans = Plans::new(&known, &new, &[]);
    let plan = plans.plan(TypeId::of::<A>(), TypeId::of::<B>());
    let builder = Builder::new(&plans);
    let mut value = ManuallyDrop::new(value);
    let from = (&raw mut value).cast::<()>();
    let mut out = MaybeUninit::<B>::uninit();
    let to = out.as_mut_ptr().cast::<()>();
    // SAFETY: the plan is for these types, and nobody uses the value.
    let built = unsafe { builder.build(plan, from, to) };
    let built = built.and_then(|()| {
        builder.check_shared().inspect_err(|_| {
            // SAFETY: it was built.
            unsafe { builder.discard(plan, to) };
        })
    });
    match built {
        Ok(()) => {
            // SAFETY: it was built from.
            unsafe { builder.release(plan, from) };
            // SAFETY: as above.
            unsafe { builder.release_shared() };
            // SAFETY: it was built.
            Ok(unsafe { out.assume_init() })
        }
        Err(problem) => {
            // SAFETY: what was built is discarded.
            unsafe { builder.discard_shared() };
            Err((ManuallyDrop::into_inner(value), format!("{}: {}", problem.path(), problem.reason)))
        }
    }
}

#[track_caller]
fn becomes<A: Described + Debug, B: Described + Debug + PartialEq>(value: A, expected: B) {
    match carry::<A, B>(value) {
        Ok(found) => assert_eq!(found, expected),
        Err((_, problem)) => panic!("{problem}"),
    }
}

#[track_caller]
fn is_refused<A: Described + Debug + PartialEq + Clone, B: Described + Debug>(value: A, why: &str) {
    let before = value.clone();
    match carry::<A, B>(value) {
        Ok(found) => panic!("it became {found:?}"),
        Err((value, problem)) => {
            assert_eq!(value, before, "it stays as it was");
            assert!(problem.contains(why), "{problem}");
        }
    }
}

thread_local! {
    static ALIVE: Cell<i64> = const { Cell::new(0) };
}

/// How many there are, is counted.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Counted(u32, String);

impl Counted {
    fn new(number: u32) -> Self {
        ALIVE.set(ALIVE.get() + 1);
        // In memory of its own, which a second drop would free again.
        Self(number, number.to_string())
    }
}

impl Default for Counted {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

/// Runs a test behind which everything counted is gone.
fn nothing_is_left(test: impl FnOnce()) {
    test();
    assert_eq!(ALIVE.get(), 0);
}

/// The types as they were.
mod old {
    use super::*;

    #[derive(Debug, Clone, PartialEq, HotType)]
    pub(super) struct World {
        pub tick: u64,
        pub enemies: Vec<Enemy>,
        pub boss: Option<Box<Enemy>>,
    }

    #[derive(Debug, Clone, PartialEq, HotType)]
    pub(super) struct Enemy {
        pub pos: (f32, f32),
        pub hp: i32,
        pub loot: Counted,
        pub gone: Counted,
    }

    #[derive(Debug, Clone, PartialEq, HotType)]
    pub(super) enum State {
        Idle,
        Walks { to: (i32, i32), with: Counted },
        Fights(Counted),
        Sleeps(u8),
    }

    #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, HotType)]
    pub(super) struct Key {
        pub x: i32,
        pub y: i32,
    }
}

/// The types as they are.
mod new {
    use super::*;

    #[derive(Debug, Clone, PartialEq, HotType)]
    #[__hot_type(was = "World")]
    pub(super) struct Universe {
        pub boss: Option<Box<Enemy>>,
        pub tick: u64,
        pub enemies: Vec<Enemy>,
        pub name: String,
    }

    #[derive(Debug, Clone, PartialEq, HotType)]
    #[__hot_type(was = "Enemy")]
    pub(super) struct Enemy {
        pub hp: i16,
        #[__hot_type(default = 100)]
        pub armour: i32,
        #[__hot_type(was = "loot")]
        pub treasure: Counted,
        pub pos: (f64, f32),
        pub more: Counted,
    }

    #[derive(Debug, Clone, PartialEq, HotType)]
    #[__hot_type(was = "State")]
    pub(super) enum State {
        #[__hot_type(was = "Fights")]
        Battles(Counted),
        Walks {
            with: Counted,
            to: (i64, i32),
            speed: f32,
        },
        #[__hot_type(other)]
        Idle,
    }

    #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, HotType)]
    #[__hot_type(was = "Key")]
    pub(super) struct Key {
        pub x: i64,
    }
}

fn enemy(hp: i32) -> old::Enemy {
    old::Enemy { pos: (1.5, 2.5), hp, loot: Counted::new(7), gone: Counted::new(8) }
}

fn newer(hp: i16) -> new::Enemy {
    new::Enemy { hp, armour: 100, treasure: Counted::new(7), pos: (1.5, 2.5), more: Counted::new(0) }
}

#[test]
fn fields_go_by_their_names() {
    nothing_is_left(|| {
        let world = old::World { tick: 9, enemies: vec![enemy(1), enemy(-2)], boss: Some(Box::new(enemy(3))) };
        let universe = new::Universe {
            boss: Some(Box::new(newer(3))),
            tick: 9,
            enemies: vec![newer(1), newer(-2)],
            name: String::new(),
        };
        becomes(world, universe);
    });
}

#[test]
fn what_does_not_fit_leaves_all_as_it_was() {
    nothing_is_left(|| {
        let world = old::World { tick: 9, enemies: (0..20).map(|index| enemy(index * 2000)).collect(), boss: None };
        is_refused::<_, new::Universe>(world, ".enemies[17].hp: 34000 has no place in a `i16`");
    });
}

#[test]
fn variants_go_by_their_names() {
    nothing_is_left(|| {
        let walks = old::State::Walks { to: (3, 4), with: Counted::new(5) };
        becomes(walks, new::State::Walks { with: Counted::new(5), to: (3, 4), speed: 0.0 });
        becomes(old::State::Fights(Counted::new(6)), new::State::Battles(Counted::new(6)));
        becomes(old::State::Idle, new::State::Idle);
        becomes(old::State::Sleeps(3), new::State::Idle);
    });
}

#[derive(Debug, Clone, PartialEq, HotType)]
#[__hot_type(was = "State")]
enum Fewer {
    Idle,
    Fights(Counted),
}

#[test]
fn a_variant_that_is_gone_matters_to_its_values_alone() {
    nothing_is_left(|| {
        becomes(old::State::Idle, Fewer::Idle);
        becomes(vec![old::State::Fights(Counted::new(1))], vec![Fewer::Fights(Counted::new(1))]);
        let all = vec![old::State::Fights(Counted::new(1)), old::State::Sleeps(2)];
        is_refused::<_, Vec<Fewer>>(all, "[1]: the variant `Sleeps` is gone");
    });
}

#[derive(Debug, Clone, PartialEq, HotType)]
struct Before {
    x: u8,
    kept: Counted,
}

#[derive(Debug, Clone, PartialEq, HotType)]
#[__hot_type(was = "Before")]
struct After {
    kept: Counted,
    x: u32,
    more: Counted,
}

fn before(x: u8) -> Before {
    Before { x, kept: Counted::new(x.into()) }
}

fn after(x: u32) -> After {
    After { kept: Counted::new(x), x, more: Counted::new(0) }
}

#[test]
fn containers_go_element_by_element() {
    nothing_is_left(|| {
        becomes(Some(before(1)), Some(after(1)));
        becomes(None::<Before>, None::<After>);
        becomes(Ok::<Before, u8>(before(1)), Ok::<After, u16>(after(1)));
        becomes(Err::<Before, u8>(1), Err::<After, u16>(1));
        becomes(Box::new(before(1)), Box::new(after(1)));
        becomes(vec![before(1), before(2)].into_boxed_slice(), vec![after(1), after(2)].into_boxed_slice());
        becomes(Vec::<Before>::with_capacity(8), Vec::<After>::new());
        becomes([before(1), before(2)], [after(1), after(2)]);
        becomes((before(1), 2_u8), (after(1), 2_u64));
        becomes(VecDeque::from([before(1), before(2)]), VecDeque::from([after(1), after(2)]));
        becomes(LinkedList::from([before(1), before(2)]), LinkedList::from([after(1), after(2)]));
        becomes(HashMap::from([(1_u8, before(1)), (2, before(2))]), HashMap::from([(1_u16, after(1)), (2, after(2))]));
        becomes(
            BTreeMap::from([(1_u8, before(1)), (2, before(2))]),
            BTreeMap::from([(1_i64, after(1)), (2, after(2))]),
        );
        becomes(HashSet::from([1_u8, 2]), HashSet::from([1_u32, 2]));
        becomes(BTreeSet::from([1_u8, 2]), BTreeSet::from([1_i8, 2]));
        becomes(vec![vec![Some(before(3))]], vec![vec![Some(after(3))]]);
        becomes(RefCell::new(before(1)), RefCell::new(after(1)));
        let heap: BinaryHeap<i64> = carry(BinaryHeap::from([3_u8, 9, 1])).expect("it is carried over");
        assert_eq!(heap.into_sorted_vec(), [1, 3, 9]);
        let cell: Cell<u64> = carry(Cell::new(3_u8)).expect("it is carried over");
        assert_eq!(cell.get(), 3);
        let lock: RwLock<After> = carry(RwLock::new(before(1))).expect("it is carried over");
        assert_eq!(lock.into_inner().expect("it is not poisoned"), after(1));
        let once: OnceLock<After> = carry(OnceLock::from(before(1))).expect("it is carried over");
        assert_eq!(once.get(), Some(&after(1)));
    });
}

#[test]
fn a_poisoned_lock_stays_so() {
    nothing_is_left(|| {
        let mutex = Mutex::new(before(1));
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _guard = mutex.lock();
            std::panic::resume_unwind(Box::new(()));
        }));
        let mutex: Mutex<After> = carry(mutex).expect("it is carried over");
        assert!(mutex.is_poisoned());
        assert_eq!(mutex.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()), after(1));
    });
}

#[test]
fn what_is_in_use_is_refused() {
    nothing_is_left(|| {
        let cell = RefCell::new(before(1));
        std::mem::forget(cell.borrow());
        let (cell, problem) = carry::<_, RefCell<After>>(cell).expect_err("it is borrowed");
        assert!(problem.contains("it is borrowed"), "{problem}");
        drop(cell);
    });
}

#[test]
fn keys_that_become_equal_are_refused() {
    nothing_is_left(|| {
        let key = |x, y| old::Key { x, y };
        let map = HashMap::from([(key(1, 2), before(1)), (key(2, 2), before(2))]);
        let map: HashMap<new::Key, After> = carry(map).expect("it is carried over");
        assert_eq!(map[&new::Key { x: 2 }], after(2));
        drop(map);
        let map = BTreeMap::from([(key(1, 2), before(1)), (key(1, 3), before(2)), (key(2, 2), before(3))]);
        is_refused::<_, BTreeMap<new::Key, After>>(map, "two of its keys are equal now");
    });
}

#[test]
fn shared_values_stay_shared() {
    #[derive(Debug, HotType)]
    struct Nodes {
        all: Vec<Rc<Before>>,
        first: Weak<Before>,
        none: Weak<Before>,
        text: Rc<String>,
    }
    #[derive(Debug, HotType)]
    #[__hot_type(was = "Nodes")]
    struct Newer {
        first: Weak<After>,
        all: Vec<Rc<After>>,
        none: Weak<After>,
        text: Rc<String>,
    }
    nothing_is_left(|| {
        let (one, two) = (Rc::new(before(1)), Rc::new(before(2)));
        let text = Rc::new("same".to_owned());
        let none = Rc::downgrade(&Rc::new(before(3)));
        let first = Rc::downgrade(&one);
        let nodes = Nodes { all: vec![one.clone(), two, one], first, none, text: Rc::clone(&text) };
        let newer: Newer = carry(nodes).expect("it is carried over");
        assert!(Rc::ptr_eq(&newer.all[0], &newer.all[2]));
        assert_eq!((Rc::strong_count(&newer.all[0]), Rc::weak_count(&newer.all[0])), (2, 1));
        assert!(std::ptr::eq(newer.first.as_ptr(), Rc::as_ptr(&newer.all[0])));
        assert_eq!((&*newer.all[0], &*newer.all[1]), (&after(1), &after(2)));
        assert!(newer.none.upgrade().is_none());
        assert!(Rc::ptr_eq(&newer.text, &text), "what does not change, stays where it is");
    });
}

#[test]
fn what_is_shared_with_others_is_refused() {
    nothing_is_left(|| {
        let shared = Arc::new(before(1));
        let (back, problem) = carry::<_, Vec<Arc<After>>>(vec![Arc::clone(&shared)]).expect_err("it is held here, too");
        assert!(problem.contains("has 2 pointers, of which 1 are in live values"), "{problem}");
        assert!(Arc::ptr_eq(&back[0], &shared));
        assert_eq!((Arc::strong_count(&shared), Arc::weak_count(&shared)), (2, 0));
    });
}

#[test]
fn a_ring_of_shared_values_is_carried_over() {
    #[derive(Debug, HotType)]
    struct Node {
        next: RefCell<Option<Rc<Node>>>,
        value: u8,
    }
    #[derive(Debug, HotType)]
    #[__hot_type(was = "Node")]
    struct Newer {
        value: u32,
        next: RefCell<Option<Rc<Newer>>>,
    }
    #[derive(Debug, HotType)]
    struct Ring(Rc<Node>);
    #[derive(Debug, HotType)]
    #[__hot_type(was = "Ring")]
    struct NewerRing(Rc<Newer>);
    let one = Rc::new(Node { next: RefCell::default(), value: 1 });
    let two = Rc::new(Node { next: RefCell::new(Some(Rc::clone(&one))), value: 2 });
    *one.next.borrow_mut() = Some(two);
    let NewerRing(one) = carry(Ring(one)).unwrap_or_else(|(_, problem)| panic!("{problem}"));
    let two = one.next.take().expect("there is another");
    assert_eq!((one.value, two.value), (1, 2));
    assert!(Rc::ptr_eq(two.next.borrow().as_ref().expect("there is another"), &one));
}

#[test]
fn pointers_stay_where_nothing_changed() {
    #[derive(Debug, HotType)]
    struct Text {
        text: String,
        list: Vec<u8>,
        x: u8,
    }
    #[derive(Debug, HotType)]
    #[__hot_type(was = "Text")]
    struct Newer {
        x: u64,
        list: Vec<u8>,
        text: String,
    }
    let text = Text { text: "text".to_owned(), list: vec![1, 2], x: 3 };
    let places = (text.text.as_ptr(), text.list.as_ptr());
    let newer: Newer = carry(text).expect("it is carried over");
    assert_eq!((newer.text.as_ptr(), newer.list.as_ptr()), places);
    assert_eq!((newer.text.as_str(), &*newer.list, newer.x), ("text", &[1, 2][..], 3));
}

fn upgrade(old: &Old<'_>) -> Result<Upgraded, String> {
    let x = old.get::<u8>("x").ok_or("there was an x")?;
    let kept: &Counted = old.get("kept").ok_or("there was something kept")?;
    if *x > 9 { Err(format!("{x} is too much")) } else { Ok(Upgraded { text: x.to_string(), kept: kept.clone() }) }
}

#[derive(Debug, Clone, PartialEq, HotType)]
#[__hot_type(was = "Before", migrate = upgrade)]
struct Upgraded {
    text: String,
    kept: Counted,
}

fn as_text(old: &Old<'_>) -> String {
    let number = old.field("x").and_then(|x| x.number()).unwrap_or(f64::NAN);
    assert!(number < 9.0, "{number} is too much");
    number.to_string()
}

#[derive(Debug, Clone, PartialEq, HotType)]
#[__hot_type(was = "Before")]
struct InPart {
    kept: Counted,
    #[__hot_type(migrate = as_text)]
    x: String,
}

#[test]
fn a_function_makes_what_nothing_else_can() {
    nothing_is_left(|| {
        becomes(before(7), Upgraded { text: "7".to_owned(), kept: Counted::new(7) });
        is_refused::<_, Vec<Upgraded>>(vec![before(7), before(10)], "[1]: 10 is too much");
        becomes(before(7), InPart { kept: Counted::new(7), x: "7".to_owned() });
        is_refused::<_, Vec<InPart>>(vec![before(7), before(10)], "[1].x: it panicked: 10 is too much");
    });
}

#[test]
fn what_has_no_default_is_refused() {
    #[derive(Debug)]
    struct Plain;
    #[derive(Debug, HotType)]
    #[__hot_type(was = "Before")]
    struct More {
        kept: Counted,
        plain: Plain,
    }
    nothing_is_left(|| {
        is_refused::<_, More>(before(1), ".plain: `plain` is new, and its type has no `Default`");
        is_refused::<_, Vec<String>>(vec![1_u8], "a `u8` does not become a `String` by itself");
        becomes(Vec::<u8>::new(), Vec::<String>::new());
    });
}

thread_local! {
    static LEFT: Cell<u32> = const { Cell::new(0) };
}
fn limited() -> Counted {
    LEFT.set(LEFT.get().checked_sub(1).expect("there is one left"));
    Counted::new(0)
}
#[derive(Debug, Clone, PartialEq, HotType)]
#[__hot_type(was = "Before")]
struct Limited {
    kept: Counted,
    #[__hot_type(default = limited())]
    more: Counted,
    x: u8,
}

#[test]
fn a_panic_midway_leaves_all_as_it_was() {
    nothing_is_left(|| {
        type Old = (Vec<Before>, BTreeMap<u8, Before>, Option<Rc<Before>>, [Box<Before>; 2], HashMap<u8, Vec<Before>>);
        type New =
            (Vec<Limited>, BTreeMap<u8, Limited>, Option<Rc<Limited>>, [Box<Limited>; 2], HashMap<u8, Vec<Limited>>);
        let value = || -> Old {
            (
                vec![before(1), before(2)],
                BTreeMap::from([(1, before(3)), (2, before(4))]),
                Some(Rc::new(before(5))),
                [Box::new(before(6)), Box::new(before(7))],
                HashMap::from([(1, vec![before(8)]), (2, vec![before(9), before(10)])]),
            )
        };
        for left in 0..10 {
            LEFT.set(left);
            is_refused::<Old, New>(value(), "it panicked: there is one left");
        }
        LEFT.set(10);
        drop(carry::<Old, New>(value()).expect("there are enough"));
    });
}

#[test]
fn generic_types_are_carried_over() {
    mod old {
        use super::*;
        #[derive(Debug, Clone, PartialEq, HotType)]
        pub(super) struct Grid<T, const N: usize> {
            pub cells: [Vec<T>; N],
        }
        #[derive(Debug, Clone, PartialEq, HotType)]
        pub(super) struct Map(pub Grid<Before, 2>, pub &'static str);
    }
    mod new {
        use super::*;
        #[derive(Debug, Clone, PartialEq, HotType)]
        #[__hot_type(was = "Grid")]
        pub(super) struct Grid<T, const N: usize> {
            pub width: usize,
            pub cells: [Vec<T>; N],
        }
        #[derive(Debug, Clone, PartialEq, HotType)]
        #[__hot_type(was = "Map")]
        pub(super) struct Map(pub Grid<After, 2>, pub &'static str);
    }
    nothing_is_left(|| {
        let map = old::Map(old::Grid { cells: [vec![before(1)], vec![]] }, "name");
        becomes(map, new::Map(new::Grid { width: 0, cells: [vec![after(1)], vec![]] }, "name"));
    });
}

/// Runs the others under Valgrind, where that is installed: it knows of memory that is lost, and of such as is used when it is gone.
#[test]
fn no_memory_is_lost_or_used_when_it_is_gone() {
    const INSIDE: &str = "HOT_RUNTIME_INSIDE_VALGRIND";
    if std::env::var_os(INSIDE).is_some() {
        return;
    }
    let tests = std::env::current_exe().expect("a process has an executable");
    let mut valgrind = std::process::Command::new("valgrind");
    valgrind.args(["--quiet", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect"]);
    valgrind.arg(tests).args(["live::", "--test-threads=1"]).env(INSIDE, "1");
    match valgrind.output() {
        Ok(run) => assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr)),
        Err(error) => println!("skipped: valgrind does not start: {error}"),
    }
}
