//! Values of the compiler's constants.

use std::sync::Arc;

use taipan_compiler::constant::Constant;

use super::Code;
use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::set::SetData;
use crate::objects::{Bytes, Complex, FrozenSet, Slice, Str, Tuple};
use crate::value::{Kind, Value};

impl Ctx {
    /// The constant that a value stands for (`code.replace(co_consts=...)`, `marshal`).
    ///
    /// # Errors
    /// `TypeError` for a value that no code object can hold.
    pub fn constant_of_value(&self, value: &Value) -> PyResult<Constant> {
        let all = |items: &[Value]| -> PyResult<Vec<Constant>> {
            items
                .iter()
                .map(|item| self.recurse(|| self.constant_of_value(item)))
                .collect()
        };
        Ok(match value.kind() {
            Kind::None => Constant::None,
            Kind::Ellipsis => Constant::Ellipsis,
            Kind::Bool(value) => Constant::Bool(value),
            Kind::Small(value) => Constant::Int(value),
            Kind::Float(value) => Constant::Float(value),
            Kind::NotImplemented => return Err(self.not_a_constant(value)),
            Kind::Heap(_) => {
                if let Some(text) = value.downcast_ref::<Str>() {
                    Constant::from_wtf8(text.as_wtf8().to_owned())
                } else if let Some(tuple) = value.downcast_ref::<Tuple>() {
                    Constant::tuple(all(tuple.as_slice())?)
                } else if let Some(code) = value.downcast_ref::<Code>() {
                    Constant::Code(code.source.clone())
                } else if let Some(bytes) = value.downcast_ref::<Bytes>() {
                    Constant::from_bytes(bytes.as_slice())
                } else if let Some(int) = value.as_int() {
                    Constant::from_bigint(int.to_bigint().into_owned())
                } else if let Some(float) = value.as_float() {
                    Constant::Float(float)
                } else if let Some(complex) = value.downcast_ref::<Complex>() {
                    Constant::Complex(complex.real, complex.imag)
                } else if let Some(set) = value.downcast_ref::<FrozenSet>() {
                    Constant::FrozenSet(all(&set.data.keys())?.into())
                } else if let Some(slice) = value.downcast_ref::<Slice>() {
                    Constant::Slice(Arc::new([
                        self.constant_of_value(&slice.start)?,
                        self.constant_of_value(&slice.stop)?,
                        self.constant_of_value(&slice.step)?,
                    ]))
                } else {
                    return Err(self.not_a_constant(value));
                }
            }
        })
    }

    fn not_a_constant(&self, value: &Value) -> PyErr {
        self.type_error(format!(
            "code constants cannot be of type '{}'",
            self.type_name(value)
        ))
    }

    /// The value of a constant. Text is interned, as CPython interns the strings of code objects.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn value_of_constant(&self, constant: &Constant) -> PyResult<Value> {
        Ok(match constant {
            Constant::None => Value::NONE,
            Constant::Ellipsis => Value::ELLIPSIS,
            Constant::Bool(value) => Value::bool(*value),
            Constant::Int(value) => self.new_int(*value),
            Constant::BigInt(value) => self.new_bigint((**value).clone()),
            Constant::Float(value) => self.new_float(*value),
            Constant::Str(text) => self.intern(text.as_wtf8()).into_value(),
            Constant::Tuple(items) => {
                let items: PyResult<Vec<_>> = items
                    .iter()
                    .map(|item| self.value_of_constant(item))
                    .collect();
                self.new_tuple(items?).into_value()
            }
            Constant::Code(code) => self.new_code(code.clone())?.into_value(),
            Constant::Complex(real, imaginary) => self.new_complex(*real, *imaginary),
            Constant::Bytes(bytes) => self.new_bytes(bytes)?,
            Constant::FrozenSet(items) => {
                let set = SetData::default();
                for item in items.iter() {
                    set.add(self, &self.value_of_constant(item)?)?;
                }
                self.new_frozenset(set).into_value()
            }
            Constant::Slice(parts) => {
                let [start, stop, step] = &**parts;
                self.new_slice(
                    self.value_of_constant(start)?,
                    self.value_of_constant(stop)?,
                    self.value_of_constant(step)?,
                )
                .into_value()
            }
        })
    }
}
