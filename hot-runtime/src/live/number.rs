//! Numbers, and what of one type becomes of them in another: the same value, or nothing.
//!
//! A conversion to a float may round, as long as the value has a place in its range; every other one is exact.

/// A primitive number, `bool` and `char` among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    I8,
    I16,
    I32,
    I64,
    I128,
    Isize,
    U8,
    U16,
    U32,
    U64,
    U128,
    Usize,
    F32,
    F64,
    Bool,
    Char,
}

/// A value in the widest type of its kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value {
    Signed(i128),
    Unsigned(u128),
    Float(f64),
    Char(char),
}

impl std::fmt::Display for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Signed(value) => value.fmt(formatter),
            Self::Unsigned(value) => value.fmt(formatter),
            Self::Float(value) => value.fmt(formatter),
            Self::Char(value) => std::fmt::Debug::fmt(value, formatter),
        }
    }
}

impl Number {
    /// As the language has it.
    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// # Safety
    /// A value of this type lies there.
    pub(crate) unsafe fn read(self, from: *const ()) -> Value {
        macro_rules! read {
            ($type:ty) => {
                // SAFETY: the caller says so.
                unsafe { from.cast::<$type>().read() }
            };
        }
        match self {
            Self::I8 => Value::Signed(read!(i8).into()),
            Self::I16 => Value::Signed(read!(i16).into()),
            Self::I32 => Value::Signed(read!(i32).into()),
            Self::I64 => Value::Signed(read!(i64).into()),
            Self::I128 => Value::Signed(read!(i128)),
            // No target's is wider.
            Self::Isize => Value::Signed(read!(isize) as i128),
            Self::U8 => Value::Unsigned(read!(u8).into()),
            Self::U16 => Value::Unsigned(read!(u16).into()),
            Self::U32 => Value::Unsigned(read!(u32).into()),
            Self::U64 => Value::Unsigned(read!(u64).into()),
            Self::U128 => Value::Unsigned(read!(u128)),
            Self::Usize => Value::Unsigned(read!(usize) as u128),
            Self::F32 => Value::Float(read!(f32).into()),
            Self::F64 => Value::Float(read!(f64)),
            Self::Bool => Value::Unsigned(read!(bool).into()),
            Self::Char => Value::Char(read!(char)),
        }
    }

    /// False where the type has no such value; then nothing is written.
    ///
    /// # Safety
    /// There is room for a value of this type at `out`.
    pub(crate) unsafe fn write(self, value: Value, out: *mut ()) -> bool {
        macro_rules! write {
            ($type:ty, $value:expr) => {{
                let value: Option<$type> = $value;
                // SAFETY: the caller says that there is room.
                value.map(|value| unsafe { out.cast::<$type>().write(value) }).is_some()
            }};
        }
        match self {
            Self::I8 => write!(i8, value.integer()),
            Self::I16 => write!(i16, value.integer()),
            Self::I32 => write!(i32, value.integer()),
            Self::I64 => write!(i64, value.integer()),
            Self::I128 => write!(i128, value.integer()),
            Self::Isize => write!(isize, value.integer()),
            Self::U8 => write!(u8, value.integer()),
            Self::U16 => write!(u16, value.integer()),
            Self::U32 => write!(u32, value.integer()),
            Self::U64 => write!(u64, value.integer()),
            Self::U128 => write!(u128, value.integer()),
            Self::Usize => write!(usize, value.integer()),
            Self::F32 => write!(f32, value.single()),
            Self::F64 => write!(f64, value.double()),
            Self::Bool => {
                write!(bool, value.integer::<u8>().and_then(|value| [false, true].get(usize::from(value)).copied()))
            }
            Self::Char => write!(char, value.character()),
        }
    }
}

impl Value {
    pub(crate) fn integer<I: TryFrom<i128> + TryFrom<u128>>(self) -> Option<I> {
        match self {
            Self::Signed(value) => value.try_into().ok(),
            Self::Unsigned(value) => value.try_into().ok(),
            Self::Char(value) => u128::from(u32::from(value)).try_into().ok(),
            Self::Float(value) => {
                // 2¹²⁷ is the first that an `i128` has no place for; both bounds are floats.
                let is_whole = value.trunc() == value && (-(2.0_f64.powi(127))..2.0_f64.powi(127)).contains(&value);
                if is_whole { (value as i128).try_into().ok() } else { None }
            }
        }
    }

