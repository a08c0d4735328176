//! Comparisons.
//!
//! CPython 3.14: `do_richcompare` (`Objects/object.c`).

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::objects::slots::CompareOp;
use crate::value::Value;

impl Ctx {
    /// `left op right`.
    ///
    /// # Errors
    /// `TypeError` if neither side knows an order, or what a comparison method raises.
    pub fn compare(&self, left: &Value, right: &Value, op: CompareOp) -> PyResult<Value> {
        let (left_class, right_class) = (self.class_of(left), self.class_of(right));
        let reflected = right_class.slots.compare.get();
        let mut reflected_tried = false;
        if !left_class.is(right_class)
            && right_class.is_subtype(left_class)
            && let Some(compare) = reflected
        {
            reflected_tried = true;
            let result = compare(self, right, left, op.swapped())?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        if let Some(compare) = left_class.slots.compare.get() {
            let result = compare(self, left, right, op)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        if let Some(compare) = reflected
            && !reflected_tried
        {
            let result = compare(self, right, left, op.swapped())?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        match op {
            CompareOp::Eq => Ok(Value::bool(left.is(right))),
            CompareOp::Ne => Ok(Value::bool(!left.is(right))),
            _ => Err(self.type_error(format!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                self.type_name(left),
                self.type_name(right)
            ))),
        }
    }

    /// `left == right` as containers ask it: identical values are equal.
    ///
    /// # Errors
    /// What a comparison method raises.
    pub fn is_equal(&self, left: &Value, right: &Value) -> PyResult<bool> {
        if left.is(right) {
            return Ok(true);
        }
        let result = self.compare(left, right, CompareOp::Eq)?;
        self.is_true(&result)
    }

    /// `left < right`.
    ///
    /// # Errors
    /// As for [`Ctx::compare`].
    pub fn is_less(&self, left: &Value, right: &Value) -> PyResult<bool> {
        let result = self.compare(left, right, CompareOp::Lt)?;
        self.is_true(&result)
    }
}
