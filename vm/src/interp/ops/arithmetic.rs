//! Operators on numbers and anything that defines them, with shortcuts for small integers and floats.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::Regs;
use crate::protocol::BinaryOp;
use crate::value::Value;

/// `BINARY_OP`'s operand for subscripts.
const SUBSCRIPT: u32 = 26;

#[inline(always)]
pub(crate) fn binary_op(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let right = r.pop_word();
    let left = r.pop_word();
    let result = match quick(&left, &right, arg) {
        Some(result) => result,
        None => general(cx, &left, &right, arg)?,
    };
    r.push(result);
    r.skip(5);
    Ok(())
}

#[inline(always)]
fn quick(left: &Value, right: &Value, arg: u32) -> Option<Value> {
    if let Some((left, right)) = Value::both_small_ints(left, right) {
        return match arg {
            0 | 13 => Value::small_int(left + right),
            10 | 23 => Value::small_int(left - right),
            5 | 18 => left.checked_mul(right).and_then(Value::small_int),
            _ => None,
        };
    }
    let (left, right) = (left.as_tagged_float()?, right.as_tagged_float()?);
    match arg {
        0 | 13 => Value::tagged_float(left + right),
        10 | 23 => Value::tagged_float(left - right),
        5 | 18 => Value::tagged_float(left * right),
        11 | 24 if right != 0.0 => Value::tagged_float(left / right),
        _ => None,
    }
}

#[inline(never)]
pub(crate) fn general(cx: &Ctx, left: &Value, right: &Value, arg: u32) -> PyResult<Value> {
    if arg == SUBSCRIPT {
        return cx.get_item(left, right);
    }
    match BinaryOp::ALL.get(arg as usize) {
        Some(op) => cx.binary_op(*op, left, right),
        None => match BinaryOp::ALL.get((arg as usize).wrapping_sub(13)) {
            Some(op) => cx.inplace_op(*op, left, right),
            None => Err(cx.system_error("unknown binary operation")),
        },
    }
}

#[inline(always)]
pub(crate) fn unary_negative(cx: &Ctx, r: &mut Regs) -> PyResult<()> {
    let operand = r.pop_word();
    let negated = operand
        .as_small_int()
        .and_then(|small| Value::small_int(-small));
    let result = match negated {
        Some(result) => result,
        None => cx.negative(&operand)?,
    };
    r.push(result);
    Ok(())
}
