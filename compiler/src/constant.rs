//! The values that stand in `co_consts`, and when two of them count as the same constant.
//!
//! CPython: `_PyCode_ConstantKey` in `Objects/codeobject.c`. Sameness is stricter than Python's `==`: types differ
//! (`1`, `1.0`, `True`), and so do `0.0` and `-0.0`, at any depth; a NaN is the same as nothing.
//! Invariants: `BigInt` holds only what `i64` cannot; the elements of a `FrozenSet` are distinct for Python's `==`.
//! Tests: at the end of this file.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use rustc_hash::FxHasher;
use taipan_text::wtf8::{Wtf8, Wtf8Buf};

use crate::code_object::CodeRef;
use crate::index_set::{IndexSet, Key};

/// A constant of a code object. Cloning is cheap: whatever is large is shared.
#[derive(Clone, Debug)]
pub enum Constant {
    /// `None`.
    None,
    /// `...`.
    Ellipsis,
    /// `True` or `False`.
    Bool(bool),
    /// An int that fits 64 bits.
    Int(i64),
    /// An int that does not.
    BigInt(Arc<BigInt>),
    /// A float.
    Float(f64),
    /// A complex number: real, imaginary.
    Complex(f64, f64),
    /// Text.
    Str(Arc<Wtf8Buf>),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A tuple.
    Tuple(Arc<[Constant]>),
    /// A frozen set, in the order of insertion.
    FrozenSet(Arc<[Constant]>),
    /// A slice: start, stop, step.
    Slice(Arc<[Constant; 3]>),
    /// The code of a function, class, comprehension, ...
    Code(CodeRef),
}

impl Constant {
    /// An int constant in its normal form.
    pub fn from_bigint(value: BigInt) -> Constant {
        match value.to_i64() {
            Some(small) => Constant::Int(small),
            None => Constant::BigInt(Arc::new(value)),
        }
    }

    /// A text constant.
    pub fn from_text(text: &str) -> Constant {
        Constant::Str(Arc::new(Wtf8Buf::from_string(text.to_owned())))
    }

    /// A text constant that may hold surrogates.
    pub fn from_wtf8(text: Wtf8Buf) -> Constant {
        Constant::Str(Arc::new(text))
    }

    /// A bytes constant.
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Constant {
        Constant::Bytes(bytes.into())
    }

    /// A tuple constant.
    pub fn tuple(elements: Vec<Constant>) -> Constant {
        Constant::Tuple(elements.into())
    }

    /// The text, if this is one.
    pub fn as_text(&self) -> Option<&Wtf8> {
        match self {
            Constant::Str(text) => Some(text.as_wtf8()),
            _ => None,
        }
    }

    /// Python's truth of the value.
    pub fn is_true(&self) -> bool {
        match self {
            Constant::None => false,
            Constant::Ellipsis | Constant::BigInt(_) | Constant::Slice(_) | Constant::Code(_) => {
                true
            }
            Constant::Bool(value) => *value,
            Constant::Int(value) => *value != 0,
            Constant::Float(value) => *value != 0.0,
            Constant::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
            Constant::Str(text) => !text.as_bytes().is_empty(),
            Constant::Bytes(bytes) => !bytes.is_empty(),
            Constant::Tuple(elements) | Constant::FrozenSet(elements) => !elements.is_empty(),
        }
    }

    /// True if both are the same constant (not Python's `==`; see the module's documentation).
    pub fn is_same(&self, other: &Constant) -> bool {
        match (self, other) {
            (Constant::None, Constant::None) | (Constant::Ellipsis, Constant::Ellipsis) => true,
            (Constant::Bool(a), Constant::Bool(b)) => a == b,
            (Constant::Int(a), Constant::Int(b)) => a == b,
            (Constant::BigInt(a), Constant::BigInt(b)) => a == b,
            (Constant::Float(a), Constant::Float(b)) => is_same_float(*a, *b),
            (Constant::Complex(ar, ai), Constant::Complex(br, bi)) => {
                is_same_float(*ar, *br) && is_same_float(*ai, *bi)
            }
            (Constant::Str(a), Constant::Str(b)) => Arc::ptr_eq(a, b) || a == b,
            (Constant::Bytes(a), Constant::Bytes(b)) => a == b,
            (Constant::Tuple(a), Constant::Tuple(b)) => is_same_sequence(a, b),
            (Constant::FrozenSet(a), Constant::FrozenSet(b)) => {
                a.len() == b.len() && a.iter().all(|x| b.iter().any(|y| x.is_same(y)))
            }
            (Constant::Slice(a), Constant::Slice(b)) => {
                is_same_sequence(a.as_slice(), b.as_slice())
            }
            (Constant::Code(a), Constant::Code(b)) => a.is(b) || a.is_same(b),
            _ => false,
        }
    }

    /// Whether a frozen set has names in it. CPython interns them when it makes a code object, and makes the set anew if
    /// one of them was interned before; code objects then have equal constants of their own. Which words are interned
    /// before, depends on what else was compiled and loaded; that those which could be variables are, is nearly true.
    pub fn is_made_anew(&self) -> bool {
        let Constant::FrozenSet(elements) = self else {
            return false;
        };
        let mut texts = elements.iter().filter_map(Constant::as_text);
        texts.any(is_probably_interned)
    }

