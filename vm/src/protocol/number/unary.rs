//! Unary operators.
//!
//! CPython 3.14: `UNARY_FUNC` and `PyNumber_Long` (`Objects/abstract.c`).

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::slots::UnaryFn;
use crate::value::Value;

impl Ctx {
    fn unary(&self, function: Option<UnaryFn>, what: &str, value: &Value) -> PyResult<Value> {
        match function {
            Some(function) => function(self, value),
            None => Err(self.type_error(format!(
                "bad operand type for {what}: '{}'",
                self.type_name(value)
            ))),
        }
    }

    /// `-value`.
    ///
    /// # Errors
    /// `TypeError` if the type has no such operator, or what it raises.
    pub fn negative(&self, value: &Value) -> PyResult<Value> {
        self.unary(self.class_of(value).slots.negative.get(), "unary -", value)
    }

    /// `+value`.
    ///
    /// # Errors
    /// As for [`Ctx::negative`].
    pub fn positive(&self, value: &Value) -> PyResult<Value> {
        self.unary(self.class_of(value).slots.positive.get(), "unary +", value)
    }

    /// `~value`.
    ///
    /// # Errors
    /// As for [`Ctx::negative`].
    pub fn invert(&self, value: &Value) -> PyResult<Value> {
        self.unary(self.class_of(value).slots.invert.get(), "unary ~", value)
    }

    /// `abs(value)`.
    ///
    /// # Errors
    /// As for [`Ctx::negative`].
    pub fn absolute(&self, value: &Value) -> PyResult<Value> {
        self.unary(self.class_of(value).slots.absolute.get(), "abs()", value)
    }
}
