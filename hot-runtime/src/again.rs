//! The arguments of a call that may run again.
//!
//! What can be copied is given to each run, so are references; a `&mut` of which nothing can remain when a call has unwound is
//! lent again; all else is given away to the first run, and there is no second. Which of these a type is, the compiler decides
//! where the call is written: a method of [`ByCopy`] is found before one of [`ByMove`], which takes one more reference.

use std::cell::Cell;
use std::marker::PhantomData;

/// An argument by value, or by a reference that can be copied.
#[expect(missing_debug_implementations, reason = "nobody sees it")]
pub struct Kept<T>(Cell<Option<T>>);

impl<T> Kept<T> {
    /// Before the first run.
    #[inline]
    pub fn new(argument: T) -> Self {
        Self(Cell::new(Some(argument)))
    }

    fn take(&self) -> T {
        self.0.take().unwrap_or_else(|| unreachable!("what cannot be copied is asked for once"))
    }
}

/// Of a type that is copied.
pub trait ByCopy<T> {
    /// Whether there may be another run.
    fn can_be_given_again(&self) -> bool;
    /// The argument, for each run.
    fn give(&self) -> T;
}

impl<T: Copy> ByCopy<T> for Kept<T> {
    #[inline]
    fn can_be_given_again(&self) -> bool {
        true
    }

    #[inline]
    fn give(&self) -> T {
        let argument = self.take();
        self.0.set(Some(argument));
        argument
    }
}

/// Of any other type.
pub trait ByMove<T> {
    /// Whether there may be another run.
    fn can_be_given_again(&self) -> bool;
    /// The argument, for the only run.
    fn give(&self) -> T;
}

impl<T> ByMove<T> for &Kept<T> {
    #[inline]
    fn can_be_given_again(&self) -> bool {
        false
    }

    #[inline]
    fn give(&self) -> T {
        self.take()
    }
}

/// A `&mut` whose lifetime the function cannot name a second time: neither another argument nor a static can hold it when the
/// call has unwound.
#[expect(missing_debug_implementations, reason = "nobody sees it")]
pub struct Lent<'a, T: ?Sized>(*mut T, PhantomData<&'a mut T>);

impl<'a, T: ?Sized> Lent<'a, T> {
    /// Before the first run.
    #[inline]
    pub fn new(argument: &'a mut T) -> Self {
        Self(argument, PhantomData)
    }

    /// Whether there may be another run.
    #[inline]
    #[must_use]
    pub fn can_be_given_again(&self) -> bool {
        true
    }

    /// The argument, for each run.
    #[inline]
    #[must_use]
    pub fn give(&self) -> &'a mut T {
        // SAFETY:
        // - it is a `&'a mut T`, which was given away to this struct.
        // - there is no other one: that of the run before ended with it, for it unwound, and so gave nothing back that could hold
        //   the reference, nor could it leave it with anything else: no other argument has its lifetime. Truthfully, the compiler
        //   cannot check this: the expansion of `#[hot]` lends only what has a lifetime of its own, and its runs are one after the
        //   other.
        unsafe { &mut *self.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::{ByCopy as _, ByMove as _, Kept, Lent};

    #[test]
    fn what_can_be_copied_is_given_to_each_run() {
        let (number, text) = (Kept::new(7), Kept::new("seven"));
        assert!(number.can_be_given_again() && text.can_be_given_again());
        assert_eq!([number.give(), number.give()], [7, 7]);
        assert_eq!([text.give(), text.give()], ["seven", "seven"]);
    }

    #[test]
    fn what_cannot_be_copied_is_given_away() {
        fn of_any_type<T>(argument: T) -> (bool, T) {
            let kept = Kept::new(argument);
            ((&kept).can_be_given_again(), (&kept).give())
        }
        let list = Kept::new(vec![1]);
        assert!(!(&list).can_be_given_again());
        assert_eq!((&list).give(), [1]);
        assert_eq!(of_any_type(7), (false, 7), "nothing says that all of them can be copied");
    }

    #[test]
    fn what_is_lent_is_lent_again() {
        let mut list = vec![1];
        let lent = Lent::new(&mut list);
        lent.give().push(2);
        lent.give().push(3);
        assert_eq!(list, [1, 2, 3]);
    }
}