    fn hash_key(&self, state: &mut impl Hasher) {
        std::mem::discriminant(self).hash(state);
        match self {
            Constant::None | Constant::Ellipsis => {}
            Constant::Bool(value) => value.hash(state),
            Constant::Int(value) => value.hash(state),
            Constant::BigInt(value) => value.hash(state),
            Constant::Float(value) => value.to_bits().hash(state),
            Constant::Complex(real, imaginary) => (real.to_bits(), imaginary.to_bits()).hash(state),
            Constant::Str(text) => hash_ends(text.as_bytes(), state),
            Constant::Bytes(bytes) => hash_ends(bytes, state),
            Constant::Tuple(elements) => {
                elements.iter().for_each(|element| element.hash_key(state))
            }
            // The order of the elements does not count.
            Constant::FrozenSet(elements) => elements.len().hash(state),
            Constant::Slice(parts) => parts.iter().for_each(|part| part.hash_key(state)),
            Constant::Code(code) => (&code.name, code.firstlineno, &code.code).hash(state),
        }
    }
}

/// Of long texts (documentation, mostly) the two ends tell enough.
fn hash_ends(bytes: &[u8], state: &mut impl Hasher) {
    const END: usize = 32;
    state.write_usize(bytes.len());
    if bytes.len() <= 2 * END {
        state.write(bytes);
    } else {
        state.write(&bytes[..END]);
        state.write(&bytes[bytes.len() - END..]);
    }
}

fn is_same_float(a: f64, b: f64) -> bool {
    !a.is_nan() && a.to_bits() == b.to_bits()
}

/// Element by element.
pub(crate) fn is_same_sequence(a: &[Constant], b: &[Constant]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.is_same(y))
}

/// Whether CPython interns this text where it is a constant: what could be a name, and single Latin-1 characters.
///
/// CPython: `should_intern_string` in `Objects/codeobject.c`.
pub fn is_name_like(text: &Wtf8) -> bool {
    let bytes = text.as_bytes();
    bytes
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        || matches!(bytes, [_] | [0xc2..=0xc3, _])
}

/// Whether other code is likely to have this text as a name.
pub fn is_probably_interned(text: &Wtf8) -> bool {
    let starts_like_a_name = text
        .as_bytes()
        .first()
        .is_some_and(|byte| !byte.is_ascii_digit());
    text.len() > 1 && is_name_like(text) && starts_like_a_name
}

/// A constant as the key of a table: equal if [`Constant::is_same`].
#[derive(Clone, Debug)]
pub struct ConstantKey(pub Constant);

impl PartialEq for ConstantKey {
    fn eq(&self, other: &ConstantKey) -> bool {
        self.0.is_same(&other.0)
    }
}

// A NaN is not equal to itself; a table then holds it twice, which is what CPython's does.
impl Eq for ConstantKey {}

impl Hash for ConstantKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash_key(state);
    }
}

impl Key for Constant {
    fn hash32(&self) -> u32 {
        let mut hasher = FxHasher::default();
        self.hash_key(&mut hasher);
        let hash = hasher.finish();
        (hash ^ (hash >> 32)) as u32
    }

    fn is_same(&self, other: &Constant) -> bool {
        Constant::is_same(self, other)
    }
}

/// The constants of a code object that is being compiled: each one once, in the order of arrival.
///
/// CPython: `u_consts` together with the compiler's constant cache.
#[derive(Clone, Debug, Default)]
pub struct ConstantTable {
    constants: IndexSet<Constant>,
}

impl ConstantTable {
    /// An empty table.
    pub fn new() -> ConstantTable {
        ConstantTable::default()
    }

    /// The index of the constant, which is added if it is new.
    pub fn add(&mut self, constant: Constant) -> u32 {
        self.constants.insert(constant) as u32
    }

    /// The constant at an index.
    pub fn get(&self, index: u32) -> Option<&Constant> {
        self.constants.as_slice().get(index as usize)
    }

    /// How many constants there are.
    pub fn len(&self) -> usize {
        self.constants.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.constants.len() == 0
    }

    /// The constants, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Constant> {
        self.constants.as_slice().iter()
    }

    /// Keeps the constants whose index is wanted and moves them together, in order.
    pub(crate) fn retain_indices(&mut self, is_wanted: impl Fn(usize) -> bool) {
        self.constants.retain_indices(is_wanted);
    }

    /// The constants as `co_consts` has them.
    pub fn into_constants(self) -> Arc<[Constant]> {
        self.constants.into_items().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_signs_keep_constants_apart() {
        let mut table = ConstantTable::new();
        let distinct = [
            Constant::Int(1),
            Constant::Bool(true),
            Constant::Float(1.0),
            Constant::Complex(1.0, 0.0),
            Constant::Float(0.0),
            Constant::Float(-0.0),
            Constant::Complex(0.0, -0.0),
            Constant::Complex(-0.0, 0.0),
            Constant::from_text("a"),
            Constant::from_bytes(*b"a"),
            Constant::tuple(vec![Constant::Float(0.0)]),
            Constant::tuple(vec![Constant::Float(-0.0)]),
            Constant::tuple(vec![Constant::Int(1)]),
            Constant::tuple(vec![Constant::Bool(true)]),
        ];
        for constant in &distinct {
            table.add(constant.clone());
        }
        assert_eq!(table.len(), distinct.len());
        assert_eq!(table.add(Constant::tuple(vec![Constant::Float(-0.0)])), 11);
    }

    #[test]
    fn a_nan_is_always_new() {
        let mut table = ConstantTable::new();
        assert_ne!(
            table.add(Constant::Float(f64::NAN)),
            table.add(Constant::Float(f64::NAN))
        );
    }

    #[test]
    fn the_order_of_a_frozen_set_does_not_count() {
        let (one, two) = (Constant::Int(1), Constant::Int(2));
        let mut table = ConstantTable::new();
        let there = table.add(Constant::FrozenSet([one.clone(), two.clone()].into()));
        assert_eq!(table.add(Constant::FrozenSet([two, one].into())), there);
    }
}
