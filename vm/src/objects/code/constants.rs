//! Values of the compiler's constants.

use taipan_compiler::constant::Constant;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::set::SetData;
use crate::value::Value;

impl Ctx {
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
