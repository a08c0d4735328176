//! Binary operators and their in-place forms.
//!
//! CPython 3.14: `binary_op1`, `binary_iop1`, `ternary_op` (`Objects/abstract.c`).

use crate::ctx::Ctx;
use crate::error::{PyErr, PyResult};
use crate::objects::slots::{BinaryFn, RepeatFn, Slots, TernaryFn};
use crate::value::Value;

/// The operators, numbered as the argument of `BINARY_OP`; the in-place forms follow 13 places later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum BinaryOp {
    Add,
    And,
    FloorDivide,
    LeftShift,
    MatrixMultiply,
    Multiply,
    Remainder,
    Or,
    Power,
    RightShift,
    Subtract,
    TrueDivide,
    Xor,
}

impl BinaryOp {
    pub const ALL: [Self; 13] = [
        Self::Add,
        Self::And,
        Self::FloorDivide,
        Self::LeftShift,
        Self::MatrixMultiply,
        Self::Multiply,
        Self::Remainder,
        Self::Or,
        Self::Power,
        Self::RightShift,
        Self::Subtract,
        Self::TrueDivide,
        Self::Xor,
    ];

    /// As messages write it.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::And => "&",
            Self::FloorDivide => "//",
            Self::LeftShift => "<<",
            Self::MatrixMultiply => "@",
            Self::Multiply => "*",
            Self::Remainder => "%",
            Self::Or => "|",
            Self::Power => "** or pow()",
            Self::RightShift => ">>",
            Self::Subtract => "-",
            Self::TrueDivide => "/",
            Self::Xor => "^",
        }
    }

    /// As messages write the in-place form.
    pub const fn inplace_symbol(self) -> &'static str {
        match self {
            Self::Add => "+=",
            Self::And => "&=",
            Self::FloorDivide => "//=",
            Self::LeftShift => "<<=",
            Self::MatrixMultiply => "@=",
            Self::Multiply => "*=",
            Self::Remainder => "%=",
            Self::Or => "|=",
            Self::Power => "**=",
            Self::RightShift => ">>=",
            Self::Subtract => "-=",
            Self::TrueDivide => "/=",
            Self::Xor => "^=",
        }
    }

    /// The slot; `Power` has a ternary one of its own.
    fn slot(self, slots: &Slots) -> Option<BinaryFn> {
        match self {
            Self::Add => slots.add.get(),
            Self::And => slots.and.get(),
            Self::FloorDivide => slots.floor_divide.get(),
            Self::LeftShift => slots.lshift.get(),
            Self::MatrixMultiply => slots.matrix_multiply.get(),
            Self::Multiply => slots.multiply.get(),
            Self::Remainder => slots.remainder.get(),
            Self::Or => slots.or.get(),
            Self::Power => None,
            Self::RightShift => slots.rshift.get(),
            Self::Subtract => slots.subtract.get(),
            Self::TrueDivide => slots.true_divide.get(),
            Self::Xor => slots.xor.get(),
        }
    }

    fn inplace_slot(self, slots: &Slots) -> Option<BinaryFn> {
        match self {
            Self::Add => slots.inplace_add.get(),
            Self::And => slots.inplace_and.get(),
            Self::FloorDivide => slots.inplace_floor_divide.get(),
            Self::LeftShift => slots.inplace_lshift.get(),
            Self::MatrixMultiply => slots.inplace_matrix_multiply.get(),
            Self::Multiply => slots.inplace_multiply.get(),
            Self::Remainder => slots.inplace_remainder.get(),
            Self::Or => slots.inplace_or.get(),
            Self::Power => None,
            Self::RightShift => slots.inplace_rshift.get(),
            Self::Subtract => slots.inplace_subtract.get(),
            Self::TrueDivide => slots.inplace_true_divide.get(),
            Self::Xor => slots.inplace_xor.get(),
        }
    }
}

fn same<F: Copy>(left: Option<F>, right: Option<F>, address: impl Fn(F) -> usize) -> bool {
    left.map(&address) == right.map(&address)
}

impl Ctx {
    /// `left op right`.
    ///
    /// # Errors
    /// `TypeError` if neither side supports it, or what the operation raises.
    pub fn binary_op(&self, op: BinaryOp, left: &Value, right: &Value) -> PyResult<Value> {
        let result = self.try_binary_op(op, left, right)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        if let Some(result) = self.sequence_operator(op, left, right)? {
            return Ok(result);
        }
        Err(self.unsupported_operands(op, op.symbol(), left, right))
    }

