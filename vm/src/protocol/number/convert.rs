//! Conversions to Rust numbers.
//!
//! CPython 3.14: `PyNumber_Index`, `PyNumber_Float`, `PyFloat_AsDouble`.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::int::IntRef;
use crate::value::Value;

impl Ctx {
    /// `operator.index(value)`: an `int`, exact or of a subclass.
    ///
    /// # Errors
    /// `TypeError` if the value is no integer, or what `__index__` raises.
    pub fn index(&self, value: &Value) -> PyResult<Value> {
        if value.as_int().is_some() {
            return Ok(value.clone());
        }
        let Some(index) = self.class_of(value).slots.index.get() else {
            let name = self.type_name(value);
            return Err(self.type_error(format!(
                "'{name}' object cannot be interpreted as an integer"
            )));
        };
        let result = index(self, value)?;
        if result.as_int().is_none() {
            let name = self.type_name(&result);
            return Err(self.type_error(format!("__index__ returned non-int (type {name})")));
        }
        if !self.class_of(&result).is(&self.types().int) {
            self.warn_of_subclass("__index__", "int", &result)?;
        }
        Ok(result)
    }

    /// A special method returned an instance of a strict subclass of what it should.
    ///
    /// # Errors
    /// The warning, if a filter makes it an error.
    #[cold]
    pub(crate) fn warn_of_subclass(
        &self,
        method: &str,
        wanted: &str,
        result: &Value,
    ) -> PyResult<()> {
        let class = self.type_name(result);
        self.warn(
            &self.types().deprecation_warning,
            &format!(
                "{method} returned non-{wanted} (type {class}).  The ability to return an instance of a strict subclass \
                 of {wanted} is deprecated, and may be removed in a future version of Python."
            ),
        )
    }

    /// The integer value of anything with `__index__`.
    ///
    /// # Errors
    /// As for [`Ctx::index`].
    pub fn to_bigint(&self, value: &Value) -> PyResult<BigInt> {
        let index = self.index(value)?;
        Ok(index
            .as_int()
            .map_or_else(BigInt::default, |int| int.to_bigint().into_owned()))
    }

    /// The float value of anything with `__float__` or `__index__`.
    ///
    /// # Errors
    /// `TypeError`, `OverflowError` for a huge integer, or what the methods raise.
    pub fn to_f64(&self, value: &Value) -> PyResult<f64> {
        if let Some(float) = value.as_float() {
            return Ok(float);
        }
        match value.as_int() {
            Some(IntRef::Small(small)) => return Ok(small as f64),
            Some(IntRef::Big(big)) => return self.bigint_to_f64(big),
            None => {}
        }
        let slots = &self.class_of(value).slots;
        if let Some(float) = slots.float.get() {
            return self.checked_float(value, float(self, value)?);
        }
        if slots.index.get().is_some() {
            return self.bigint_to_f64(&self.to_bigint(value)?);
        }
        Err(self.type_error(format!(
            "must be real number, not {}",
            self.type_name(value)
        )))
    }

    /// What `__float__` of `value` returned, as a number.
    ///
    /// # Errors
    /// `TypeError` if it is no float; the warning about a subclass if a filter makes it an error.
    pub(crate) fn checked_float(&self, value: &Value, result: Value) -> PyResult<f64> {
        let Some(number) = result.as_float() else {
            let (class, other) = (self.type_name(value), self.type_name(&result));
            return Err(self.type_error(format!(
                "{class}.__float__ returned non-float (type {other})"
            )));
        };
        if self.class_of(&result).is_heap_type() {
            let (class, other) = (self.type_name(value), self.type_name(&result));
            self.warn(
                &self.types().deprecation_warning,
                &format!(
                    "{class}.__float__ returned non-float (type {other}).  The ability to return an instance of a \
                     strict subclass of float is deprecated, and may be removed in a future version of Python."
                ),
            )?;
        }
        Ok(number)
    }

    fn bigint_to_f64(&self, value: &BigInt) -> PyResult<f64> {
        match value.to_f64() {
            Some(float) if float.is_finite() => Ok(float),
            _ => Err(self.overflow_error("int too large to convert to float")),
        }
    }
}

impl Ctx {
    /// An index, length or count: anything with `__index__` that fits a machine word.
    ///
    /// # Errors
    /// `TypeError` for a non-integer, `OverflowError` for one that does not fit.
    pub fn to_index_size(&self, value: &Value) -> PyResult<isize> {
        if let Some(small) = value.as_small_int() {
            return Ok(small as isize);
        }
        let number = self.to_bigint(value)?;
        number.to_isize().ok_or_else(|| {
            self.overflow_error(format!(
                "cannot fit '{}' into an index-sized integer",
                self.type_name(value)
            ))
        })
    }

    /// Like [`Ctx::to_index_size`], but a number that does not fit becomes the nearest that does.
    ///
    /// # Errors
    /// `TypeError` for a non-integer.
    pub fn to_clamped_size(&self, value: &Value) -> PyResult<isize> {
        if let Some(small) = value.as_small_int() {
            return Ok(small as isize);
        }
        let number = self.to_bigint(value)?;
        Ok(number
            .to_isize()
            .unwrap_or(if number.sign() == num_bigint::Sign::Minus {
                isize::MIN
            } else {
                isize::MAX
            }))
    }
}
