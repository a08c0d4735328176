//! The integer object, for integers that do not fit the value word and instances of subclasses.
//!
//! Invariant: an `int` (not of a subclass) on the heap is too large for the word, so equal small integers are
//! identical.

use std::borrow::Cow;

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use taipan_macros::pyclass;

use crate::ctx::Ctx;
use crate::value::{Kind, Value};

/// int([x]) -> integer
/// int(x, base=10) -> integer
///
/// The integer that a number, truncated towards zero, or a text stands for; 0 without arguments.
///
/// With a base (0, or 2 to 36), x is a text or bytes. Base 0 takes the base from the text's prefix, as in source code.
///
///     >>> int('0b100', base=0)
///     4
// The payload of an integer on the heap. Instances of subclasses hold small numbers too.
#[pyclass(name = "int", module = "builtins", subclassable, match_self)]
pub struct Int(pub BigInt);

/// An integer as it is stored; `bool` counts as 0 and 1.
#[derive(Clone, Copy)]
pub enum IntRef<'a> {
    Small(i64),
    Big(&'a BigInt),
}

impl<'a> IntRef<'a> {
    pub fn to_bigint(self) -> Cow<'a, BigInt> {
        match self {
            Self::Small(value) => Cow::Owned(BigInt::from(value)),
            Self::Big(value) => Cow::Borrowed(value),
        }
    }

    pub fn to_i64(self) -> Option<i64> {
        match self {
            Self::Small(value) => Some(value),
            Self::Big(value) => value.to_i64(),
        }
    }
}

impl Ctx {
    /// Makes an `int`.
    #[inline(always)]
    pub fn new_int(&self, value: i64) -> Value {
        match Value::small_int(value) {
            Some(word) => word,
            None => self
                .heap()
                .allocate(&self.types().int, Int(BigInt::from(value)))
                .into_value(),
        }
    }

    /// Makes an `int`, in the word if it fits.
    pub fn new_bigint(&self, value: BigInt) -> Value {
        match value.to_i64().and_then(Value::small_int) {
            Some(word) => word,
            None => self
                .heap()
                .allocate(&self.types().int, Int(value))
                .into_value(),
        }
    }
}

impl Value {
    /// The value of an `int`, a `bool` or an instance of a subclass.
    #[inline]
    pub fn as_int(&self) -> Option<IntRef<'_>> {
        match self.kind() {
            Kind::Small(value) => Some(IntRef::Small(value)),
            Kind::Bool(value) => Some(IntRef::Small(i64::from(value))),
            Kind::Heap(_) => self.downcast_ref::<Int>().map(|int| {
                let int: &Int = int;
                IntRef::Big(&int.0)
            }),
            _ => None,
        }
    }
}
