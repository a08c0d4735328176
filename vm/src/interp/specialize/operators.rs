//! `BINARY_OP` and `COMPARE_OP`.

use crate::ctx::Ctx;
use crate::interp::numbers::*;
use crate::interp::ops::arithmetic::{SUBSCRIPT, quick};
use crate::interp::stack::Regs;
use crate::protocol::exact_str;
use crate::value::Value;

fn both_floats(left: &Value, right: &Value) -> bool {
    left.as_tagged_float().is_some() && right.as_tagged_float().is_some()
}

/// Specialises the `BINARY_OP` that was just fetched.
#[cold]
#[inline(never)]
pub(in crate::interp) fn binary_op(cx: &Ctx, r: &Regs, arg: u32) {
    let (left, right) = (r.peek(1), r.peek(0));
    let op = if arg == SUBSCRIPT {
        subscript(cx, left, right)
    } else if Value::both_small_ints(left, right).is_some() {
        match arg {
            0 | 13 => BINARY_OP_ADD_INT,
            10 | 23 => BINARY_OP_SUBTRACT_INT,
            5 | 18 => BINARY_OP_MULTIPLY_INT,
            _ => numbers(left, right, arg),
        }
    } else if both_floats(left, right) {
        match arg {
            0 | 13 => BINARY_OP_ADD_FLOAT,
            10 | 23 => BINARY_OP_SUBTRACT_FLOAT,
            5 | 18 => BINARY_OP_MULTIPLY_FLOAT,
            _ => numbers(left, right, arg),
        }
    } else if matches!(arg, 0 | 13) && exact_str(left).is_some() && exact_str(right).is_some() {
        BINARY_OP_ADD_UNICODE
    } else {
        numbers(left, right, arg)
    };
    r.frame.code.rewrite(r.offset() - 1, op, &[]);
}

/// The form for other operators of numbers, and for mixed ones.
fn numbers(left: &Value, right: &Value, arg: u32) -> u8 {
    match quick(left, right, arg) {
        Some(_) => BINARY_OP_EXTEND,
        None => BINARY_OP,
    }
}

fn subscript(cx: &Ctx, container: &Value, key: &Value) -> u8 {
    let (class, types) = (cx.class_of(container), cx.types());
    if class.is(&types.dict) {
        return BINARY_OP_SUBSCR_DICT;
    }
    if key.as_small_int().is_none_or(|index| index < 0) {
        return BINARY_OP;
    }
    if class.is(&types.list) {
        BINARY_OP_SUBSCR_LIST_INT
    } else if class.is(&types.tuple) {
        BINARY_OP_SUBSCR_TUPLE_INT
    } else if exact_str(container).is_some_and(|text| text.is_ascii()) {
        BINARY_OP_SUBSCR_STR_INT
    } else {
        BINARY_OP
    }
}

/// Specialises the `COMPARE_OP` that was just fetched.
#[cold]
#[inline(never)]
pub(in crate::interp) fn compare_op(r: &Regs, arg: u32) {
    let (left, right) = (r.peek(1), r.peek(0));
    let op = if Value::both_small_ints(left, right).is_some() {
        COMPARE_OP_INT
    } else if both_floats(left, right) {
        COMPARE_OP_FLOAT
    } else if matches!(arg >> 5, 2 | 3) && exact_str(left).is_some() && exact_str(right).is_some() {
        COMPARE_OP_STR
    } else {
        COMPARE_OP
    };
    r.frame.code.rewrite(r.offset() - 1, op, &[]);
}
