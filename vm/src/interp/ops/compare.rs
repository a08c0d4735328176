//! Comparisons, identity, membership and truth.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::numbers::{POP_JUMP_IF_FALSE, POP_JUMP_IF_TRUE};
use crate::interp::specialize::operators as specialize;
use crate::interp::stack::{Regs, Saved};
use crate::objects::slots::CompareOp;
use crate::objects::{Dict, List};
use crate::protocol::exact_str;
use crate::value::Value;

/// `[left, right]`
#[inline(never)]
pub(crate) fn compare_op(cx: &Ctx, at: Saved, arg: u32) -> PyResult<Saved> {
    let mut r = at.load();
    if r.is_warm() {
        specialize::compare_op(&r, arg);
    }
    let (left, right) = (r.peek(1), r.peek(0));
    let result = match quick(left, right, arg >> 5) {
        Some(truth) => Value::bool(truth),
        None => general(cx, left, right, arg)?,
    };
    let right = r.pop_slot();
    let left = r.replace(0, Some(result));
    r.skip(1);
    drop(right);
    drop(left);
    Ok(r.saved())
}

/// The bit of the operand that says "true" for an ordering; for numbers that are not ordered, bit 0 does.
#[inline(always)]
fn bit<T: PartialOrd>(left: &T, right: &T) -> u32 {
    let (less, greater, equal) = (left < right, left > right, left == right);
    let unordered = !(less | greater | equal);
    u32::from(unordered) | u32::from(less) << 1 | u32::from(greater) << 2 | u32::from(equal) << 3
}

/// Pushes a truth value and goes on behind the cache of so many units; or makes the jump at once that nearly always
/// follows.
#[inline(always)]
fn push_truth(r: &mut Regs, truth: bool, cache: usize) {
    let next = r.unit_ahead(cache);
    let jumps = match next.op {
        POP_JUMP_IF_FALSE => !truth,
        POP_JUMP_IF_TRUE => truth,
        _ => {
            r.push(Value::bool(truth));
            r.skip(cache);
            return;
        }
    };
    let target = if jumps { usize::from(next.arg) } else { 0 };
    r.skip(cache + JUMP_UNITS + target);
}

/// Units of `POP_JUMP_IF_*` with its cache.
const JUMP_UNITS: usize = 2;

#[inline(always)]
fn finish_numbers(r: &mut Regs, truth: bool) -> bool {
    r.forget_numbers();
    push_truth(r, truth, 1);
    true
}

/// `COMPARE_OP_INT`. Returns whether the operands are small integers.
#[inline(always)]
pub(crate) fn compare_int(r: &mut Regs, arg: u32) -> bool {
    match Value::both_small_ints(r.peek(1), r.peek(0)) {
        Some((left, right)) => finish_numbers(r, arg & bit(&left, &right) != 0),
        None => false,
    }
}

/// `COMPARE_OP_FLOAT`. Returns whether the operands are tagged floats.
#[inline(always)]
pub(crate) fn compare_float(r: &mut Regs, arg: u32) -> bool {
    match (r.peek(1).as_tagged_float(), r.peek(0).as_tagged_float()) {
        (Some(left), Some(right)) => finish_numbers(r, arg & bit(&left, &right) != 0),
        _ => false,
    }
}

/// `COMPARE_OP_STR`: whether two strings are equal. Returns whether the operands are strings.
#[inline(always)]
pub(crate) fn compare_str(r: &mut Regs, arg: u32) -> bool {
    let (Some(left), Some(right)) = (exact_str(r.peek(1)), exact_str(r.peek(0))) else {
        return false;
    };
    let truth = left.equals(right) == (arg >> 5 == 2);
    r.save_pc();
    let operands = (r.pop_slot(), r.pop_slot());
    push_truth(r, truth, 1);
    drop(operands);
    true
}

#[inline(always)]
fn quick(left: &Value, right: &Value, op: u32) -> Option<bool> {
    let Some((left, right)) = Value::both_small_ints(left, right) else {
        let (left, right) = (left.as_tagged_float()?, right.as_tagged_float()?);
        return decide(&left, &right, op);
    };
    decide(&left, &right, op)
}

#[inline(always)]
fn decide<T: PartialOrd>(left: &T, right: &T, op: u32) -> Option<bool> {
    Some(match op {
        0 => left < right,
        1 => left <= right,
        2 => left == right,
        3 => left != right,
        4 => left > right,
        5 => left >= right,
        _ => return None,
    })
}

#[inline(never)]
fn general(cx: &Ctx, left: &Value, right: &Value, arg: u32) -> PyResult<Value> {
    let Some(op) = CompareOp::ALL.get((arg >> 5) as usize) else {
        return Err(cx.system_error("unknown comparison"));
    };
    let result = cx.recurse(|| cx.compare(left, right, *op))?;
    if arg & 16 != 0 {
        return cx.is_true(&result).map(Value::bool);
    }
    Ok(result)
}

#[inline(always)]
pub(crate) fn is_op(r: &mut Regs, arg: u32) {
    let right = r.pop_word();
    let left = r.pop_word();
    push_truth(r, left.is(&right) != (arg != 0), 0);
}

#[inline(always)]
pub(crate) fn contains_op(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let container = r.pop_word();
    let item = r.pop_word();
    let found = match container.downcast_ref::<Dict>() {
        Some(dict) if dict.header().class().is(&cx.types().dict) => dict.contains(cx, &item)?,
        _ => cx.contains(&container, &item)?,
    };
    push_truth(r, found != (arg != 0), 1);
    Ok(())
}

#[inline(always)]
pub(crate) fn to_bool(cx: &Ctx, r: &mut Regs) -> PyResult<()> {
    let value = r.peek(0);
    let truth = if let Some(truth) = value.as_bool() {
        truth
    } else if value.is_none() {
        false
    } else if let Some(int) = value.as_small_int() {
        int != 0
    } else {
        truth(cx, value)?
    };
    let value = r.pop_slot();
    push_truth(r, truth, 3);
    drop(value);
    Ok(())
}

#[inline(never)]
fn truth(cx: &Ctx, value: &Value) -> PyResult<bool> {
    if let Some(text) = exact_str(value) {
        return Ok(text.size() != 0);
    }
    let class = cx.class_of(value);
    if class.is(&cx.types().list)
        && let Some(list) = value.downcast_ref::<List>()
    {
        return Ok(list.length() != 0);
    }
    cx.is_true(value)
}
