//! Pieces of Rust as people write it, to stand anywhere in a body.
//!
//! Each is the rest of a block that begins with two numbers, `a` and `b`, and gives a third. It keeps nothing from one time to
//! the next. Names of std are whole paths, because a program has types and traits of its own that are named alike.

/// All of them.
pub const IDIOMS: &[&str] = &[
    "let read = |text: ::std::string::String| -> ::std::result::Result<u64, ::std::num::ParseIntError> { \
     let value: u64 = text.trim().parse()?; ::std::result::Result::Ok(value ^ b) }; \
     read(::std::format!(\" {a} \")).unwrap_or(7) ^ read(::std::format!(\"{b}!\")).unwrap_or(8)",
    "fn made(by: u64) -> impl Fn(u64) -> u64 { move |each| each.rotate_left(3) ^ by } made(a)(b)",
    "let all: [::std::boxed::Box<dyn Fn(u64) -> u64>; 2] = [::std::boxed::Box::new(move |each| each ^ a), \
     ::std::boxed::Box::new(move |each| each.wrapping_add(b))]; all.iter().fold(1u64, |sum, call| call(sum))",
    "struct Odd<I>(I); impl<I: ::std::iter::Iterator<Item = u64>> ::std::iter::Iterator for Odd<I> { type Item = u64; \
     fn next(&mut self) -> ::std::option::Option<u64> { loop { let each = self.0.next()?; \
     if each % 2 == 1 { return ::std::option::Option::Some(each); } } } } \
     Odd((a % 50..a % 50 + 9).chain(0..b % 7)).fold(0u64, |sum, each| sum.rotate_left(3) ^ each)",
    "fn down(left: u64, by: u64) -> u64 { if left == 0 { by } else { down(left - 1, by.rotate_left(1)) ^ left } } \
     down(a % 20, b)",
    "let found = 'outer: loop { for each in 0..9u64 { if (each ^ a) % 4 == 3 { break 'outer each; } } break 'outer 11; }; \
     let ::std::option::Option::Some(left) = found.checked_sub(b % 5) else { return_early(found) }; \
     fn return_early(by: u64) -> ! { panic!(\"{by} is too little\") } left",
    "match [a, b, a ^ b].as_slice() { [first, .., last] if first < last => last - first, \
     [first, rest @ ..] => first ^ rest.len() as u64, [] => 0 }",
    "let shared = ::std::rc::Rc::new(::std::cell::RefCell::new(::std::vec![a])); \
     let other = ::std::rc::Rc::downgrade(&shared); shared.borrow_mut().push(b); \
     other.upgrade().map_or(0, |all| all.borrow().iter().fold(0u64, |sum, each| sum.rotate_left(7) ^ each))",
    "let any: [::std::boxed::Box<dyn ::std::any::Any>; 2] = [::std::boxed::Box::new(a), ::std::boxed::Box::new(\"text\")]; \
     any.iter().map(|each| each.downcast_ref::<u64>().copied().unwrap_or(b)).fold(1u64, |sum, each| sum.rotate_left(9) ^ each)",
    "let mut all = [a % 100, b % 100, 50]; all.sort_by_key(|each| ::std::cmp::Reverse(each ^ 5)); \
     all[0] * 10000 + all[1] * 100 + all[2]",
    "const fn twice(by: u64) -> u64 { by * 2 } const BY: [u64; twice(2) as usize] = [3, 1, 4, twice(8)]; \
     BY[(a % 4) as usize] ^ b",
    "trait Kinds { const KIND: u64; fn kind(&self) -> u64 { Self::KIND } } impl Kinds for u8 { const KIND: u64 = 3; } \
     impl<T: Kinds> Kinds for [T; 2] { const KIND: u64 = T::KIND * 7; } Kinds::kind(&[a as u8, b as u8]) ^ Kinds::kind(&(a as u8))",
    "::std::thread_local! { static SEEN: ::std::cell::Cell<u64> = const { ::std::cell::Cell::new(3) }; } \
     SEEN.set(a); SEEN.with(|seen| seen.get()) ^ b",
    "let (send, receive) = ::std::sync::mpsc::channel::<u64>(); \
     ::std::thread::spawn(move || { send.send(a).ok(); send.send(b).ok(); }); \
     receive.into_iter().fold(0u64, |sum, each| sum.rotate_left(5) ^ each)",
    "struct Guard<'g>(&'g ::std::cell::Cell<u64>); impl ::std::ops::Drop for Guard<'_> { \
     fn drop(&mut self) { self.0.set(self.0.get() ^ 9); } } let cell = ::std::cell::Cell::new(a); \
     { let _guard = Guard(&cell); cell.set(cell.get().wrapping_add(b)); } cell.get()",
    "struct Ready(u64); impl ::std::future::Future for Ready { type Output = u64; \
     fn poll(self: ::std::pin::Pin<&mut Self>, _: &mut ::std::task::Context<'_>) -> ::std::task::Poll<u64> { \
     ::std::task::Poll::Ready(self.0) } } crate::wait(async move { Ready(a).await ^ Ready(b).await.rotate_left(2) })",
    "::std::panic::catch_unwind(|| { let small = ::std::hint::black_box(a as u8); u64::from(small + 100) }).unwrap_or(b)",
    "#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default, Hash)] struct Both(u64, u64); \
     impl ::std::ops::Add for Both { type Output = Self; \
     fn add(self, other: Self) -> Self { Self(self.0.wrapping_add(other.0), self.1 ^ other.1) } } \
     let sum = Both(a, b) + Both::default(); \
     if sum > Both(b, a) { sum.0 } else { ::std::format!(\"{sum:?}\").len() as u64 }",
    "let mut hasher = ::std::hash::DefaultHasher::new(); ::std::hash::Hash::hash(&(a, \"text\", [b]), &mut hasher); \
     ::std::hash::Hasher::finish(&hasher)",
    "::std::format!(\"{a:x}\").chars().rev().filter_map(|each| each.to_digit(16))\
     .fold(b, |sum, each| sum.rotate_left(4) ^ u64::from(each))",
    "let mut count = 0u64; let mut call = |by: u64| { count = count.wrapping_add(by); count }; call(a); call(b)",
    "extern \"C\" fn one(by: u64) -> u64 { by ^ 21 } let call: extern \"C\" fn(u64) -> u64 = one; call(a).wrapping_sub(b)",
    "fn total<const M: usize>(all: [u64; M]) -> u64 { all.iter().fold(M as u64, |sum, each| sum.rotate_left(1) ^ each) } \
     total([a, b, 3]) ^ total([a])",
    "let text: ::std::borrow::Cow<'_, str> = if a % 2 == 0 { \"even\".into() } else { ::std::format!(\"odd{b}\").into() }; \
     text.len() as u64",
    "fn with(call: &dyn for<'x> Fn(&'x [u64]) -> &'x u64, all: &[u64]) -> u64 { *call(all) } \
     with(&|all| &all[0], &[a, b]) ^ with(&|all| &all[all.len() - 1], &[a, b])",
    "match a % 30 { small @ 0..=9 => small, 10 | 20 => b, other if other % 2 == 0 => other << 3, _ => 4 }",
];