    /// `left op= right`: the value to store back.
    ///
    /// # Errors
    /// As for [`Ctx::binary_op`].
    pub fn inplace_op(&self, op: BinaryOp, left: &Value, right: &Value) -> PyResult<Value> {
        if op == BinaryOp::Power {
            return self.inplace_power(left, right, &Value::NONE);
        }
        let slots = &self.class_of(left).slots;
        if let Some(inplace) = op.inplace_slot(slots) {
            let result = inplace(self, left, right)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        let result = self.try_binary_op(op, left, right)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        match op {
            BinaryOp::Add => {
                if let Some(concat) = slots.inplace_concat.get().or_else(|| slots.concat.get()) {
                    return concat(self, left, right);
                }
            }
            BinaryOp::Multiply => {
                if let Some(repeat) = slots.inplace_repeat.get().or_else(|| slots.repeat.get()) {
                    return self.repeat_by(repeat, left, right);
                }
                // The right operand is not changed in place: `2 * list` makes a new one.
                if slots.concat.get().is_none()
                    && let Some(repeat) = self.class_of(right).slots.repeat.get()
                {
                    return self.repeat_by(repeat, right, left);
                }
            }
            _ => {}
        }
        Err(self.unsupported_operands(op, op.inplace_symbol(), left, right))
    }

    /// The number slots alone; `NotImplemented` if none of them knows the operands.
    fn try_binary_op(&self, op: BinaryOp, left: &Value, right: &Value) -> PyResult<Value> {
        if op == BinaryOp::Power {
            return self.try_power(left, right, &Value::NONE);
        }
        let (left_class, right_class) = (self.class_of(left), self.class_of(right));
        let left_slot = op.slot(&left_class.slots);
        let mut right_slot = if left_class.is(right_class) {
            None
        } else {
            op.slot(&right_class.slots)
        };
        if same(left_slot, right_slot, |function| function as usize) {
            right_slot = None;
        }
        if let Some(function) = left_slot {
            if let Some(reflected) = right_slot
                && right_class.is_subtype(left_class)
            {
                let result = reflected(self, left, right)?;
                if !result.is_not_implemented() {
                    return Ok(result);
                }
                right_slot = None;
            }
            let result = function(self, left, right)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        match right_slot {
            Some(reflected) => reflected(self, left, right),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// `pow(base, exponent, modulus)`; the modulus may be `None`.
    ///
    /// # Errors
    /// `TypeError` if no operand supports it, or what the operation raises.
    pub fn power(&self, base: &Value, exponent: &Value, modulus: &Value) -> PyResult<Value> {
        let result = self.try_power(base, exponent, modulus)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
        if modulus.is_none() {
            return Err(self.unsupported_operands(BinaryOp::Power, "** or pow()", base, exponent));
        }
        Err(self.type_error(format!(
            "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
            self.type_name(base),
            self.type_name(exponent),
            self.type_name(modulus)
        )))
    }

    /// `base **= exponent`.
    ///
    /// # Errors
    /// As for [`Ctx::power`].
    pub fn inplace_power(
        &self,
        base: &Value,
        exponent: &Value,
        modulus: &Value,
    ) -> PyResult<Value> {
        if let Some(inplace) = self.class_of(base).slots.inplace_power.get() {
            let result = inplace(self, base, exponent, modulus)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        let result = self.try_power(base, exponent, modulus)?;
        if result.is_not_implemented() {
            return Err(self.unsupported_operands(BinaryOp::Power, "**=", base, exponent));
        }
        Ok(result)
    }

    fn try_power(&self, base: &Value, exponent: &Value, modulus: &Value) -> PyResult<Value> {
        let (base_class, exponent_class) = (self.class_of(base), self.class_of(exponent));
        let address = |function: TernaryFn| function as usize;
        let base_slot = base_class.slots.power.get();
        let mut exponent_slot = if base_class.is(exponent_class) {
            None
        } else {
            exponent_class.slots.power.get()
        };
        if same(base_slot, exponent_slot, address) {
            exponent_slot = None;
        }
        let mut tried = [base_slot, exponent_slot, None];
        if base_slot.is_some() && exponent_slot.is_some() && exponent_class.is_subtype(base_class) {
            tried.swap(0, 1);
        }
        if !modulus.is_none() {
            let slot = self.class_of(modulus).slots.power.get();
            if !tried.iter().any(|known| same(*known, slot, address)) {
                tried[2] = slot;
            }
        }
        for function in tried.into_iter().flatten() {
            let result = function(self, base, exponent, modulus)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        Ok(Value::NOT_IMPLEMENTED)
    }

    /// `+` and `*` of sequences.
    fn sequence_operator(
        &self,
        op: BinaryOp,
        left: &Value,
        right: &Value,
    ) -> PyResult<Option<Value>> {
        let slots = &self.class_of(left).slots;
        match op {
            BinaryOp::Add => slots
                .concat
                .get()
                .map(|concat| concat(self, left, right))
                .transpose(),
            BinaryOp::Multiply => {
                if let Some(repeat) = slots.repeat.get() {
                    return self.repeat_by(repeat, left, right).map(Some);
                }
                match self.class_of(right).slots.repeat.get() {
                    Some(repeat) => self.repeat_by(repeat, right, left).map(Some),
                    None => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    fn repeat_by(&self, repeat: RepeatFn, sequence: &Value, count: &Value) -> PyResult<Value> {
        if self.class_of(count).slots.index.get().is_none() {
            return Err(self.type_error(format!(
                "can't multiply sequence by non-int of type '{}'",
                self.type_name(count)
            )));
        }
        let count = self.to_index_size(count)?;
        repeat(self, sequence, count)
    }

    fn unsupported_operands(
        &self,
        op: BinaryOp,
        symbol: &str,
        left: &Value,
        right: &Value,
    ) -> PyErr {
        let (left_name, right_name) = (self.type_name(left), self.type_name(right));
        let hint = match left.downcast_ref::<crate::objects::NativeFunction>() {
            Some(function) if op == BinaryOp::RightShift && function.def.name == "print" => {
                ". Did you mean \"print(<message>, file=<output_stream>)\"?"
            }
            _ => "",
        };
        self.type_error(format!(
            "unsupported operand type(s) for {symbol}: '{left_name}' and '{right_name}'{hint}"
        ))
    }
}
