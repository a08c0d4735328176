//! Values and the compiler's constants: from one to the other and back, and when two values are the same constant.

use std::sync::Arc;

use taipan_compiler::constant::Constant;

use super::Code;
use super::pool::ConstantPool;
use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::{Bytes, Complex, FrozenSet, Slice, Str, Tuple};
use crate::value::{Kind, Py, Value};

impl Ctx {
    /// The constant that a value is; none for code and for what no literal gives.
    ///
    /// # Errors
    /// `RecursionError` if it is too deeply nested.
    pub fn constant_of_value(&self, value: &Value) -> PyResult<Option<Constant>> {
        let all = |items: &[Value]| -> PyResult<Option<Vec<Constant>>> {
            items
                .iter()
                .map(|item| self.recurse(|| self.constant_of_value(item)).transpose())
                .collect::<Option<PyResult<Vec<_>>>>()
                .transpose()
        };
        Ok(match value.kind() {
            Kind::None => Some(Constant::None),
            Kind::Ellipsis => Some(Constant::Ellipsis),
            Kind::Bool(value) => Some(Constant::Bool(value)),
            Kind::Small(value) => Some(Constant::Int(value)),
            Kind::Float(value) => Some(Constant::Float(value)),
            Kind::NotImplemented => None,
            Kind::Heap(_) if self.class_of(value).is_heap_type() => None,
            Kind::Heap(_) => {
                if let Some(text) = value.downcast_ref::<Str>() {
                    Some(Constant::from_wtf8(text.as_wtf8().to_owned()))
                } else if let Some(tuple) = value.downcast_ref::<Tuple>() {
                    all(tuple.as_slice())?.map(Constant::tuple)
                } else if let Some(bytes) = value.downcast_ref::<Bytes>() {
                    Some(Constant::from_bytes(bytes.as_slice()))
                } else if let Some(int) = value.as_int() {
                    Some(Constant::from_bigint(int.to_bigint().into_owned()))
                } else if let Some(float) = value.as_float() {
                    Some(Constant::Float(float))
                } else if let Some(complex) = value.downcast_ref::<Complex>() {
                    Some(Constant::Complex(complex.real, complex.imag))
                } else if let Some(set) = value.downcast_ref::<FrozenSet>() {
                    all(&set.data.keys())?.map(|items| Constant::FrozenSet(items.into()))
                } else if let Some(slice) = value.downcast_ref::<Slice>() {
                    let parts = [&slice.start, &slice.stop, &slice.step].map(Value::clone);
                    let parts = all(&parts)?.and_then(|parts| parts.try_into().ok());
                    parts.map(|parts: [Constant; 3]| Constant::Slice(Arc::new(parts)))
                } else {
                    None
                }
            }
        })
    }

    /// The value of a constant, with objects of its own.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn value_of_constant(&self, constant: &Constant) -> PyResult<Value> {
        ConstantPool::default().value(self, constant)
    }

    /// Whether two values in code objects are the same constant: what no literal gives is only the same as itself.
    fn is_same_constant(&self, a: &Value, b: &Value) -> PyResult<bool> {
        if a.is(b) {
            return Ok(true);
        }
        if let (Some(a), Some(b)) = (a.downcast_ref::<Code>(), b.downcast_ref::<Code>()) {
            return self.recurse(|| self.is_same_code(a, b));
        }
        let tuple = |value: &'_ Value| self.class_of(value).is(&self.types().tuple);
        if tuple(a) && tuple(b) {
            return self.recurse(|| self.are_same_constants(a, b));
        }
        let (a, b) = (self.constant_of_value(a)?, self.constant_of_value(b)?);
        Ok(a.zip(b).is_some_and(|(a, b)| a.is_same(&b)))
    }

    fn are_same_constants(&self, a: &Value, b: &Value) -> PyResult<bool> {
        let (Some(a), Some(b)) = (a.downcast_ref::<Tuple>(), b.downcast_ref::<Tuple>()) else {
            return Ok(false);
        };
        let (a, b) = (a.as_slice(), b.as_slice());
        if a.len() != b.len() {
            return Ok(false);
        }
        for (a, b) in a.iter().zip(b) {
            if !self.is_same_constant(a, b)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether two code objects are equal.
    ///
    /// # Errors
    /// `RecursionError` if their constants are too deeply nested.
    pub(super) fn is_same_code(&self, a: &Py<Code>, b: &Py<Code>) -> PyResult<bool> {
        if a.is(b) || a.source.is(&b.source) && !a.has_given_constants() {
            return Ok(true);
        }
        if !a.has_given_constants() && !b.has_given_constants() {
            return Ok(a.source.is_same(&b.source));
        }
        Ok(a.source.is_same_but_constants(&b.source)
            && self.are_same_constants(&a.consts(self)?, &b.consts(self)?)?)
    }
}
