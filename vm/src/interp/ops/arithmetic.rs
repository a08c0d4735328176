//! Operators on numbers and anything that defines them, with shortcuts for small integers and floats.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::numbers::STORE_FAST;
use crate::interp::specialize::operators as specialize;
use crate::interp::stack::{Regs, Saved};
use crate::objects::{Dict, List, Str, Tuple};
use crate::protocol::{BinaryOp, exact_str};
use crate::value::Value;

/// `BINARY_OP`'s operand for subscripts.
pub(crate) const SUBSCRIPT: u32 = 26;
/// Units of `BINARY_OP`'s cache.
const BINARY_OP_CACHE: usize = 5;

/// `[left, right]`
#[inline(never)]
pub(crate) fn binary_op(cx: &Ctx, at: Saved, arg: u32) -> PyResult<Saved> {
    let mut r = at.load();
    if r.is_warm() {
        specialize::binary_op(cx, &r, arg);
    }
    let (left, right) = (r.peek(1), r.peek(0));
    let result = match quick(left, right, arg) {
        Some(result) => result,
        None => general(cx, left, right, arg)?,
    };
    finish(&mut r, result);
    Ok(r.saved())
}

/// Puts the result in the operands' place.
#[inline(always)]
fn finish(r: &mut Regs, result: Value) {
    let right = r.pop_slot();
    let left = r.replace(0, Some(result));
    r.skip(BINARY_OP_CACHE);
    drop(right);
    drop(left);
}

/// Puts the result in the place of operands that are numbers; returns whether there is one.
#[inline(always)]
fn finish_numbers(r: &mut Regs, result: Option<Value>) -> bool {
    match result {
        Some(result) => {
            r.replace_numbers(result);
            r.skip(BINARY_OP_CACHE);
            true
        }
        None => false,
    }
}

/// `BINARY_OP_ADD_INT`. Returns whether the operands are small integers, as is the sum.
#[inline(always)]
pub(crate) fn add_int(r: &mut Regs) -> bool {
    let result = Value::add_small_ints(r.peek(1), r.peek(0));
    finish_numbers(r, result)
}

/// `BINARY_OP_SUBTRACT_INT`, as [`add_int`].
#[inline(always)]
pub(crate) fn subtract_int(r: &mut Regs) -> bool {
    let result = Value::subtract_small_ints(r.peek(1), r.peek(0));
    finish_numbers(r, result)
}

/// `BINARY_OP_MULTIPLY_INT`, as [`add_int`].
#[inline(always)]
pub(crate) fn multiply_int(r: &mut Regs) -> bool {
    let result = Value::multiply_small_ints(r.peek(1), r.peek(0));
    finish_numbers(r, result)
}

/// `BINARY_OP_*_FLOAT`. Returns whether the operands are tagged floats, as is the result.
#[inline(always)]
pub(crate) fn float(r: &mut Regs, compute: impl FnOnce(f64, f64) -> f64) -> bool {
    let (Some(left), Some(right)) = (r.peek(1).as_tagged_float(), r.peek(0).as_tagged_float())
    else {
        return false;
    };
    finish_numbers(r, Value::tagged_float(compute(left, right)))
}

/// `BINARY_OP_EXTEND`: any operator of small integers and tagged floats. Returns whether the operands are such, as is the
/// result.
#[inline(always)]
pub(crate) fn numbers(r: &mut Regs, arg: u32) -> bool {
    let result = quick(r.peek(1), r.peek(0), arg);
    finish_numbers(r, result)
}

/// Puts an item in the place of its container and key; returns whether there is one.
#[inline(always)]
fn finish_item(r: &mut Regs, item: Option<Value>) -> bool {
    match item {
        Some(item) => {
            r.save_pc();
            finish(r, item);
            true
        }
        None => false,
    }
}

/// The small integer on top of the stack, if it can be an index from the start.
#[inline(always)]
fn index(r: &Regs) -> Option<usize> {
    usize::try_from(r.peek(0).as_small_int()?).ok()
}

/// `BINARY_OP_SUBSCR_LIST_INT`. Returns whether that was all.
#[inline(always)]
pub(crate) fn list_item(cx: &Ctx, r: &mut Regs) -> bool {
    let list = r.peek(1).downcast_ref::<List>();
    let item = list
        .filter(|list| list.header().class().is(&cx.types().list))
        .and_then(|list| list.get(index(r)?));
    finish_item(r, item)
}

/// `BINARY_OP_SUBSCR_TUPLE_INT`. Returns whether that was all.
#[inline(always)]
pub(crate) fn tuple_item(cx: &Ctx, r: &mut Regs) -> bool {
    let tuple = r.peek(1).downcast_ref::<Tuple>();
    let item = tuple
        .filter(|tuple| tuple.header().class().is(&cx.types().tuple))
        .and_then(|tuple| tuple.as_slice().get(index(r)?).cloned());
    finish_item(r, item)
}

