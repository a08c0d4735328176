//! Comparisons, identity, membership and truth.

use crate::ctx::Ctx;
use crate::error::PyResult;
use crate::interp::stack::Regs;
use crate::objects::slots::CompareOp;
use crate::value::Value;

#[inline(always)]
pub(crate) fn compare_op(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let right = r.pop_word();
    let left = r.pop_word();
    let result = match quick(&left, &right, arg >> 5) {
        Some(truth) => Value::bool(truth),
        None => general(cx, &left, &right, arg)?,
    };
    r.push(result);
    r.skip(1);
    Ok(())
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
    r.push(Value::bool(left.is(&right) != (arg != 0)));
}

#[inline(always)]
pub(crate) fn contains_op(cx: &Ctx, r: &mut Regs, arg: u32) -> PyResult<()> {
    let container = r.pop_word();
    let item = r.pop_word();
    let found = cx.contains(&container, &item)?;
    r.push(Value::bool(found != (arg != 0)));
    r.skip(1);
    Ok(())
}

#[inline(always)]
pub(crate) fn to_bool(cx: &Ctx, r: &mut Regs) -> PyResult<()> {
    if r.peek(0).as_bool().is_none() {
        let value = r.pop_word();
        let truth = cx.is_true(&value)?;
        r.push(Value::bool(truth));
    }
    r.skip(3);
    Ok(())
}