    pub(crate) fn double(self) -> Option<f64> {
        match self {
            Self::Signed(value) => Some(value as f64),
            Self::Unsigned(value) => Some(value as f64),
            Self::Float(value) => Some(value),
            Self::Char(_) => None,
        }
    }

    pub(crate) fn single(self) -> Option<f32> {
        let value = self.double()?;
        let single = value as f32;
        (single.is_finite() || !value.is_finite()).then_some(single)
    }

    pub(crate) fn character(self) -> Option<char> {
        match self {
            Self::Char(value) => Some(value),
            _ => self.integer::<u32>().and_then(char::from_u32),
        }
    }
}

/// The primitives, each with what it is called here.
macro_rules! for_each_number {
    ($do:ident) => {
        $do! {
            i8 I8, i16 I16, i32 I32, i64 I64, i128 I128, isize Isize, u8 U8, u16 U16, u32 U32, u64 U64, u128 U128,
            usize Usize, f32 F32, f64 F64, bool Bool, char Char
        }
    };
}
pub(crate) use for_each_number;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<A: Copy, B: Copy + PartialEq + std::fmt::Debug>(from: Number, to: Number, pairs: &[(A, Option<B>)]) {
        for (value, expected) in pairs {
            let mut out = std::mem::MaybeUninit::<B>::uninit();
            // SAFETY: the test says which types they are.
            let value = unsafe { from.read((&raw const *value).cast()) };
            // SAFETY: as above.
            let fits = unsafe { to.write(value, out.as_mut_ptr().cast()) };
            // SAFETY: `write` has written it.
            assert_eq!(fits.then(|| unsafe { out.assume_init() }), *expected, "{value}");
        }
    }

    #[test]
    fn integers_that_fit_are_converted() {
        check::<i64, i32>(Number::I64, Number::I32, &[(7, Some(7)), (-7, Some(-7)), (1 << 31, None)]);
        check::<i32, u8>(Number::I32, Number::U8, &[(255, Some(255)), (256, None), (-1, None)]);
        check::<u64, i64>(Number::U64, Number::I64, &[(u64::MAX, None), (9, Some(9))]);
        check::<u128, usize>(Number::U128, Number::Usize, &[(u128::MAX, None), (9, Some(9))]);
    }

    #[test]
    fn floats_become_integers_where_they_are_whole() {
        check::<f32, i32>(Number::F32, Number::I32, &[(2.0, Some(2)), (2.5, None), (f32::NAN, None), (-3.0, Some(-3))]);
        check::<f64, u8>(Number::F64, Number::U8, &[(255.0, Some(255)), (256.0, None), (f64::INFINITY, None)]);
        check::<f64, i128>(
            Number::F64,
            Number::I128,
            &[(2.0_f64.powi(127), None), (-(2.0_f64.powi(127)), Some(i128::MIN))],
        );
    }

    #[test]
    fn numbers_become_floats_where_they_have_a_place_in_the_range() {
        check::<i32, f32>(Number::I32, Number::F32, &[(7, Some(7.0)), (16_777_217, Some(16_777_216.0))]);
        check::<f64, f32>(
            Number::F64,
            Number::F32,
            &[(0.1, Some(0.1)), (1e300, None), (f64::INFINITY, Some(f32::INFINITY))],
        );
        check::<u128, f32>(Number::U128, Number::F32, &[(u128::MAX, None)]);
    }

    #[test]
    fn truth_and_letters_are_small_numbers() {
        check::<u8, bool>(Number::U8, Number::Bool, &[(0, Some(false)), (1, Some(true)), (2, None)]);
        check::<bool, i64>(Number::Bool, Number::I64, &[(true, Some(1))]);
        check::<u32, char>(Number::U32, Number::Char, &[(97, Some('a')), (0xd800, None)]);
        check::<char, u8>(Number::Char, Number::U8, &[('a', Some(97)), ('ü', Some(252)), ('€', None)]);
        check::<char, f32>(Number::Char, Number::F32, &[('a', None)]);
    }
}