/// `BINARY_OP_SUBSCR_STR_INT`, of ASCII text. Returns whether that was all.
#[inline(always)]
pub(crate) fn character(cx: &Ctx, r: &mut Regs) -> bool {
    let text = r.peek(1).downcast_ref::<Str>();
    let item = text
        .filter(|text| text.is_ascii() && text.header().class().is(&cx.types().str))
        .and_then(|text| {
            let byte = *text.as_wtf8().as_bytes().get(index(r)?)?;
            Some(cx.ascii_character(byte)?.to_value())
        });
    finish_item(r, item)
}

/// `BINARY_OP_SUBSCR_DICT`. Returns whether that was all: a missing key is left to the generic form.
#[inline(always)]
pub(crate) fn dict_item(cx: &Ctx, r: &mut Regs) -> PyResult<bool> {
    let dict = r.peek(1).downcast_ref::<Dict>();
    let item = match dict.filter(|dict| dict.header().class().is(&cx.types().dict)) {
        Some(dict) => dict.get(cx, r.peek(0))?,
        None => None,
    };
    Ok(finish_item(r, item))
}

/// `BINARY_OP_ADD_UNICODE`
#[inline(never)]
pub(crate) fn add_text(cx: &Ctx, at: Saved, arg: u32) -> PyResult<Saved> {
    let mut r = at.load();
    let (Some(left), Some(right)) = (exact_str(r.peek(1)), exact_str(r.peek(0))) else {
        return binary_op(cx, at, arg);
    };
    // `s = s + t` gives up the reference of `s` first: text that nobody else has grows in place.
    let next = r.unit_ahead(BINARY_OP_CACHE);
    let local = usize::from(next.arg);
    let is_own = next.op == STORE_FAST
        && matches!(r.frame.local(local), Some(value) if value.is(left.as_value()));
    let sum = if is_own {
        let right = right.clone();
        drop(r.replace(1, Some(Value::NONE)));
        match r
            .frame
            .replace_local(local, None)
            .map(Value::downcast::<Str>)
        {
            Some(Ok(left)) => cx.append_str(left, &right)?,
            _ => return Err(cx.system_error("the local is a string")),
        }
    } else {
        cx.concat_str(left, right)?
    };
    finish(&mut r, sum.into_value());
    Ok(r.saved())
}

/// An operator of numbers that own nothing, if the result is one too.
#[inline(always)]
pub(crate) fn quick(left: &Value, right: &Value, arg: u32) -> Option<Value> {
    if let Some((left, right)) = Value::both_small_ints(left, right) {
        return match arg {
            0 | 13 => Value::small_int(left + right),
            10 | 23 => Value::small_int(left - right),
            5 | 18 => left.checked_mul(right).and_then(Value::small_int),
            1 | 14 => Value::small_int(left & right),
            7 | 20 => Value::small_int(left | right),
            12 | 25 => Value::small_int(left ^ right),
            2 | 15 if right > 0 => Value::small_int(left.div_euclid(right)),
            6 | 19 if right > 0 => Value::small_int(left.rem_euclid(right)),
            9 | 22 if (0..64).contains(&right) => Value::small_int(left >> right),
            3 | 16 if (0..32).contains(&right) && left.unsigned_abs() < 1 << 28 => {
                Value::small_int(left << right)
            }
            11 | 24 if right != 0 && is_exact(left) && is_exact(right) => {
                Value::tagged_float(left as f64 / right as f64)
            }
            _ => None,
        };
    }
    let (left, right) = (number(left)?, number(right)?);
    match arg {
        0 | 13 => Value::tagged_float(left + right),
        10 | 23 => Value::tagged_float(left - right),
        5 | 18 => Value::tagged_float(left * right),
        11 | 24 if right != 0.0 => Value::tagged_float(left / right),
        _ => None,
    }
}

/// A tagged float, or a small integer that is a float exactly.
#[inline(always)]
fn number(value: &Value) -> Option<f64> {
    match value.as_small_int() {
        Some(int) if is_exact(int) => Some(int as f64),
        Some(_) => None,
        None => value.as_tagged_float(),
    }
}

/// Whether an integer is a float exactly.
#[inline(always)]
fn is_exact(int: i64) -> bool {
    int.unsigned_abs() < 1 << 53
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
    let negated = match operand.as_small_int() {
        Some(small) => Value::small_int(-small),
        None => operand
            .as_tagged_float()
            .and_then(|float| Value::tagged_float(-float)),
    };
    let result = match negated {
        Some(result) => result,
        None => cx.negative(&operand)?,
    };
    r.push(result);
    Ok(())
}
